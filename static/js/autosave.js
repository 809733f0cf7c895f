// Saves the form of a section while somebody writes.
//
// About 600 ms after the last keystroke, and when a question is left, whatever differs from what the
// server has confirmed is sent; one request is under way at a time and the next carries the rest.
// Until it is confirmed it is also kept in this browser (copies.js). While there is no line, or the
// person was signed out, it goes on trying, ever more slowly. Without this file the buttons save.
//
// A request that got no answer may have been stored all the same. It is repeated as it was before
// anything newer is sent, or one's own words would come back as what somebody else wrote meanwhile.

import { copies, fill, inputsOf, line } from "./copies.js";

const AFTER_KEYSTROKE = 600;
const NO_ANSWER = 60000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
const WORTH_SAYING = 1000; // a shorter wait is not worth a word
const NOT_ANSWERS = ["csrfmiddlewaretoken", "base", "do", "typed_by"];
const QUIET = ["", "saving", "saved", undefined];
const WITHOUT_LINE = ["offline", "unreachable", "offlinePress"];

let form;
let status;
let words;
let confirmed = new Map(); // what the server has, as JSON by name
let told = new Map(); // what it has refused, with a reason shown
let unanswered = null; // what was sent and got no answer
let posted = null; // all that was on the form when a button sent it
let since = new Map(); // what was typed after that
let caret = []; // and where
let timer;
let slowly;
let sending = null;
let undone = null; // the button that was pressed without a line: {words, saves}
let pause = FIRST_PAUSE;

const isAnswer = (input) =>
  input.name &&
  input.type !== "file" &&
  !NOT_ANSWERS.includes(input.name) &&
  !input.closest(".add-term") && // looks for a term, which is an answer once it is chosen
  !input.closest("[data-conflict]"); // what its buttons would put into an answer

// What an input, or all inputs of one name, say now: a list of strings as JSON.
function valueOf(name) {
  return JSON.stringify(new FormData(form).getAll(name).map(String));
}

// What they said when the page came, whatever the browser or the person has put there since.
function givenTo(name) {
  const values = inputsOf(form, name)
    .filter((input) => !input.disabled)
    .flatMap((input) => {
      if (["checkbox", "radio"].includes(input.type)) {
        return input.defaultChecked ? [input.value] : [];
      }
      if (input.options) {
        const given = [...input.options].filter((option) => option.defaultSelected);
        return (given.length ? given : [...input.options].slice(0, 1)).map((one) => one.value);
      }
      return [input.type === "textarea" ? input.defaultValue : tidied(input)];
    });
  return JSON.stringify(values);
}

// A line of text loses what its input cannot hold: that is not what somebody typed.
function tidied({ type, defaultValue }) {
  return Object.assign(document.createElement("input"), { type, defaultValue }).value;
}

function names() {
  return new Set([...form.elements].filter(isAnswer).map((input) => input.name));
}

function values() {
  return new Map([...names()].map((name) => [name, valueOf(name)]));
}

function changed() {
  return [...values()].filter(
    ([name, value]) => value !== confirmed.get(name) && value !== told.get(name),
  );
}

// -- what the page says ---------------------------------------------------------------------------

// Only what is news is written, as it is read out: not each of the saves of one minute, nor that it
// is being tried once more.
function say(kind, sentenceParts = {}) {
  clearTimeout(slowly);
  slowly = undefined;
  const kept = copies.work ? words.kept : words.keptOpen;
  let sentence = words[kind] ?? "";
  for (const [name, value] of Object.entries({ kept, ...sentenceParts })) {
    sentence = sentence.replace(`{${name}}`, value);
  }
  sentence = followed(sentence, pressAgain(kind));
  if (status.dataset.kind === kind && status.dataset.said === sentence) {
    return; // also the link stays as it is, while it is being pressed
  }
  status.dataset.kind = kind;
  if (status.dataset.said !== sentence) {
    status.dataset.said = sentence;
    status.textContent = sentence;
    if (kind === "signedOut") {
      status.textContent = followed(sentence, " ");
      status.append(signIn());
    }
  }
}

// Two sentences, with the full stop that the first may lack.
function followed(first, second) {
  if (!second) {
    return first;
  }
  return `${first}${/[.…]$/u.test(first) ? "" : "."} ${second.trimStart()}`;
}

// What was pressed without a line is not done by itself later: one may have thought better of it.
function pressAgain(kind) {
  if (undone && WITHOUT_LINE.includes(kind)) {
    return words.undone.replace("{button}", undone.words);
  }
  const isOver = !undone || undone.saves || !["saved", "lineBack"].includes(kind);
  return isOver ? "" : words.undoneYet.replace("{button}", undone.words);
}

function busy() {
  if (QUIET.includes(status.dataset.kind)) {
    status.dataset.kind = "saving";
    slowly ??= setTimeout(() => say("saving"), WORTH_SAYING);
  }
}

// Signing in happens in another tab; coming back to this one sends what is waiting.
function signIn() {
  const link = line("a", words.signIn);
  link.href = status.dataset.signIn;
  link.target = "_blank";
  return link;
}

