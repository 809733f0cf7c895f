// Counts characters while somebody types, exactly as the server and the database do: code points,
// with a line break as one. Without this file the count is as it was when the page was made.

function count(text) {
  return Array.from(text.replaceAll("\r\n", "\n")).length;
}

function show(input) {
  const place = document.getElementById(input.dataset.count);
  if (!place) {
    return;
  }
  const most = Number(place.dataset.most);
  const now = count(input.value);
  place.textContent = place.dataset.within.replace("{count}", now).replace("{most}", most);
  if (now > most) {
    // By itself, for it is not shown while the same is said as what is wrong (components.css).
    const over = document.createElement("span");
    over.className = "char-count__over";
    over.textContent = place.dataset.over.replace("{over}", now - most);
    place.append(over);
  }
  place.classList.toggle("char-count--over", now > most);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.count) {
    show(event.target);
  }
});

for (const input of document.querySelectorAll("[data-count]")) {
  show(input);
}
