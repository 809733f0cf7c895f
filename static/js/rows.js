// Puts rows in order: by dragging a row's handle, by keyboard on the handle, or with Up and Down.
//
// While a row is held, rows show only their heads, so that all fit on a screen. The held row stays
// where it is in the page's own order and the others go round it: the focus and the finger keep hold
// of it, and nothing typed is touched. One request tells the server; without a line it waits and is
// sent again. Without this file Up and Down send the form.

const DRAGGED = 5; // pixels before a press becomes a drag
const EDGE = 72; // so near the edge of the window the page moves along
const LONGEST_PAUSE = 30000;
const GUIDANCE = ["[id$='_helptext']", ".guidance"];

let held; // {row, handle, from, list}; by a finger or mouse also {pointer, grab, y}
const waiting = []; // moves the server does not know of yet, oldest first
let sending = false;
let pause = 1000;
let retry;

const list = () => document.querySelector("[data-rows]");
const rows = () => [...(list()?.querySelectorAll("[data-row]") ?? [])];
const placeOf = (row) => rows().indexOf(row) + 1;
const words = () => JSON.parse(list().dataset.rows);

function say(key, values = {}) {
  const line = document.getElementById("rows-said");
  if (!line) {
    return;
  }
  let sentence = key ? words()[key] : "";
  for (const [name, value] of Object.entries(values)) {
    sentence = sentence.replace(`{${name}}`, value);
  }
  line.textContent = sentence;
  line.dataset.kind = key;
}

function tell(key, row) {
  const one = list().dataset.one;
  const place = placeOf(row);
  say(key, { one, place, of: rows().length, row: `${one} ${place}` });
}

const scroll = (top) => window.scrollBy({ top, behavior: "instant" });

// -- places ----------------------------------------------------------------------------------------

// Put a row at a place by moving the others round it.
function put(row, place) {
  const all = rows();
  const now = all.indexOf(row) + 1;
  const wanted = Math.min(Math.max(place, 1), all.length);
  if (wanted < now) {
    row.after(...all.slice(wanted - 1, now - 1));
  } else if (wanted > now) {
    row.before(...all.slice(now, wanted));
  }
  number();
  return wanted !== now;
}

// Say the places anew wherever rows are called by them.
function number() {
  const one = list().dataset.one;
  const all = rows();
  all.forEach((row, index) => {
    const name = `${one} ${index + 1}`;
    for (const place of row.querySelectorAll("[data-name]")) {
      place.textContent = name;
    }
    for (const gap of document.querySelectorAll(`[data-name-of="${row.dataset.row}"]`)) {
      gap.textContent = name;
    }
    row.querySelector("[value^='up:']").disabled = index === 0;
    row.querySelector("[value^='down:']").disabled = index === all.length - 1;
  });
  all.slice(1).forEach((row) => guide(row, all[0]));
}

// What a question means stands in the first row only, whichever that is; but what a picture needs
// stands in every row.
function guide(from, to) {
  for (const question of from.querySelectorAll("[data-question]")) {
    const there = to.querySelector(`[data-question="${question.dataset.question}"]`);
    let before = there?.querySelector(".form-label");
    for (const part of before ? GUIDANCE : []) {
      const moved = question.querySelector(part);
      if (moved && !there.querySelector(part)) {
        before.after(moved);
        describe(question, there, moved.id);
      }
      before = there.querySelector(part) ?? before;
    }
  }
}

// What a screen reader says of an input goes with it.
function describe(from, to, id) {
  const told = id && from.querySelector(`[aria-describedby~="${id}"]`);
  const other = to.querySelector("fieldset, textarea, select, input");
  if (told) {
    const left = told.getAttribute("aria-describedby").split(" ").filter((one) => one !== id);
    told.setAttribute("aria-describedby", left.join(" "));
    const said = other.getAttribute("aria-describedby") ?? "";
    other.setAttribute("aria-describedby", `${id} ${said}`.trim());
  }
}

