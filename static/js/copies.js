// What was typed and is not yet confirmed, kept in this browser per person, plan and section; offered
// after a crash or a closed lid, with what is stored now beside it; erased once it is confirmed, and
// all of it at sign-out.

const PREFIX = "unsaved:";

function store() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser that keeps nothing
  }
}

function keyOf(form) {
  return `${PREFIX}${form.dataset.person}:${form.dataset.plan}:${form.dataset.section}`;
}

function read(form) {
  try {
    return JSON.parse(store()?.getItem(keyOf(form)) ?? "{}");
  } catch {
    return {};
  }
}

function write(form, kept) {
  try {
    if (Object.keys(kept).length) {
      store()?.setItem(keyOf(form), JSON.stringify(kept));
    } else {
      store()?.removeItem(keyOf(form));
    }
  } catch {
    // The browser's room is used up: the page itself still holds the text.
  }
}

export const copies = {
  keep(form, name, value, confirmed) {
    const kept = read(form);
    if (value === confirmed.get(name)) {
      delete kept[name];
    } else {
      kept[name] = { value, at: Date.now() };
    }
    write(form, kept);
  },

  forget(form, name, value) {
    const kept = read(form);
    if (kept[name]?.value === value) {
      delete kept[name];
      write(form, kept);
    }
  },

  offer(form, words, then) {
    const kept = read(form);
    const place = document.getElementById("kept-copies");
    place?.replaceChildren();
    for (const [name, { value, at }] of Object.entries(kept)) {
      const input = form.elements[name];
      const here = JSON.stringify(new FormData(form).getAll(name).map(String));
      if (!input || here === value) {
        delete kept[name];
        continue;
      }
      place?.append(card(form, name, JSON.parse(value), at, words, then));
    }
    write(form, kept);
  },

  eraseAll() {
    const all = store();
    for (const key of Object.keys(all ?? {})) {
      if (key.startsWith(PREFIX)) {
        all.removeItem(key);
      }
    }
  },
};

function card(form, name, texts, at, words, then) {
  const input = form.elements[name];
  const field = (input[0] ?? input).closest(".field");
  const label = field?.querySelector(".form-label")?.firstChild?.textContent.trim() ?? "";
  const box = document.createElement("section");
  box.className = "notice notice--warn";
  const inner = document.createElement("div");
  const title = document.createElement("p");
  const moment = new Date(at).toLocaleString("en-GB", {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: form.dataset.zone,
    timeZoneName: "short",
  });
  title.textContent = words.found.replace("{label}", label).replace("{at}", moment);
  const quote = document.createElement("blockquote");
  quote.className = "quote";
  quote.dir = "auto";
  quote.textContent = texts.join(", ");
  inner.append(title, quote, button(words.putBack, putBack), button(words.discard, discard));
  box.append(inner);
  return box;

  function button(text, act) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "btn btn-secondary btn-sm";
    element.textContent = text;
    element.addEventListener("click", act);
    return element;
  }

  function putBack() {
    const inputs = input.length !== undefined && !input.options ? [...input] : [input];
    for (const one of inputs) {
      if (["checkbox", "radio"].includes(one.type)) {
        one.checked = texts.includes(one.value);
      } else {
        one.value = texts[0] ?? "";
      }
    }
    box.remove();
    then();
    (inputs[0].closest(".field") ?? inputs[0]).scrollIntoView();
    inputs[0].focus();
  }

  function discard() {
    copies.forget(form, name, JSON.stringify(texts));
    box.remove();
  }
}

// Whoever signs out leaves nothing behind on a shared machine.
document.addEventListener("submit", (event) => {
  if (new URL(event.target.action, window.location).pathname.endsWith("/logout/")) {
    copies.eraseAll();
  }
});
