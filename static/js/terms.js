// Choosing from vocabularies: a list of near terms below an input, how many are chosen, boxes narrowed
// while somebody types. The server finds what is near; without this file the buttons do the same.
//
// The input is a combobox as WAI-ARIA describes it: the focus stays in it, the arrow keys go through
// the list, Enter takes the term that is gone to, Escape closes the list. What was typed stays.

const AFTER_KEYSTROKE = 150;

let open; // the list that is open: {box, input, list, said}
let asking;
let timer;
const called = new Map(); // what terms are called that were chosen here, by "name value"

const form = () => document.getElementById("section-form");
const place = (text, values) =>
  Object.entries(values).reduce((sentence, [name, value]) => sentence.replace(`{${name}}`, value), text);

function element(kind, attributes, text = "") {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.textContent = text;
  return made;
}

// -- how many are chosen --------------------------------------------------------------------------

const boxesOf = (name) => [...form().elements].filter((one) => one.name === name && one.type === "checkbox");
const ticked = (name) => boxesOf(name).filter((box) => box.checked);
const limitOf = (name) => form()?.querySelector(`[data-limit="${name}"]`);
const mostOf = (name) => Number(limitOf(name)?.dataset.most || Infinity);

// Say how many there are; at the limit the others cannot be ticked, and say so to screen readers.
function count(name) {
  const line = limitOf(name);
  if (!line) {
    return;
  }
  const number = ticked(name).length;
  const most = mostOf(name);
  const kind = number === 0 ? "none" : number < most ? "some" : number === most ? "full" : "over";
  const words = JSON.parse(line.dataset.words);
  const sentence = place(words[kind], { count: number, most, left: most - number, over: number - most });
  if (line.textContent !== sentence) {
    line.textContent = sentence;
    line.className = `limit limit--${kind}`;
  }
  for (const box of boxesOf(name)) {
    box.removeAttribute("aria-disabled");
    box.removeAttribute("aria-describedby");
    if (number >= most && !box.checked) {
      box.setAttribute("aria-disabled", "true");
      box.setAttribute("aria-describedby", line.id); // which says why
    }
  }
}

// Said once more, for who tries to go beyond.
function sayLimit(name) {
  const line = limitOf(name);
  const sentence = line.textContent;
  line.textContent = "";
  requestAnimationFrame(() => (line.textContent = sentence));
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.type === "checkbox" && box.getAttribute("aria-disabled") === "true" && box.checked) {
    event.preventDefault();
    sayLimit(box.name);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.type === "checkbox" && limitOf(event.target.name)) {
    count(event.target.name);
  }
});

// -- asking ---------------------------------------------------------------------------------------

// The options near to what was typed, as elements; none where there is no answer.
async function near(address, typed) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
    if (!answer.ok || answer.redirected) {
      return null; // signed out: the line that says so is the one about saving
    }
    const holder = document.createElement("ul");
    holder.innerHTML = await answer.text();
    return [...holder.children];
  } catch {
    return null;
  }
}

// -- the list below an input ----------------------------------------------------------------------

function begin(box) {
  const input = box.querySelector("input");
  if (!input || input.getAttribute("role") === "combobox") {
    return;
  }
  const list = element("ul", { class: "combobox__list", role: "listbox", id: `${input.id}_list` });
  list.hidden = true;
  list.setAttribute("aria-label", wordsOf(box).list);
  const said = element("p", { class: "skipped", role: "status" });
  input.after(list, said);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
    ["aria-autocomplete", "list"],
    ["autocomplete", "off"],
  ]) {
    input.setAttribute(name, value);
  }
  const here = { box, input, list, said };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(here), AFTER_KEYSTROKE);
  });
  input.addEventListener("keydown", (event) => press(event, here));
  input.addEventListener("blur", () => close());
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      choose(here, option);
    }
  });
}

async function show(here) {
  const { box, input, list, said } = here;
  const typed = input.value.trim();
  const options = typed ? await near(box.dataset.near, typed) : [];
  if (options === null || input.value.trim() !== typed || document.activeElement !== input) {
    return;
  }
  const words = wordsOf(box);
  const chosen = box.dataset.adds ? ticked(box.dataset.adds).map((one) => one.value) : [];
  options.forEach((option, number) => {
    option.id = `${list.id}_${number}`;
    option.setAttribute("aria-selected", "false");
    if (chosen.includes(option.dataset.value)) {
      option.setAttribute("aria-disabled", "true");
      option.querySelector(".near__use").textContent = words.already;
    }
  });
  close();
  list.replaceChildren(...options);
  const found = options.filter((option) => option.dataset.propose === undefined).length;
  said.textContent = typed ? place(words[found === 0 ? "nothing" : found === 1 ? "one" : "found"], { count: found }) : "";
  if (options.length) {
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    open = here;
    bringIntoSight(list);
  }
}

// The bar at the foot must not lie over the list.
function bringIntoSight(list) {
  const bar = document.querySelector(".section-bar");
  const covers = bar && ["sticky", "fixed"].includes(getComputedStyle(bar).position);
  list.style.scrollMarginBottom = `${covers ? bar.offsetHeight : 0}px`;
  list.scrollIntoView({ block: "nearest", behavior: "instant" });
}

const wordsOf = (box) => JSON.parse(box.dataset.words);

function close() {
  if (open) {
    open.list.hidden = true;
    open.input.setAttribute("aria-expanded", "false");
    open.input.removeAttribute("aria-activedescendant");
    open = undefined;
  }
}

