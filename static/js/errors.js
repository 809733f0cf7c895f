// After a form was refused, the summary of what is wrong takes the focus, so that it is read first;
// without this file it is simply the first thing on the page.

document.querySelector("[data-errors] [tabindex='-1']")?.focus();

// A fragment that comes back with a summary does the same.
document.addEventListener("htmx:load", (event) => {
  event.detail.elt.querySelector?.("[data-errors] [tabindex='-1']")?.focus();
});
