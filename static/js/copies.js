// What was typed and is not yet confirmed, kept in this browser per person, plan and section; offered
// after a crash or a closed lid, compared with what is stored now; erased once it is confirmed, and
// at sign-out (signing_out.js).
//
// In IndexedDB and not in localStorage: a browser that is killed loses what it put into the latter in
// its last five seconds. Each page keeps copies of its own, so that two tabs do not write over each
// other's.

const KEPT_FOR = 30 * 24 * 60 * 60 * 1000; // also of somebody who never came back
const PAGE = `${Date.now()}-${Math.random()}`;
const PARTS = ["person", "plan", "section", "name", "page"];

let opened;
let writing = false;
const waiting = new Map();

// The open database, or an error where the browser keeps nothing.
function database() {
  opened ??= new Promise((found, failed) => {
    const asked = window.indexedDB.open("unsaved", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("copies", { keyPath: PARTS });
    asked.onsuccess = () => found(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

function keyOf(copy) {
  return PARTS.map((part) => copy[part]);
}

// Run `work` on the copies; what it returns is a request whose result is given back, if anything.
async function inside(mode, work) {
  try {
    const all = (await database()).transaction("copies", mode, { durability: "strict" });
    const asked = work(all.objectStore("copies"));
    await new Promise((done, failed) => {
      all.oncomplete = done;
      all.onabort = () => failed(all.error);
    });
    return asked?.result;
  } catch (problem) {
    opened = undefined; // it may have been closed: next time it is opened anew
    throw problem;
  }
}

function within(...parts) {
  return IDBKeyRange.bound(parts, [...parts, []]);
}

function placeOf(form) {
  return [form.dataset.person, form.dataset.plan, form.dataset.section];
}

// One transaction at a time; what is typed meanwhile goes into the next one.
async function flush() {
  if (writing) {
    return;
  }
  writing = true;
  while (waiting.size) {
    const now = new Map(waiting);
    waiting.clear();
    try {
      await inside("readwrite", (store) => now.forEach((change) => change(store)));
      copies.work = true;
    } catch {
      copies.work = false; // no room, or none allowed: the page itself still holds the text
    }
  }
  writing = false;
}

export const copies = {
  work: true, // whether this browser kept what it was last given

  keep(form, name, value, confirmed) {
    const [person, plan, section] = placeOf(form);
    const copy = { person, plan, section, name, page: PAGE, value, at: Date.now(), ...told(form, name) };
    waiting.set(name, (store) =>
      value === confirmed.get(name) ? store.delete(keyOf(copy)) : store.put(copy),
    );
    flush();
  },

  // This is stored now, whichever page had it.
  forget(form, name, value) {
    waiting.set(`forget ${name}`, (store) => {
      eraseWhere(store, within(...placeOf(form), name), (copy) => copy.value === value);
    });
    flush();
  },

  // Show what other pages left; `now` answers what an input says, `confirmed` what is stored.
  async offer(form, words, now, confirmed, then) {
    const place = document.getElementById("kept-copies");
    let kept;
    try {
      const longAgo = Date.now() - KEPT_FOR;
      await inside("readwrite", (store) => eraseWhere(store, null, (copy) => copy.at < longAgo));
      kept = await inside("readonly", (store) => store.getAll(within(...placeOf(form))));
    } catch {
      copies.work = false;
      return;
    }
    const cards = [];
    for (const copy of kept) {
      const mine = copy.page === PAGE;
      const gone = mine && inputsOf(form, copy.name).length === 0; // taken away on this very page
      if (gone || copy.value === confirmed.get(copy.name)) {
        copies.forget(form, copy.name, copy.value);
      } else if (!mine && copy.value !== now(copy.name)) {
        cards.push(card(form, copy, words, then));
      }
    }
    place?.replaceChildren(...cards);
    tellOffered();
  },

  // The sections of a plan of which this browser keeps something.
  async sections(person, plan) {
    const found = await inside("readonly", (store) => store.getAll(within(person, plan))).catch(() => []);
    return new Set(found.map((copy) => copy.section));
  },

  count(person) {
    return inside("readonly", (store) => store.count(within(person))).catch(() => 0);
  },

  async erase(person) {
    waiting.clear();
    await inside("readwrite", (store) => void store.delete(within(person))).catch(() => {});
  },
};

function eraseWhere(store, range, isMeant) {
  store.getAll(range).onsuccess = (event) =>
    event.target.result.filter(isMeant).forEach((copy) => store.delete(keyOf(copy)));
}

// -- inputs ---------------------------------------------------------------------------------------

export function inputsOf(form, name) {
  return [...form.elements].filter((input) => input.name === name);
}

// Put these values into the input, or the inputs, of a name.
export function fill(form, name, texts, labels) {
  // Boxes that are made only when they are chosen (terms.js) are made first.
  form.dispatchEvent(new CustomEvent("answers:fill", { bubbles: true, detail: { name, texts, labels } }));
  for (const input of inputsOf(form, name)) {
    if (["checkbox", "radio"].includes(input.type)) {
      input.checked = texts.includes(input.value);
    } else {
      input.value = texts[0] ?? "";
    }
  }
}

// What an answer is called and what it says, in words: the input may be gone when it is offered.
function told(form, name) {
  const inputs = inputsOf(form, name);
  const field = inputs[0]?.closest(".field");
  const row = inputs[0]?.closest(".row-card")?.querySelector(".row-card__name, legend");
  const label = field?.querySelector(".form-label")?.firstChild;
  const choices = inputs.filter((input) => input.checked).map((input) => input.labels[0]);
  const options = inputs.flatMap((input) => [...(input.selectedOptions ?? [])]);
  return {
    labels: choices.map((one) => one.textContent.trim()),
    label: [row, label].map((part) => part?.textContent.trim()).filter(Boolean).join(": "),
    text: ["checkbox", "radio"].includes(inputs[0]?.type) || options.length
      ? [...choices, ...options].map((part) => part.textContent.trim()).join(", ")
      : (inputs[0]?.value ?? ""),
  };
}

// -- offering -------------------------------------------------------------------------------------

// The bar at the foot leads to the offers: who comes back far down the page does not see them.
function tellOffered() {
  const line = document.getElementById("kept-here");
  if (line) {
    line.hidden = document.querySelector("#kept-copies > *") === null;
  }
}

// “3 November, 14:05 (UTC+01:00)”, as times are told by the server (accounts/moments.py).
function inShort(at, timeZone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
    timeZoneName: "longOffset",
  }).formatToParts(new Date(at));
  const told = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${told.day} ${told.month}, ${told.hour}:${told.minute} (${told.timeZoneName.replace("GMT", "UTC")})`;
}

function card(form, copy, words, then) {
  const box = line("section", "");
  box.className = "notice notice--warn";
  const inner = document.createElement("div");
  const moment = inShort(copy.at, form.dataset.zone);
  const title = words.found.replace("{label}", copy.label).replace("{at}", moment);
  const there = inputsOf(form, copy.name).length > 0 || form.querySelector(`[data-terms="${copy.name}"]`);
  const quote = line("blockquote", "");
  quote.className = "quote changes";
  quote.dir = "auto";
  quote.append(...marked(there ? told(form, copy.name).text : "", copy.text, words));
  inner.append(line("p", title), quote);
  const acts = document.createElement("div");
  acts.className = "cluster";
  if (there) {
    acts.append(button(words.putBack, putBack));
  } else {
    inner.append(line("p", words.placeGone));
  }
  acts.append(button(words.discard, discard));
  inner.append(acts);
  box.append(inner);
  return box;

  function putBack() {
    fill(form, copy.name, JSON.parse(copy.value), copy.labels);
    copies.keep(form, copy.name, copy.value, new Map());
    discard();
    const input = inputsOf(form, copy.name)[0];
    input.closest("details")?.setAttribute("open", "");
    (input.closest(".field") ?? input).scrollIntoView();
    input.focus();
    then();
  }

  function discard() {
    // The page it is from may be open still, and have more by now.
    const only = IDBKeyRange.only(keyOf(copy));
    waiting.set(`discard ${keyOf(copy)}`, (store) => {
      eraseWhere(store, only, (one) => one.value === copy.value);
    });
    flush();
    box.remove();
    tellOffered();
  }
}

// A text beside the stored one: the words that only one of them has are marked, for eyes and ears.
function marked(stored, kept, words) {
  const [before, after] = [stored, kept].map((text) => text.match(/\S+|\s+/g) ?? []);
  const begin = common(before, after);
  const end = common(before.slice(begin).reverse(), after.slice(begin).reverse());
  const parts = [after.slice(0, begin).join("")];
  for (const [tag, all, saying] of [["del", before, words.onlyStored], ["ins", after, words.onlyHere]]) {
    const text = all.slice(begin, all.length - end).join("");
    if (text) {
      const mark = line(tag, text);
      const spoken = line("span", ` [${saying}] `);
      spoken.className = "skipped";
      mark.prepend(spoken);
      parts.push(mark);
    }
  }
  return [...parts, after.slice(after.length - end).join("")];
}

function common(one, other) {
  const different = one.findIndex((word, place) => word !== other[place]);
  return different < 0 ? one.length : different;
}

function button(text, act) {
  const element = line("button", text);
  element.type = "button";
  element.className = "btn btn-secondary btn-sm";
  element.addEventListener("click", act);
  return element;
}

export function line(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
