// Copied answers wait until somebody says that they are still right. Who changes one has said so:
// once that is saved (autosave.js), its mark goes. Without this file it goes with the next page.

document.addEventListener("answers:saved", (event) => {
  const saved = event.detail;
  const isDone = (key) => saved.some((one) => one === key || one.startsWith(`${key}/`));
  for (const mark of document.querySelectorAll("[data-carried]")) {
    if (isDone(mark.dataset.carried)) {
      const list = mark.closest("ul");
      mark.remove();
      if (list && !list.childElementCount) {
        list.closest("section").remove();
      }
    }
  }
  const left = document.querySelectorAll("p[data-carried]").length;
  const all = document.querySelector("[data-carried-all]");
  const count = all?.querySelector("[data-carried-count]");
  if (all && !left) {
    all.remove();
  } else if (count) {
    count.textContent = left;
  }
});
