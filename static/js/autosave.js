// Saves the form of a section while somebody writes.
//
// About 600 ms after the last keystroke, and when a question is left, whatever differs from what the
// server has confirmed is sent; one request is under way at a time and the next carries the rest.
// Until it is confirmed it is also kept in this browser (copies.js). While there is no line, or the
// person was signed out, it goes on trying, ever more slowly. Without this file the buttons save.

import { copies } from "./copies.js";

const AFTER_KEYSTROKE = 600;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;

let form;
let status;
let words;
let confirmed = new Map();
let told = new Map();
let timer;
let underWay = false;
let pause = FIRST_PAUSE;

const isAnswer = (input) =>
  input.name && !["csrfmiddlewaretoken", "base", "do"].includes(input.name) && !input.name.endsWith("_new");

// What an input, or all inputs of one name, say now: a list of strings as JSON.
function valueOf(name) {
  return JSON.stringify(new FormData(form).getAll(name).map(String));
}

function names() {
  return new Set([...form.elements].filter(isAnswer).map((input) => input.name));
}

function changed() {
  return [...names()].filter(
    (name) => valueOf(name) !== confirmed.get(name) && valueOf(name) !== told.get(name),
  );
}

function say(key, values = {}) {
  if (status.dataset.kind === "signedOut" && ["saving", "signedOut"].includes(key)) {
    return; // the link stays as it is, also while it is being pressed
  }
  let sentence = words[key] ?? "";
  for (const [name, value] of Object.entries(values)) {
    sentence = sentence.replace(`{${name}}`, value);
  }
  if (status.dataset.kind !== key || status.textContent !== sentence) {
    status.textContent = sentence;
    status.dataset.kind = key;
    if (key === "signedOut") {
      status.append(" ", signIn());
    }
  }
}

// Signing in happens in another tab; coming back to this one sends what is waiting.
function signIn() {
  const link = line("a", words.signIn);
  link.href = status.dataset.signIn;
  link.target = "_blank";
  return link;
}

function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

function tryAgain() {
  later(pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

async function send() {
  if (underWay || !form?.isConnected) {
    return;
  }
  const asked = changed();
  if (asked.length === 0) {
    return;
  }
  underWay = true;
  const mine = form;
  const sent = new Map(asked.map((name) => [name, valueOf(name)]));
  const body = new FormData();
  body.set("do", "auto");
  body.set("base", form.elements.base.value);
  body.set("only", JSON.stringify(asked));
  for (const [name, value] of sent) {
    JSON.parse(value).forEach((one) => body.append(name, one));
  }
  say("saving");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      redirect: "manual",
    });
    const said = answer.ok ? await answer.json() : null;
    if (form !== mine) {
      return; // a save by button has brought a new form meanwhile, with all that is stored
    }
    if (said) {
      take(sent, said);
    } else if (answer.status === 401 || answer.status === 403) {
      say("signedOut");
      tryAgain();
    } else if (answer.status === 409) {
      say("closed");
    } else if (answer.status === 413) {
      say("tooLong");
    } else {
      throw new Error(answer.status);
    }
  } catch {
    if (form !== mine) {
      return;
    }
    say(navigator.onLine ? "unreachable" : "offline");
    tryAgain();
  } finally {
    underWay = false;
  }
}

function take(sent, said) {
  pause = FIRST_PAUSE;
  form.elements.base.value = JSON.stringify({ ...JSON.parse(form.elements.base.value), ...said.base });
  for (const [name, value] of sent) {
    show(name, said.problems[name]);
    if (said.problems[name]) {
      told.set(name, value);
    } else {
      confirmed.set(name, value);
      told.delete(name);
      copies.forget(form, name, value);
    }
  }
  const troubled = [...told.keys()].filter((name) => valueOf(name) === told.get(name)).length;
  if (troubled) {
    say(troubled === 1 ? "attention" : "attentions", { count: troubled });
  } else {
    say("saved", { at: said.at });
  }
  if (changed().length) {
    later(0);
  }
}

// What is wrong with an answer, in words beside it; its own place, so that the page does not jump.
function show(name, problem) {
  const input = form.elements[name]?.[0] ?? form.elements[name];
  const field = input?.closest?.(".field");
  if (!field) {
    return;
  }
  let place = field.querySelector("[data-autosaved-problem]");
  if (!problem) {
    place?.remove();
    return;
  }
  if (!place) {
    place = document.createElement("div");
    place.className = "field-error";
    place.dataset.autosavedProblem = "";
    field.append(place);
  }
  place.replaceChildren(...problem.messages.map((message) => line("div", message)));
  if (problem.theirs !== undefined) {
    const quote = line("blockquote", problem.theirs || words.nothing);
    quote.className = "quote";
    quote.dir = "auto";
    place.append(quote, choice(name, problem, "keepMine"), choice(name, problem, "takeTheirs"));
  }
}

function line(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}

// After a conflict: send one's own once more on top of theirs, or put theirs into the box.
function choice(name, problem, which) {
  const button = line("button", words[which]);
  button.type = "button";
  button.className = "btn btn-secondary btn-sm";
  button.addEventListener("click", () => {
    const base = JSON.parse(form.elements.base.value);
    form.elements.base.value = JSON.stringify({ ...base, ...problem.base });
    if (which === "takeTheirs" && problem.replaceable) {
      form.elements[name].value = problem.theirs;
    }
    told.delete(name);
    show(name, null);
    later(0);
  });
  return button;
}

function begin() {
  const found = document.querySelector("form[data-autosave]");
  if (found === form) {
    return;
  }
  form = found;
  status = document.getElementById("save-status");
  if (!form || !status) {
    return;
  }
  words = JSON.parse(status.dataset.words);
  confirmed = new Map([...names()].map((name) => [name, valueOf(name)]));
  told = new Map();
  copies.offer(form, words, () => later(0));
}

document.addEventListener("input", (event) => {
  if (form && event.target.form === form && isAnswer(event.target)) {
    copies.keep(form, event.target.name, valueOf(event.target.name), confirmed);
    later(AFTER_KEYSTROKE);
  }
});

document.addEventListener("focusout", (event) => {
  if (form && event.target.form === form && changed().length) {
    later(0);
  }
});

window.addEventListener("online", () => later(0));
window.addEventListener("focus", () => later(0));
document.addEventListener("visibilitychange", () => later(0));
document.addEventListener("htmx:afterSettle", begin);

export const unsaved = () => Boolean(form?.isConnected) && (underWay || changed().length > 0);

begin();
