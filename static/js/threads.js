// “Cancel” in a comment form that was put in beside the text takes it away again; without this file
// it leads back to the plan.

document.addEventListener("click", (event) => {
  const cancel = event.target.closest?.("[data-put-away]");
  if (!cancel) {
    return;
  }
  event.preventDefault();
  const place = cancel.closest(".notes__new");
  place.replaceChildren();
  place.removeAttribute("id");
  place.closest(".notes")?.querySelector(".notes__comment")?.focus();
});