function go(here, steps) {
  const options = [...here.list.children];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  // Beyond either end one is in the input again.
  const next = ((now + 1 + steps + options.length + 1) % (options.length + 1)) - 1;
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === next)));
  if (next >= 0) {
    here.input.setAttribute("aria-activedescendant", options[next].id);
    options[next].scrollIntoView({ block: "nearest" });
  } else {
    here.input.removeAttribute("aria-activedescendant");
  }
}

function press(event, here) {
  const isOpen = open === here;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && event.altKey && isOpen) {
    close();
  } else if (step && isOpen) {
    go(here, step);
  } else if (step) {
    show(here);
  } else if (event.key === "Escape" && isOpen) {
    close();
  } else if (event.key === "Enter" && !event.isComposing) {
    const option = isOpen && here.list.querySelector("[aria-selected=true]");
    if (option) {
      choose(here, option);
    } else if (here.box.dataset.adds) {
      send(here, `choose:${here.box.dataset.adds}`); // found by its spelling, or asked about
    } else if (isOpen) {
      close();
    } else {
      return;
    }
  } else {
    return;
  }
  event.preventDefault();
}

function send(here, what) {
  if (!here.input.value.trim()) {
    return;
  }
  const button = element("button", { name: "do", value: what, class: "skipped", tabindex: "-1" });
  here.box.append(button);
  close();
  button.click();
  button.remove();
}

function choose(here, option) {
  if (option.getAttribute("aria-disabled") === "true") {
    return;
  }
  if (option.dataset.propose !== undefined) {
    here.input.value = option.dataset.propose;
    send(here, `propose:${here.box.dataset.adds}`);
  } else if (here.box.dataset.adds) {
    add(here, option);
  } else {
    fillIn(here, option);
  }
}

function add({ box, input, said }, option) {
  const name = box.dataset.adds;
  if (ticked(name).length >= mostOf(name)) {
    sayLimit(name);
    return; // what was typed waits for a place
  }
  const made = put(name, option.dataset.value, option.dataset.name);
  made.dispatchEvent(new Event("input", { bubbles: true }));
  input.value = "";
  close();
  said.textContent = place(wordsOf(box).added, { name: option.dataset.name });
}

// Tick the box of a term; it is made where there is none yet.
function put(name, value, words) {
  const whole = form().querySelector(`[data-terms="${name}"]`);
  let box = boxesOf(name).find((one) => one.value === value);
  if (!box) {
    const made = whole.querySelector("template").content.firstElementChild.cloneNode(true);
    box = made.querySelector("input");
    box.value = value;
    box.id = `id_${name}_term_${value}`;
    made.querySelector("label").htmlFor = box.id;
    made.querySelector("label").textContent = words;
    whole.querySelector("[data-chosen]").append(made);
  }
  called.set(`${name} ${value}`, words);
  box.checked = true;
  return box;
}

// What was kept elsewhere, or typed while the form came anew, is put back: also terms chosen then.
document.addEventListener("answers:fill", ({ detail: { name, texts, labels } }) => {
  if (!form()?.querySelector(`[data-terms="${name}"]`)) {
    return;
  }
  texts.forEach((value, number) => {
    const words = labels?.[number] ?? called.get(`${name} ${value}`);
    if (words) {
      put(name, value, words);
    }
  });
  requestAnimationFrame(() => count(name));
});

// A partner's name, and its sector where the row has none and the network has always used one.
function fillIn({ box, input, said }, option) {
  input.value = option.dataset.name;
  close();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(timer); // nothing more is looked for
  const sector = input.closest("[data-row]")?.querySelector("select[name$='-sector']");
  let words = wordsOf(box).filled;
  if (sector && !sector.value && option.dataset.sector) {
    sector.value = option.dataset.sector;
    sector.dispatchEvent(new Event("input", { bubbles: true }));
    words = place(wordsOf(box).sector, { sector: sector.selectedOptions[0]?.textContent ?? "" });
  }
  said.textContent = words;
}

// -- boxes, narrowed ------------------------------------------------------------------------------

function narrow(part) {
  const input = part.querySelector("input");
  const said = part.querySelector("[role=status]");
  const rows = [...part.parentElement.querySelectorAll(".form-check, .goal-tile")];
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault(); // it would send the form
    } else if (event.key === "Escape" && input.value) {
      input.value = "";
      look();
    }
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, AFTER_KEYSTROKE);
  });

  async function look() {
    const typed = input.value.trim();
    const options = typed ? await near(part.dataset.filter, typed) : [];
    if (input.value.trim() !== typed) {
      return;
    }
    const values = options?.map((option) => option.dataset.value);
    for (const row of rows) {
      const box = row.querySelector("input");
      const holds = row.textContent.toLowerCase().includes(typed.toLowerCase());
      row.hidden = !(typed === "" || box.checked || (values ? values.includes(box.value) : holds));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = typed ? place(part.dataset.words, { count: shown, all: rows.length }) : "";
  }
}

// -- a form comes, and comes anew -----------------------------------------------------------------

function start() {
  for (const box of document.querySelectorAll(".combobox[data-near]")) {
    begin(box);
  }
  for (const part of document.querySelectorAll("[data-filter]:not([data-begun])")) {
    part.dataset.begun = "";
    narrow(part);
  }
  for (const line of document.querySelectorAll("[data-limit]")) {
    count(line.dataset.limit);
  }
}

document.addEventListener("htmx:afterSwap", start);
start();
