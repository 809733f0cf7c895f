// Completes the names of people after an @ in a comment. The list offers those who see the plan;
// arrow keys choose, Enter or Tab takes, Escape closes. Without this file a full name can be typed.

const MOST = 8;
const place = document.getElementById("said");
const lists = new Map(); // address -> promise of names
let area;
let list;
let from; // where the @ stands
let at = 0; // which of the names is chosen

function namesFor(box) {
  const isNote =
    box.closest(".thread--note") || box.form?.querySelector("input[name=kind][value=note]:checked");
  const url = place?.dataset.people + (isNote ? "?note" : "");
  if (!lists.has(url)) {
    const names = fetch(url, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { people: [] }))
      .then((said) => said.people)
      .catch(() => {
        lists.delete(url);
        return [];
      });
    lists.set(url, names);
  }
  return lists.get(url);
}

// What stands between the last @ and the cursor, if that may be the beginning of a name.
function begun(box) {
  const before = box.value.slice(0, box.selectionStart);
  const match = /(?:^|[^\p{L}\p{N}_])@([^@\n]{0,60})$/u.exec(before);
  return match ? match[1] : null;
}

async function look(box) {
  const typed = begun(box);
  if (typed === null) {
    close();
    return;
  }
  const names = await namesFor(box);
  if (document.activeElement !== box || begun(box) !== typed) {
    return;
  }
  const wanted = typed.toLocaleLowerCase();
  const found = names
    .filter((name) => {
      const known = name.toLocaleLowerCase();
      return known !== wanted && (known.startsWith(wanted) || known.includes(` ${wanted}`));
    })
    .slice(0, MOST);
  if (found.length === 0) {
    close();
    return;
  }
  open(box, found, box.selectionStart - typed.length);
}

function open(box, names, start) {
  close();
  [area, from, at] = [box, start, 0];
  list = document.createElement("ul");
  list.className = "names";
  list.id = "names";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@");
  names.forEach((name, index) => {
    const one = document.createElement("li");
    one.id = `names-${index}`;
    one.setAttribute("role", "option");
    one.textContent = name;
    one.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(index);
    });
    list.append(one);
  });
  area.after(list);
  area.setAttribute("aria-controls", "names");
  area.setAttribute("aria-autocomplete", "list");
  choose(0);
  place.textContent = place.dataset.peopleFound.replace("{count}", names.length);
}

function close() {
  list?.remove();
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) {
    area?.removeAttribute(name);
  }
  [area, list] = [undefined, undefined];
}

function choose(index) {
  at = (index + list.children.length) % list.children.length;
  [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
  area.setAttribute("aria-activedescendant", `names-${at}`);
}

function take(index) {
  const box = area;
  const name = list.children[index].textContent;
  box.setRangeText(`${name} `, from, box.selectionStart, "end");
  close();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-names]")) {
    look(event.target);
  }
});

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== area || event.isComposing) {
    return;
  }
  const act = {
    ArrowDown: () => choose(at + 1),
    ArrowUp: () => choose(at - 1),
    Enter: () => take(at),
    Tab: () => take(at),
    Escape: close,
  }[event.key];
  if (act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }
});

document.addEventListener("focusout", (event) => {
  if (event.target === area) {
    close();
  }
});