// -- holding ---------------------------------------------------------------------------------------

function lift(handle, pointer) {
  const row = handle.closest("[data-row]");
  const at = handle.getBoundingClientRect().top;
  held = { row, handle, from: placeOf(row), list: list(), ...pointer };
  for (const one of rows()) {
    const input = one.querySelector("textarea, input:not([type=hidden], [type=radio], [type=checkbox])");
    one.querySelector("[data-gist]").textContent = (input?.value ?? "").trim().slice(0, 80);
  }
  held.list.classList.add("rows--moving");
  row.classList.add("row-card--held");
  handle.setAttribute("aria-pressed", "true");
  keepAt(handle, at);
}

// The page has become shorter or longer: scroll, and where that is not enough make room, so that
// what is held stays under the finger.
function keepAt(handle, at) {
  scroll(handle.getBoundingClientRect().top - at);
  const missing = Math.round(handle.getBoundingClientRect().top - at);
  if (missing < 0) {
    held.list.style.paddingTop = `${-missing}px`;
  } else if (missing > 0) {
    held.list.style.paddingBottom = `${missing}px`;
    scroll(missing);
  }
}

function drop(commit) {
  const { row, handle, from, list: of } = held;
  const at = handle.getBoundingClientRect().top;
  if (!commit) {
    put(row, from);
  }
  const moved = placeOf(row) !== from;
  tell(commit ? "down" : "back", row);
  held = null;
  row.removeAttribute("style");
  of.removeAttribute("style");
  of.classList.remove("rows--moving");
  row.classList.remove("row-card--held");
  handle.removeAttribute("aria-pressed");
  scroll(handle.getBoundingClientRect().top - at);
  if (moved) {
    send(row.dataset.row, placeOf(row));
  }
}

// -- with a finger or a mouse ----------------------------------------------------------------------

function follow(y) {
  held.y = y;
  const top = y - held.grab;
  const natural = () => held.row.getBoundingClientRect().top - shift();
  const height = held.row.offsetHeight;
  for (;;) {
    const all = rows();
    const place = all.indexOf(held.row) + 1;
    const [before, after] = [all[place - 2], all[place]];
    if (before && top < middle(before) - height / 2) {
      put(held.row, place - 1);
    } else if (after && top > middle(after) - height / 2) {
      put(held.row, place + 1);
    } else {
      break;
    }
    tell("moved", held.row);
  }
  held.row.style.transform = `translateY(${top - natural()}px)`;
}

const middle = (row) => row.getBoundingClientRect().top + row.offsetHeight / 2;
const shift = () => new DOMMatrix(getComputedStyle(held.row).transform).m42;

function alongTheEdge() {
  if (!held?.pointer) {
    return;
  }
  const before = window.scrollY;
  if (held.y < EDGE) {
    scroll(-8);
  } else if (held.y > window.innerHeight - EDGE) {
    scroll(8);
  }
  if (window.scrollY !== before) {
    follow(held.y);
  }
  requestAnimationFrame(alongTheEdge);
}

let pressed; // a handle that is pressed and not yet dragged

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.("[data-handle]");
  if (!handle || held || event.button !== 0 || !event.isPrimary) {
    return;
  }
  pressed = { handle, pointer: event.pointerId, startY: event.clientY };
  handle.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (pressed?.pointer === event.pointerId && Math.abs(event.clientY - pressed.startY) >= DRAGGED) {
    const { handle, startY, pointer } = pressed;
    pressed = null;
    handle.focus({ preventScroll: true });
    lift(handle, { pointer });
    held.grab = startY - held.row.getBoundingClientRect().top;
    held.y = event.clientY;
    requestAnimationFrame(alongTheEdge);
  }
  if (held?.pointer === event.pointerId) {
    follow(event.clientY);
  }
});

for (const [name, commit] of [["pointerup", true], ["pointercancel", false]]) {
  document.addEventListener(name, (event) => {
    pressed = null;
    if (held?.pointer === event.pointerId) {
      drop(commit);
    }
  });
}

