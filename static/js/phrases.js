// Pointing at words: select some in an answer and press “Comment on these words” beside them; or
// select them in the box of the comment form. Without this file the words are pasted there.

const place = document.getElementById("said");
const words = place?.dataset ?? {};
const AROUND = 60; // as many signs before and after go along, as the server keeps
const NAMED = 80;
const BLOCKS = "p, br, div";
const SPOKEN = ".skipped, .phrase__to, del"; // not part of the text as it stands
let button;
let chosen; // what the button speaks of

// The text of an answer as it is stored, up to a point of the page or as a whole.
function textOf(answer, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(answer);
  if (node) {
    range.setEnd(node, offset);
  }
  const walker = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, {
    acceptNode: (one) =>
      one.nodeType === Node.ELEMENT_NODE && one.matches(SPOKEN)
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
  });
  let text = "";
  while (walker.nextNode()) {
    const one = walker.currentNode;
    if (range.comparePoint(one, 0) > 0) {
      break;
    }
    if (one.nodeType === Node.ELEMENT_NODE) {
      text += one.matches(BLOCKS) ? "\n" : "";
    } else {
      text += one === node ? one.data.slice(0, offset) : one.data;
    }
  }
  return text;
}

// The words selected in one answer, with those around them; nothing for any other selection.
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) {
    return null;
  }
  const range = selection.getRangeAt(0);
  const answer = answerOf(range);
  if (!answer) {
    return null;
  }
  const inside = document.createRange();
  inside.selectNodeContents(answer);
  const starts = inside.comparePoint(range.startContainer, range.startOffset) === 0;
  const ends = inside.comparePoint(range.endContainer, range.endOffset) === 0;
  const text = textOf(answer);
  const start = starts ? textOf(answer, range.startContainer, range.startOffset).length : 0;
  const end = ends ? textOf(answer, range.endContainer, range.endOffset).length : text.length;
  const found = text.slice(start, end);
  const said = found.trim();
  if (!said) {
    return null;
  }
  const first = start + found.indexOf(said);
  return { answer, range, ...whole(text, first, first + said.length) };
}

// The words that are half selected, whole; scripts without spaces between words are left as they are.
const LETTER = /[\p{L}\p{M}\p{N}]/u;
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;

function whole(text, start, end) {
  const inWord = (at) => LETTER.test(text[at] ?? "") && !UNSPACED.test(text[at]);
  while (start > 0 && inWord(start) && inWord(start - 1)) {
    start -= 1;
  }
  while (end < text.length && inWord(end - 1) && inWord(end)) {
    end += 1;
  }
  return around(text, start, end);
}

// The one answer that a selection is in. A triple click ends at the beginning of what follows.
function answerOf(range) {
  const parts = [...document.querySelectorAll("[data-on]")].filter((one) => {
    if (!range.intersectsNode(one)) {
      return false;
    }
    const within = range.cloneRange();
    if (!one.contains(range.startContainer)) {
      within.setStart(one, 0);
    }
    if (!one.contains(range.endContainer)) {
      within.setEnd(one, one.childNodes.length);
    }
    return within.toString().trim() !== "";
  });
  return parts.length === 1 ? parts[0] : null;
}

function around(text, start, end) {
  return {
    words: text.slice(start, end),
    before: text.slice(Math.max(start - AROUND, 0), start),
    after: text.slice(end, end + AROUND),
  };
}

// -- the button beside a selection -----------------------------------------------------------------

function offer() {
  const found = selected();
  if (!found) {
    if (document.activeElement !== button) {
      withdraw();
    }
    return;
  }
  const isNew = !chosen || chosen.words !== found.words || chosen.answer !== found.answer;
  chosen = found;
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "point btn btn-sm btn-primary no-print";
    button.textContent = words.point;
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
    button.addEventListener("click", open);
  }
  found.answer.after(button); // the next stop of the Tab key after the words
  const last = [...found.range.getClientRects()].at(-1);
  const home = button.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const most = document.documentElement.clientWidth - button.offsetWidth - 12;
  const left = Math.max(Math.min(last.right - button.offsetWidth / 2, most), 12);
  button.style.left = `${left - home.left}px`;
  button.style.top = `${last.bottom + 8 - home.top}px`;
  if (isNew) {
    place.textContent = words.pointed;
  }
}

function withdraw() {
  button?.remove();
  chosen = undefined;
}

let timer;
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(offer, 150);
});

document.addEventListener("keydown", (event) => {
  const isAway = document.activeElement === document.body || document.activeElement === null;
  if (event.key === "Tab" && !event.shiftKey && chosen && isAway) {
    event.preventDefault(); // as was announced, wherever the browser would go on from
    button.focus();
  } else if (event.key === "Escape" && chosen) {
    clearTimeout(timer);
    getSelection().removeAllRanges();
    withdraw();
    place.textContent = "";
  }
});

// -- the form --------------------------------------------------------------------------------------

function open() {
  const { answer, words: phrase, before, after } = chosen;
  withdraw();
  getSelection().removeAllRanges();
  begin(answer.dataset.on, { words: phrase, before, after });
}

