// Single keys for a list of things to decide about. A key works only while the thing (data-keys) or
// something in it has the focus and nobody is typing; what carries data-key is pressed, or focused.

const typing = (element) =>
  element.matches('textarea, select, input:not([type="checkbox"], [type="radio"], [type="submit"])');

const things = () => [...document.querySelectorAll("[data-keys]")];

function step(from, by) {
  const all = things();
  const next = all[all.indexOf(from) + by];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function press(control) {
  if (control.matches("summary")) {
    control.parentElement.open = true;
    control.parentElement.querySelector("textarea, input:not([type=hidden])")?.focus();
  } else if (control.matches('input[type="text"]')) {
    control.focus();
    control.select();
  } else {
    control.click();
  }
}

document.addEventListener("keydown", (event) => {
  const thing = event.target.closest?.("[data-keys]");
  if (!thing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return;
  }
  if (event.key === "Escape") {
    event.target.closest("details[open]")?.removeAttribute("open");
    thing.focus();
    return;
  }
  if (event.repeat || typing(event.target)) {
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    step(thing, key === "j" ? 1 : -1);
    return;
  }
  const control = [...thing.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  if (control) {
    event.preventDefault();
    press(control);
  }
});
