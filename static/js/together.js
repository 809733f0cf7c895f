// Tells the server every half minute that this page is being looked at, and shows who else is in the
// plan and what they saved in this section meanwhile. Says nothing while the page is hidden, and
// goodbye when it is left. Without this file the page shows who was there when it was made.
//
// “Show it” is a button of the form: it saves what is typed here and brings the page anew, so that
// what was not touched is theirs, and what both changed comes with both texts.

const EVERY = 25000;
const SOON = 3000; // the goodbye of the page before may arrive after this page was made

const place = document.getElementById("together");
let timer;
let putOff = ""; // what is to be shown later

// The line of the form that is there now: a save brings a new one, which knows everything.
function newsLine() {
  const line = document.getElementById("news");
  return line && {
    line,
    since: line.dataset.since,
    words: document.getElementById("news-words"),
    acts: document.getElementById("news-acts"),
  };
}

function message(extra = {}) {
  const body = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  body.set("csrfmiddlewaretoken", token?.value ?? "");
  for (const [name, value] of Object.entries({ section: place.dataset.section, ...extra })) {
    body.set(name, value);
  }
  return body;
}

// Both texts of these stand on the page already: of them nothing more is told.
const inConflict = () =>
  [...document.querySelectorAll("[data-conflict]")].map((one) => one.dataset.conflict).join(" ");

async function tell() {
  window.clearTimeout(timer);
  if (document.hidden) {
    return;
  }
  const news = newsLine();
  try {
    const headers = { Accept: "application/json" };
    const body = message(news ? { since: news.since, known: inConflict() } : {});
    const answer = await fetch(place.dataset.url, { method: "POST", body, headers });
    const told = answer.ok ? await answer.json() : {};
    write(place, told.words ?? "");
    if (news?.line.isConnected && answer.ok) {
      show(news, told);
    }
  } catch {
    // No line: who else is there does not matter now.
  }
  timer = window.setTimeout(tell, EVERY);
}

// Only what is new: a screen reader hears each change once.
function write(where, said) {
  if (where.textContent !== said) {
    where.textContent = said;
  }
}

function show({ words, acts }, { news, at }) {
  const isShown = Boolean(news) && news !== putOff;
  write(words, isShown ? news : "");
  acts.hidden = !isShown;
  acts.querySelector("[name=do]").value = `show:${at}`;
}

document.addEventListener("answers:saved", () => {
  if (inConflict() && newsLine()?.words.textContent) {
    tell();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-later]")) {
    const news = newsLine();
    putOff = news.words.textContent;
    show(news, { news: "", at: "" });
  }
});

if (place) {
  timer = window.setTimeout(tell, SOON);
  document.addEventListener("visibilitychange", tell);
  window.addEventListener("pageshow", (event) => event.persisted && tell());
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(place.dataset.url, message({ leaving: "1" }));
  });
}
