// Keeps on the server what somebody types and has not sent: every comment box, and the page on
// which a review is ended. About a second after the last key, and when the box is left; with no
// line, or signed out, it goes on trying, ever more slowly. Without this file there are buttons.

const AFTER_KEYSTROKE = 1000;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;

const place = document.getElementById("said");
const words = place?.dataset ?? {};
const waiting = new Map(); // what is typed -> how it stands with keeping it
let leaving = false;

// What stands beside the box in the form of a new thread, and is kept with it.
const BESIDE = ["words", "before", "after", "instead", "offered", "kind"];

// A box or form: what it holds, where that goes, and where it is said what became of it.
function kept(element) {
  const form = element.form ?? element;
  if (form.matches("form[data-keep]")) {
    return review(form);
  }
  if (element.matches("textarea[data-draft]")) {
    return box(element);
  }
  const isBeside = BESIDE.includes(element.name) && form.elements?.on;
  return isBeside ? box(form.querySelector("textarea[data-draft]")) : null;
}

function box(area) {
  const beside = area.form.elements.on ? BESIDE.filter((name) => area.form.elements[name]) : [];
  const parts = (read) => ({
    text: read(area),
    ...Object.fromEntries(beside.map((name) => [name, read(area.form.elements[name])])),
  });
  const now = () => parts((part) => part.value);
  return {
    key: area,
    value: () => JSON.stringify(now()),
    original: JSON.stringify(parts(untouched)),
    // Words that are chosen, and no more, are no comment yet.
    says() {
      const { text, instead, offered } = now();
      return text.trim() !== "" || instead !== offered;
    },
    url: words.drafts,
    body() {
      const body = new FormData();
      body.set("at", area.dataset.draft);
      Object.entries(now()).forEach(([name, value]) => body.set(name, value));
      return body;
    },
    say(text) {
      let line = area.nextElementSibling;
      if (!line?.matches("[data-kept-status]")) {
        line = document.createElement("span");
        line.className = "composer__hint";
        line.dataset.keptStatus = "";
        area.after(line);
      }
      line.textContent = text;
    },
  };
}

// What one of them held when the page came.
function untouched(part) {
  if (part instanceof RadioNodeList) {
    return [...part].find((one) => one.defaultChecked)?.value ?? "";
  }
  return part.type === "hidden" ? part.value : part.defaultValue;
}

function review(form) {
  const value = () => {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    return JSON.stringify([...data]);
  };
  return {
    key: form,
    value,
    original: originals.get(form) ?? value(),
    says: () => true,
    url: form.action,
    body() {
      const body = new FormData(form);
      body.set("keep", "1");
      return body;
    },
    say(text) {
      form.querySelector("[data-kept-status]").textContent = text;
    },
  };
}

const originals = new Map();
for (const form of document.querySelectorAll("form[data-keep]")) {
  originals.set(form, review(form).value());
}

function stateOf(one) {
  if (!waiting.has(one.key)) {
    waiting.set(one.key, { one, confirmed: one.original, pause: FIRST_PAUSE, underWay: false });
  }
  return waiting.get(one.key);
}

function later(state, wait) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => send(state), wait);
}

function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie
    ? cookie.slice("csrftoken=".length)
    : document.querySelector("input[name=csrfmiddlewaretoken]").value;
}

async function send(state) {
  const { one } = state;
  const value = one.value();
  if (state.underWay || !one.key.isConnected || value === state.confirmed || state.said) {
    return;
  }
  state.underWay = true;
  try {
    const answer = await fetch(one.url, {
      method: "POST",
      body: one.body(),
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      redirect: "manual",
    });
    if (answer.ok) {
      state.confirmed = value;
      state.pause = FIRST_PAUSE;
      one.say(one.says() ? words.kept : "");
      state.isSaid = true;
      if (one.value() !== value) {
        later(state, AFTER_KEYSTROKE);
      }
    } else if (answer.status === 409) {
      state.confirmed = value; // there is no use in trying again
      one.say((await answer.json()).message);
    } else if ([401, 403].includes(answer.status)) {
      one.say(words.signedOut);
      tryAgain(state);
    } else {
      throw new Error(answer.status);
    }
  } catch {
    one.say(words.notKept);
    tryAgain(state);
  } finally {
    state.underWay = false;
  }
}

function tryAgain(state) {
  later(state, state.pause);
  state.pause = Math.min(state.pause * 2, LONGEST_PAUSE);
}

document.addEventListener("input", (event) => {
  const one = event.target.matches("input, textarea") && kept(event.target);
  if (one && one.url) {
    const state = stateOf(one);
    if (state.isSaid) {
      state.isSaid = false;
      one.say(""); // what is typed now is not kept yet
    }
    later(state, AFTER_KEYSTROKE);
  }
});

document.addEventListener("focusout", (event) => {
  const state = waiting.get(kept(event.target)?.key);
  if (state) {
    later(state, 0);
  }
});

for (const name of ["online", "focus"]) {
  window.addEventListener(name, () => waiting.forEach((state) => later(state, 0)));
}

// What is being sent for good is no draft; when that fails, it is one again.
function saying(form, isSaying) {
  for (const state of waiting.values()) {
    if (state.one.key === form || state.one.key.form === form) {
      clearTimeout(state.timer);
      state.said = isSaying;
      if (!isSaying) {
        later(state, AFTER_KEYSTROKE);
      }
    }
  }
}

document.addEventListener("submit", (event) => {
  leaving = true;
  saying(event.target, true);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  saying(event.target.closest("form"), true);
});
for (const name of ["htmx:afterRequest", "htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    leaving = false;
    if (event.target.isConnected) {
      saying(event.target.closest?.("form"), false);
    }
  });
}

// Only what is not kept yet is worth a question before the page is left.
window.addEventListener("beforeunload", (event) => {
  const isUnkept = ({ one, confirmed }) => one.key.isConnected && one.value() !== confirmed;
  if (!leaving && [...waiting.values()].some(isUnkept)) {
    event.preventDefault();
  }
});