// -- by keyboard -----------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const handle = event.target.closest?.("[data-handle]");
  if (handle && event.detail === 0) {
    // A key, or somebody's aid, pressed it: a mouse would be counted.
    if (held) {
      drop(true);
    } else {
      lift(handle);
      tell("lifted", held.row);
    }
    return;
  }
  const step = event.target.closest?.("[data-row] [name=do]");
  const [act, row] = step?.value.split(":") ?? [];
  if (act === "up" || act === "down") {
    event.preventDefault();
    const card = step.closest("[data-row]");
    const at = step.getBoundingClientRect().top;
    const place = placeOf(card) + (act === "up" ? -1 : 1);
    put(card, place);
    tell("moved", card);
    const onward = step.disabled ? card.querySelector(".row-card__head [name=do]:enabled") : step;
    onward.focus({ preventScroll: true });
    scroll(step.getBoundingClientRect().top - at);
    send(row, place);
  }
});

document.addEventListener("keydown", (event) => {
  if (!held) {
    return;
  }
  if (event.key === "Escape") {
    event.preventDefault();
    drop(false);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    if (held.pointer === undefined) {
      put(held.row, placeOf(held.row) + (event.key === "ArrowUp" ? -1 : 1));
      tell("moved", held.row);
      held.row.scrollIntoView({ block: "nearest" });
    }
  } else if (event.key === "Tab") {
    drop(true);
  }
});

document.addEventListener("focusout", (event) => {
  if (held && held.pointer === undefined && event.target === held.handle && document.hasFocus()) {
    drop(true);
  }
});

// -- telling the server ----------------------------------------------------------------------------

function token(form) {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
}

function send(row, place) {
  const last = waiting.at(-1);
  if (last?.row === row && !(sending && waiting.length === 1)) {
    waiting.pop(); // not told yet, and no longer true
  }
  waiting.push({ row, place });
  next();
}

async function next() {
  const form = document.getElementById("section-form");
  if (sending || !form) {
    return;
  }
  sending = true;
  clearTimeout(retry);
  try {
    while (waiting.length) {
      await post(form, waiting[0]);
      waiting.shift();
      pause = 1000;
    }
    document.dispatchEvent(new CustomEvent("missing:changed"));
    if (document.getElementById("rows-said")?.dataset.kind === "waiting") {
      say("saved");
    }
  } catch {
    if (!held) {
      say("waiting");
    }
    retry = setTimeout(next, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  } finally {
    sending = false;
  }
}

async function post(form, { row, place }) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams({ do: `place:${row}:${place}`, typed_by: form.dataset.person }),
    headers: { Accept: "application/json", "X-CSRFToken": token(form) },
    redirect: "manual",
    keepalive: true, // also where the page is left in the same moment
  });
  const { order, message } = answer.ok || answer.status === 409 ? await answer.json() : {};
  if (order && waiting.length === 1 && !held) {
    arrange(order);
  } else if (message) {
    say("closed", { message }); // the plan was handed in meanwhile: that is not tried again
  } else if (!order) {
    throw new Error(answer.status);
  }
}

// Somebody else may have moved rows as well: show them as they stand.
function arrange(order) {
  const known = order.filter((id) => document.getElementById(`row-${id}`)?.matches("[data-row]"));
  const now = rows().map((row) => row.dataset.row);
  if (known.length === now.length && known.some((id, index) => id !== now[index])) {
    const focused = document.activeElement;
    const anchor = focused.closest?.("[data-row]") ?? rows()[0];
    const place = known.indexOf(anchor.dataset.row);
    const found = known.map((id) => document.getElementById(`row-${id}`));
    anchor.before(...found.slice(0, place));
    anchor.after(...found.slice(place + 1));
    number();
  }
}

window.addEventListener("online", next);

window.addEventListener("beforeunload", (event) => {
  if (waiting.length && !sending) {
    event.preventDefault();
  }
});

document.documentElement.dataset.handles = ""; // from now on handles work
