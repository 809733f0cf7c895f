// Small help for talking beside the text; without this file everything works by full pages.

const said = document.getElementById("said");

// “Cancel” in a comment form that was put in beside the text takes it away again.
document.addEventListener("click", (event) => {
  const cancel = event.target.closest?.("[data-put-away]");
  if (!cancel) {
    return;
  }
  event.preventDefault();
  const place = cancel.closest(".notes__new");
  place.replaceChildren();
  place.closest(".notes")?.querySelector(".notes__comment")?.focus();
});

// What could not be sent stays in its box, and the page says so there.
function failed(element, sentence) {
  const form = element.closest?.("form");
  if (!form || !said) {
    return;
  }
  form.querySelector("[data-failed]")?.remove();
  const words = document.createElement("p");
  words.className = "field-error";
  words.dataset.failed = "";
  words.setAttribute("role", "alert");
  words.textContent = sentence;
  form.prepend(words);
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => failed(event.target, said?.dataset.failed));
}

// A page that says no (the plan has left its reader, or something broke) does not replace the one
// on which somebody has written; one that asks to sign in again brings the words along itself.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { isError, requestConfig, xhr } = event.detail;
  const form = requestConfig?.elt.closest("form.composer");
  if (isError && form && !xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = false;
    failed(form, said?.dataset.refused);
  }
});

// A link from an e-mail leads to a thread or comment; one that is folded is opened for its reader,
// and one of which there is only a line is fetched.
function unfold() {
  const thread = document.querySelector(".thread:target, .thread:has(:target)");
  thread?.querySelector(":scope > details")?.setAttribute("open", "");
  if (thread?.matches(".thread--brief")) {
    document.addEventListener("htmx:afterSettle", () => location.replace(location.hash), { once: true });
    thread.querySelector("a").click();
  }
}

window.addEventListener("hashchange", unfold);
window.addEventListener("load", unfold); // htmx is at work by then