// -- sending --------------------------------------------------------------------------------------

function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

// Send what is not confirmed; the promise ends when that was answered, or was not.
function send() {
  sending ??= sendOnce().finally(() => {
    sending = null;
  });
  return sending;
}

async function sendOnce() {
  if (posted || !form?.isConnected) {
    return; // a button has sent all of it
  }
  const asked = unanswered ?? new Map(changed());
  if (asked.size === 0) {
    if (status.dataset.kind === "offlinePress" && navigator.onLine) {
      say("lineBack");
    }
    if (status.dataset.kind === "saving") {
      status.dataset.kind = status.textContent ? "saved" : "";
    }
    return;
  }
  const mine = form;
  busy();
  const [code, said] = await post(asked);
  if (form !== mine) {
    later(0); // a button has brought a new form meanwhile, with all that is stored
    return;
  }
  unanswered = null;
  if (code === 200 && said) {
    take(asked, said);
  } else if (code === 413) {
    say("tooLong");
  } else if (code === 401 || code === 403) {
    tryAgain("signedOut");
  } else if (code >= 400 && code < 500) {
    tryAgain(said?.kind ?? "closed");
  } else {
    unanswered = asked;
    tryAgain(navigator.onLine ? "unreachable" : "offline");
  }
}

function tryAgain(kind) {
  say(kind);
  later(pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

// The answer's status, 0 for none, and what it says.
async function post(asked) {
  const body = new FormData();
  body.set("do", "auto");
  body.set("typed_by", form.dataset.person);
  body.set("base", form.elements.base.value);
  body.set("only", JSON.stringify([...asked.keys()]));
  for (const [name, value] of asked) {
    JSON.parse(value).forEach((one) => body.append(name, one));
  }
  const limit = new AbortController();
  const enough = setTimeout(() => limit.abort(), NO_ANSWER);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      redirect: "manual",
      signal: limit.signal,
    });
    const isSaid = answer.headers.get("Content-Type")?.startsWith("application/json");
    return [answer.status, isSaid ? await answer.json() : null];
  } catch {
    return [0, null];
  } finally {
    clearTimeout(enough);
  }
}

function take(asked, said) {
  pause = FIRST_PAUSE;
  const matters = [...asked].some(([name, value]) => mayMatter(name, value));
  form.elements.base.value = JSON.stringify({ ...JSON.parse(form.elements.base.value), ...said.base });
  for (const [name, value] of asked) {
    show(name, said.problems[name]);
    if (said.problems[name]) {
      told.set(name, value);
    } else {
      confirmed.set(name, value);
      told.delete(name);
      copies.forget(form, name, value);
      copies.keep(form, name, valueOf(name), confirmed);
    }
  }
  const saved = { bubbles: true, detail: Object.keys(said.base) };
  form.dispatchEvent(new CustomEvent("answers:saved", saved));
  if (matters) {
    form.dispatchEvent(new CustomEvent("missing:changed", { bubbles: true }));
  }
  const troubled = [...told.keys()].filter((name) => valueOf(name) === told.get(name)).length;
  if (troubled && !changed().length) {
    say(troubled === 1 ? "attention" : "attentions", { count: troubled });
  } else if (!troubled) {
    say("saved", { at: said.at });
  }
  if (changed().length) {
    busy();
    later(0);
  }
}

// Whether a save may change what is missing: words in the place of other words do not, unless they
// were copied and wait to be confirmed.
function mayMatter(name, value) {
  const inputs = inputsOf(form, name);
  const isText = inputs.length > 0 && inputs.every(({ type }) => ["text", "textarea"].includes(type));
  const says = (one) => JSON.parse(one ?? "[]").some((text) => text.trim() !== "");
  const isFilled = says(confirmed.get(name)) !== says(value);
  return !isText || isFilled || Boolean(document.querySelector("[data-carried]"));
}

// What is wrong with an answer, in words beside it; its own place, so that the page does not jump.
// Where somebody else wrote meanwhile, both texts and the choice stand below it.
function show(name, problem) {
  const input = form.elements[name]?.[0] ?? form.elements[name];
  const field = input?.closest?.(".field") ?? form.querySelector(`[data-terms="${name}"]`);
  if (!field) {
    return;
  }
  const texts = form.querySelector(`[data-conflict="${name}"]`);
  let place = field.querySelector("[data-autosaved-problem]");
  if (problem?.conflict) {
    const made = document.createElement("template");
    made.innerHTML = problem.conflict;
    if (texts) {
      field.querySelector(".field-error:not([data-autosaved-problem])")?.remove(); // said anew below
      texts.replaceWith(made.content);
    } else {
      field.after(made.content);
    }
  } else {
    texts?.remove();
  }
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
}

// -- a form comes, and comes anew -----------------------------------------------------------------

