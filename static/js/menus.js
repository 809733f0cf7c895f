// Closes the account menu when somebody presses elsewhere or Escape; without this file it stays
// open until its own button is pressed again.

function close(menu, focusToo) {
  menu.open = false;
  if (focusToo) {
    menu.querySelector("summary").focus();
  }
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) {
      close(menu, false);
    }
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      close(menu, menu.contains(document.activeElement));
    }
  }
});
