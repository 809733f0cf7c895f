// Whoever signs out leaves nothing behind on a shared machine: what this browser keeps of them
// (copies.js) is erased, after a question where it is not stored anywhere else.

import { copies } from "./copies.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const { person, unsaved } = form.dataset;
  if (!person || !new URL(form.action, window.location).pathname.endsWith("/logout/")) {
    return;
  }
  event.preventDefault();
  if (!(await copies.count(person)) || window.confirm(unsaved)) {
    await copies.erase(person);
    form.submit();
  }
});
