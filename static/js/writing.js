// The form of a section: asks before a row is removed, warns before what is typed would be left
// behind, and goes to the row that was added or moved. The form works without this file.

const changed = new WeakSet();
const formOf = () => document.getElementById("section-form");

document.addEventListener("input", (event) => {
  if (event.target.form?.id === "section-form") {
    changed.add(event.target.form);
  }
});

document.addEventListener(
  "submit",
  (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    changed.delete(event.target);
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  const form = formOf();
  if (form && changed.has(form)) {
    event.preventDefault();
  }
});

// A request that failed has saved nothing: keep warning.
document.addEventListener("htmx:sendError", () => changed.add(formOf()));
document.addEventListener("htmx:responseError", () => changed.add(formOf()));

function arrive() {
  const at = document.getElementById("section")?.dataset.at;
  const place = at && document.getElementById(at);
  if (place) {
    const input = place.querySelector("input:not([type=hidden]), textarea, select");
    (input ?? place).focus();
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  const summary = document.querySelector("[data-errors] h2");
  if (summary) {
    summary.focus();
  } else {
    arrive();
  }
});
arrive();
