// Is there before the scripts that save, which take a while on a slow line: until they have come,
// whoever leaves the form of a section with something typed in it is asked first.
{
  let isSent = false;

  // Also what was typed before this script was there: anything other than the page came with.
  function isTyped({ elements }) {
    return [...elements].some(
      ({ value, defaultValue = value, checked, defaultChecked }) =>
        value !== defaultValue || checked !== defaultChecked,
    );
  }

  addEventListener("submit", () => (isSent = true), true);
  addEventListener("beforeunload", (event) => {
    const form = document.getElementById("section-form");
    if (form && isTyped(form) && !isSent && !("saves" in document.documentElement.dataset)) {
      event.preventDefault();
    }
  });
}
