// The form of a section: sees that nothing typed is left behind, or warns; goes to the row that was
// added or brought back, and lets boxes grow with their text. The form works without this file.

import { settled, unsaved } from "./autosave.js";

const LARGEST = 3_000_000; // characters; the server takes no more than 5 MB
const PATIENCE = 5000;
let leaving = false;

document.addEventListener(
  "submit",
  (event) => {
    const size = [...event.target.elements].reduce((sum, one) => sum + (one.value?.length ?? 0), 0);
    const status = document.getElementById("save-status");
    if (status && event.target.id === "section-form" && size > LARGEST) {
      event.preventDefault();
      event.stopImmediatePropagation();
      status.textContent = JSON.parse(status.dataset.words).tooLong;
      status.dataset.kind = "tooLong";
      return;
    }
    leaving = true;
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved()) {
    event.preventDefault();
  }
});

// A link waits for the save that following it would cut off: on a slow line that takes a while. If it
// takes too long, or cannot be stored, the browser asks as ever.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const leads = link?.origin === location.origin && !link.target && link.pathname !== location.pathname;
  if (leads && plain && !event.defaultPrevented && unsaved()) {
    event.preventDefault();
    const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    Promise.race([settled(), enough]).then(() => location.assign(link.href));
  }
});

// A request that failed has saved nothing: keep warning.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:afterSettle"]) {
  document.addEventListener(name, () => {
    leaving = false;
  });
}

// What cannot be shown beside a question must not take the place of the whole page.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig.elt.matches("[data-others]") && event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = false;
  }
});

function arrive() {
  const at = document.getElementById("section")?.dataset.at;
  const place = at && document.getElementById(at);
  if (place) {
    const input = place.querySelector("input:not([type=hidden]), textarea, select");
    (input ?? place).focus();
  }
}

// A form that comes anew stands where the one before stood, and its button has the focus again:
// otherwise the browser follows the form that goes, down to the end of the page. What is wrong with
// it comes before that.
let pressed;
let top = 0;

document.addEventListener("htmx:beforeRequest", (event) => {
  pressed = event.detail.requestConfig.triggeringEvent?.submitter;
});

document.addEventListener("htmx:beforeSwap", () => {
  top = window.scrollY;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "section") {
    return; // something small was shown beside a question
  }
  const summary = document.querySelector("[data-errors] h2");
  if (summary) {
    summary.focus();
  } else {
    window.scrollTo(0, top);
    goOn();
    arrive();
  }
});

function goOn() {
  const sort = pressed?.closest(".section-bar") && `.section-bar [name=do][value="${pressed.value}"]`;
  if (sort && document.activeElement === document.body) {
    document.querySelector(sort)?.focus({ preventScroll: true });
  }
}
arrive();

// Where the browser does not do it itself (field-sizing), boxes grow with their text.
if (!CSS.supports("field-sizing", "content")) {
  const grow = (box) => {
    if (box.scrollHeight > box.clientHeight) {
      box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
    }
  };
  const growAll = () => document.querySelectorAll("#section-form textarea").forEach(grow);
  document.addEventListener("input", (event) => event.target.matches?.("#section-form textarea") && grow(event.target));
  document.addEventListener("htmx:afterSettle", growAll);
  growAll();
}

document.documentElement.dataset.saves = ""; // what was typed so far is looked after: early.js
