// Says anew what is still to do, below the form and in the list of sections, when an answer that was
// saved while somebody writes, or a row that was moved, may have changed it (“missing:changed”). It
// is read out to nobody: who wants to know goes there. Without this file the next page says it.

const AFTER_PRESS = 100; // a link that is being pressed must still be there for its click

let asking = false;
let again = false;

async function ask() {
  again = true;
  if (asking) {
    return;
  }
  asking = true;
  while (again) {
    again = false;
    await askOnce();
  }
  asking = false;
}

async function askOnce() {
  const form = document.getElementById("section-form");
  try {
    const address = new URL(form.getAttribute("action"), location);
    address.searchParams.set("part", "missing");
    const answer = await fetch(address, { redirect: "manual" });
    const text = answer.ok ? await answer.text() : "";
    const made = document.createElement("template");
    made.innerHTML = text;
    for (const which of ["#rail-list > ol", "#to-do"]) {
      await put(form, which, made.content.querySelector(which));
    }
  } catch {
    // No line: the next save asks again.
  }
}

async function put(form, which, fresh) {
  const place = document.querySelector(which);
  if (place?.matches(":active")) {
    await released();
  }
  if (!fresh || !form.isConnected || place.innerHTML === fresh.innerHTML) {
    return; // a button has brought the whole form anew, or there is nothing new
  }
  const focused = place.contains(document.activeElement) && document.activeElement;
  place.replaceChildren(...fresh.childNodes);
  if (focused) {
    const link = [...place.querySelectorAll("a")].find((one) => one.href === focused.href);
    (link ?? place).focus({ preventScroll: true });
  }
}

function released() {
  return new Promise((done) => {
    const soon = () => setTimeout(done, AFTER_PRESS);
    for (const name of ["pointerup", "pointercancel", "dragend"]) {
      document.addEventListener(name, soon, { once: true });
    }
  });
}

document.addEventListener("missing:changed", ask);