// Opens the form beside an answer, about these words of it; asks where one is begun about others.
async function begin(on, phrase) {
  const margin = () => answerAt(on).closest(".beside").querySelector(".notes__new");
  let form = margin().querySelector("form");
  // One that is open already keeps what was typed, if it is about this answer or its row.
  if (!form || !on.startsWith(form.elements.on.value)) {
    await window.htmx.ajax("GET", `${words.threads}?on=${encodeURIComponent(on)}`, {
      source: margin(),
      target: margin(),
      swap: "outerHTML",
    });
    form = margin().querySelector("form");
    if (!form) {
      return; // refused: the reason stands there
    }
  }
  if (isBegun(form) && isAboutOthers(form, phrase)) {
    ask(form, on, phrase);
  } else {
    fill(form, phrase);
    form.elements.text.focus();
  }
}

// Asked for anew: the text is another element once a mark was added to it.
function answerAt(on) {
  return document.querySelector(`[data-on="${CSS.escape(on)}"]`);
}

function isBegun({ elements }) {
  return elements.text.value.trim() !== "" || elements.instead.value !== elements.offered.value;
}

function isAboutOthers({ elements }, phrase) {
  const isElsewhere = elements.before.value !== "" && elements.before.value !== phrase.before;
  return elements.words.value !== phrase.words || isElsewhere;
}

// What somebody has written about some words is not moved to others unless they say so.
function ask(form, on, phrase) {
  const question = form.querySelector("[data-other]");
  const was = form.elements.words.value;
  question.querySelector("[data-of-words]").hidden = !was.trim();
  question.querySelector("[data-of-all]").hidden = Boolean(was.trim());
  question.querySelector("[data-of-words] q").textContent = short(was);
  question.querySelector("[data-to]").textContent = short(phrase.words);
  question.onclick = ({ target }) => {
    const choice = target.dataset.choice;
    if (!choice) {
      return;
    }
    question.hidden = true;
    if (choice === "another") {
      following = { form, on, phrase };
      form.requestSubmit();
      return;
    }
    if (choice === "move") {
      fill(form, phrase);
    }
    form.elements.text.focus();
  };
  question.hidden = false;
  question.querySelector("[tabindex]").focus();
}

// Once the comment is said, its form is gone and the next one begins; one that was refused stays.
let following;
document.addEventListener("htmx:afterSettle", () => {
  if (!following || following.form.isConnected) {
    return;
  }
  const { on, phrase } = following;
  following = undefined;
  const margin = answerAt(on)?.closest(".beside");
  if (margin && !margin.querySelector(".notes__new form")) {
    begin(on, phrase);
  }
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, () => {
    following = undefined;
  });
}

function short(phrase) {
  return phrase.length > NAMED ? `${phrase.slice(0, NAMED)}…` : phrase;
}

function fill(form, phrase) {
  const { elements } = form;
  const isUntouched = elements.instead.value === elements.offered.value;
  for (const name of ["words", "before", "after"]) {
    elements[name].value = phrase[name];
  }
  if (isUntouched) {
    elements.instead.value = phrase.words;
    elements.offered.value = phrase.words;
  }
  form.querySelector(".composer__spots")?.remove();
  show(form, phrase.words);
  elements.text.dispatchEvent(new Event("input", { bubbles: true })); // so that it is kept
  place.textContent = words.opened.replace("{words}", short(phrase.words));
}

function show(form, phrase) {
  const quote = form.querySelector("[data-phrase]");
  quote.hidden = !phrase.trim();
  quote.querySelector("q").textContent = phrase;
}

// Words that are typed or pasted stand where they stand, not where others were selected before.
document.addEventListener("input", (event) => {
  if (event.target.name === "words" && event.target.form?.elements.before) {
    const { form } = event.target;
    form.elements.before.value = "";
    form.elements.after.value = "";
    form.querySelector(".composer__spots")?.remove();
    show(form, event.target.value);
  }
});

// In the box of the form, words can be selected with the keys as in any other box.
document.addEventListener("click", (event) => {
  const take = event.target.closest?.("[data-take]");
  if (!take) {
    return;
  }
  const { form } = take;
  const boxes = [...form.querySelectorAll("[data-choose]")];
  const isSome = (box) => box.value.slice(box.selectionStart, box.selectionEnd).trim();
  const box = boxes.includes(latest) && isSome(latest) ? latest : boxes.find(isSome);
  if (!box) {
    place.textContent = words.none;
    boxes[0].focus();
    return;
  }
  const text = box.value;
  const found = text.slice(box.selectionStart, box.selectionEnd);
  const said = found.trim();
  const first = box.selectionStart + found.indexOf(said);
  fill(form, whole(text, first, first + said.length));
  form.querySelector(".composer__words").open = false;
  form.elements.text.focus();
});

// A box that is only to be read has no cursor to move; one that takes nothing in has.
let latest; // the box in which something was selected last
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-choose]")) {
    latest = event.target;
    latest.readOnly = false;
    latest.setAttribute("aria-readonly", "true");
    latest.inputMode = "none";
  }
});
document.addEventListener("beforeinput", (event) => {
  if (event.target.matches("[data-choose]")) {
    event.preventDefault();
  }
});

// A text that shows what changed keeps showing it when no more than a mark is added beside it.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const isSame = () => spokenIn(target) === spokenIn(fragment.querySelector(".pointable"));
  if (target?.matches?.(".pointable") && target.querySelector(".told") && isSame()) {
    event.detail.shouldSwap = false;
  }
});

// The words of a text as it stands, however it is drawn.
function spokenIn(text) {
  const copy = text.cloneNode(true);
  copy.querySelectorAll(SPOKEN).forEach((one) => one.remove());
  return copy.textContent.replace(/\s+/gu, "");
}
