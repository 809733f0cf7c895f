// Tells the server every half minute that this page is being looked at, and shows who else is in the
// plan. Says nothing while the page is hidden, and goodbye when it is left. Without this file the
// page shows who was there when it was made.

const EVERY = 25000;
const SOON = 3000; // the goodbye of the page before may arrive after this page was made

const place = document.getElementById("together");
let timer;

function message(extra = {}) {
  const body = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  body.set("csrfmiddlewaretoken", token?.value ?? "");
  for (const [name, value] of Object.entries({ section: place.dataset.section, ...extra })) {
    body.set(name, value);
  }
  return body;
}

async function tell() {
  window.clearTimeout(timer);
  if (document.hidden) {
    return;
  }
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(place.dataset.url, { method: "POST", body: message(), headers });
    const said = answer.ok ? (await answer.json()).words : "";
    if (place.textContent !== said) {
      place.textContent = said; // only then: a screen reader hears each change once
    }
  } catch {
    // No line: who else is there does not matter now.
  }
  timer = window.setTimeout(tell, EVERY);
}

if (place) {
  timer = window.setTimeout(tell, SOON);
  document.addEventListener("visibilitychange", tell);
  window.addEventListener("pageshow", (event) => event.persisted && tell());
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(place.dataset.url, message({ leaving: "1" }));
  });
}