function begin() {
  const found = document.querySelector("form[data-autosave]");
  if (found === form) {
    return;
  }
  clearTimeout(slowly); // what was under way belonged to the form before
  slowly = undefined;
  form = found;
  status = document.getElementById("save-status");
  if (!form || !status) {
    return;
  }
  words = JSON.parse(status.dataset.words);
  confirmed = new Map([...names()].map((name) => [name, givenTo(name)]));
  told = new Map();
  unanswered = null;
  undone = null;
  for (const name of JSON.parse(form.dataset.unsaved || "[]")) {
    if (inputsOf(form, name)[0]?.closest(".field")?.querySelector(".field-error")) {
      told.set(name, confirmed.get(name)); // the page says why
    }
    confirmed.delete(name);
  }
  copies.offer(form, words, valueOf, confirmed, () => later(0));
  if (changed().length) {
    later(0);
  }
}

// What a button sends starts from what is stored; while a save is under way nobody knows what that
// is. So the button waits for the answer, or the server would see two people in one answer.
let waits = false;
let letThrough = false;

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form || letThrough || !(sending || unanswered)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    if (!waits) {
      waits = true;
      send().then(() => press(button));
    }
  },
  true,
);

function press(button) {
  waits = false;
  if (button ? button.isConnected : form?.isConnected) {
    letThrough = true;
    button?.focus();
    (button?.form ?? form).requestSubmit(button);
    letThrough = false;
  }
}

const isOurs = (event) => event.detail.requestConfig?.elt === form;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isOurs(event)) {
    undone = null;
    posted = values();
    busy();
  }
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt === form) {
    event.detail.parameters.csrfmiddlewaretoken = token(); // a new one after signing in elsewhere
  }
});

// Leaving after all was stored: only what was typed meanwhile stays here.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (isOurs(event) && event.detail.xhr.getResponseHeader("HX-Redirect")) {
    posted.forEach((value, name) => copies.forget(form, name, value));
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event)) {
    return;
  }
  if (event.detail.xhr.status >= 500) {
    event.detail.shouldSwap = false; // what is typed stays in sight
  } else {
    since = new Map([...values()].filter(([name, value]) => value !== posted.get(name)));
    const box = document.activeElement;
    caret = [box.selectionStart, box.selectionEnd];
  }
});

document.addEventListener("htmx:afterSwap", () => {
  const fresh = document.querySelector("form[data-autosave]");
  if (fresh && fresh !== form) {
    forgetStored(fresh);
    since.forEach((value, name) => fill(fresh, name, JSON.parse(value)));
    if (since.has(document.activeElement.name) && typeof caret[0] === "number") {
      document.activeElement.setSelectionRange(...caret);
    }
    since = new Map();
  }
});

// What a button sent is stored where the new form has it and does not say otherwise, also where it
// reads a little differently now, such as without the spaces around it.
function forgetStored(fresh) {
  const unsavedYet = JSON.parse(fresh.dataset.unsaved || "[]");
  for (const [name, value] of posted ?? []) {
    if (inputsOf(fresh, name).length && !unsavedYet.includes(name)) {
      copies.forget(fresh, name, value);
    }
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (!isOurs(event) || !posted) {
    return;
  }
  const { xhr } = event.detail;
  const sent = new Map([...posted].filter(([name, value]) => value !== confirmed.get(name)));
  const own = given(event.detail.requestConfig);
  if (own && xhr.status < 400) {
    copies.forget(form, own, posted.get(own));
  }
  posted = null;
  undone = xhr.status ? null : pressedBy(event.detail.requestConfig);
  if (xhr.status && xhr.status < 500) {
    later(0);
  } else if (sent.size) {
    unanswered = sent;
    tryAgain(navigator.onLine ? "unreachable" : "offline");
  } else {
    say(navigator.onLine || xhr.status ? "pressAgain" : "offlinePress");
  }
});

function pressedBy({ triggeringEvent }) {
  const button = triggeringEvent?.submitter;
  return button && { words: button.textContent.trim().replace(/\s+/g, " "), saves: button.value === "save" };
}

// The answer whose own text is no longer wanted by itself: another was chosen beside it.
function given({ triggeringEvent }) {
  const [choice, name] = (triggeringEvent?.submitter?.value ?? "").split(":");
  return ["theirs", "both"].includes(choice) ? name : "";
}

document.addEventListener("htmx:afterSettle", begin);

document.addEventListener("input", (event) => {
  if (form && event.target.form === form && isAnswer(event.target)) {
    const { name } = event.target;
    copies.keep(form, name, valueOf(name), confirmed);
    if (QUIET.includes(status.dataset.kind)) {
      undone = null; // it was told, and the person goes on
      status.dataset.kind = "saving";
    }
    later(AFTER_KEYSTROKE);
  }
});

document.addEventListener("focusout", (event) => {
  const toButton = event.relatedTarget?.type === "submit"; // which sends it, if it is pressed
  if (form && event.target.form === form && !toButton && changed().length) {
    later(0);
  }
});

window.addEventListener("online", () => later(0));
window.addEventListener("focus", () => later(0));
document.addEventListener("visibilitychange", send);

export const unsaved = () =>
  Boolean(form?.isConnected) && (sending !== null || unanswered !== null || changed().length > 0);

// Ends once all was sent and answered, or could not be.
export async function settled() {
  await send();
  if (changed().length) {
    await send(); // what was typed while the first was under way
  }
}

begin();
