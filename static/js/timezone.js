// Chooses the browser's own time zone where nobody has chosen one yet; it can be changed.

for (const select of document.querySelectorAll("select[data-guess-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (select.value === "UTC" && [...select.options].some((option) => option.value === zone)) {
    select.value = zone;
  }
}
