// The next and the previous plan of one's queue by a key: j and k press the links that stand there.
// Not while somebody writes, and not where they have turned it off, which this device remembers.

const CHOICE = "queue-keys";
const WRITING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

function areUsed() {
  try {
    return localStorage.getItem(CHOICE) !== "off";
  } catch {
    return true;
  }
}

const row = document.querySelector("[data-keys-choice]");
if (row) {
  const box = row.querySelector("input");
  box.checked = areUsed();
  row.hidden = false;
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(CHOICE, box.checked ? "on" : "off");
    } catch {
      // Not kept: it holds until the page is left.
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) {
    return;
  }
  if (event.target.closest?.(WRITING) || document.querySelector("dialog[open]")) {
    return;
  }
  const box = row?.querySelector("input");
  if (box ? !box.checked : !areUsed()) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    document.querySelector(`[data-key=${event.key}]`)?.click();
  }
});
