// Before a plan is submitted: says that this browser keeps text of it that was never saved (copies.js),
// and in which sections. They offer it. Without this file only they say so.

import { copies } from "./copies.js";

for (const notice of document.querySelectorAll("[data-kept-here]")) {
  const found = await copies.sections(notice.dataset.person, notice.dataset.plan);
  for (const one of notice.querySelectorAll("[data-section]")) {
    one.hidden = !found.has(one.dataset.section);
  }
  notice.hidden = found.size === 0;
}
