// Sends the picture of an item of evidence: made smaller in the browser where it can, in pieces, so
// that a weak line shows how far it is and a broken one goes on where it stopped. The server says
// how much has arrived; after a reload the same picture, chosen again, goes on there too. Without
// this file a picture is sent with the form.

const PIECE = 64 * 1024;
const LARGEST = 10 * 1024 * 1024;
const LONGEST_SIDE = 1600;
const SMALL_ENOUGH = 300 * 1024;
const NO_ANSWER = 60000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;

const jobs = new Map(); // the pictures on their way, by item

class Refusal extends Error {
  constructor(status, said) {
    super(said.message);
    this.status = status;
    this.said = said;
  }
}

// -- making it smaller ----------------------------------------------------------------------------

// The picture as it will be sent: no larger than it is kept, unless the browser cannot do that, or
// it is none of the three kinds (the server then says what it is instead).
async function madeSmaller(file) {
  try {
    const head = new Uint8Array(await file.slice(0, 32).arrayBuffer());
    const type = kindOf(head);
    if (!type) {
      return file;
    }
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size <= SMALL_ENOUGH) {
      picture.close();
      return file;
    }
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.9));
    return smaller && smaller.size < file.size ? smaller : file;
  } catch {
    return file;
  }
}

// In what to write it: as WebP where it may be see-through. Nothing for other files, nor for an
// animation, which the server tells people about.
function kindOf(head) {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\xff\xd8\xff")) {
    return "image/jpeg";
  }
  const isWebp = text.startsWith("RIFF") && text.slice(8, 12) === "WEBP";
  const moves = text.slice(12, 16) === "VP8X" && head[20] & 2;
  return text.startsWith("\x89PNG") || (isWebp && !moves) ? "image/webp" : "";
}

async function digestOf(content) {
  if (!globalThis.crypto?.subtle) {
    return ""; // on an address without https
  }
  const hash = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// -- asking the server ----------------------------------------------------------------------------

function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? "";
}

// The server's answer. Throws Refusal for what it does not take, another error without an answer.
async function ask(job, address, body) {
  const tooLong = AbortSignal.timeout(NO_ANSWER);
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  job.stop.signal.addEventListener("abort", stop);
  tooLong.addEventListener("abort", stop);
  try {
    const answer = await fetch(address, {
      method: body === undefined ? "GET" : "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      redirect: "manual",
      signal: stopped.signal,
    });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const said = isJson ? await answer.json() : {};
    if (answer.ok && isJson) {
      return said;
    }
    // Somebody who is not signed in is led elsewhere; where to cannot be seen.
    throw new Refusal(answer.type === "opaqueredirect" ? 401 : answer.status, said);
  } finally {
    job.stop.signal.removeEventListener("abort", stop);
  }
}

// Says whose page this is, so that nothing is stored under another name after a change of sign-in.
function formOf(job, values) {
  const form = new FormData();
  const typed_by = fieldOf(job).closest("form").dataset.person;
  for (const [name, value] of Object.entries({ ...values, typed_by })) {
    form.set(name, value);
  }
  return form;
}

// Until so much time has passed, or the line or the person comes back.
function waited(job, pause) {
  return new Promise((resolve) => {
    const over = new AbortController();
    const go = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(go, pause);
    window.addEventListener("online", go, { signal: over.signal });
    window.addEventListener("focus", go, { signal: over.signal });
    job.stop.signal.addEventListener("abort", go, { signal: over.signal });
  });
}

// -- sending --------------------------------------------------------------------------------------

async function send(field, file) {
  const row = field.dataset.picture;
  jobs.get(row)?.stop.abort();
  const job = { row, address: "", have: 0, size: 0, lost: 0, say: "", stop: new AbortController() };
  jobs.set(row, job);
  show(job, "preparing");
  const content = await madeSmaller(file);
  job.size = content.size;
  if (content.size > LARGEST) {
    end(job, wordsOf(job).tooLarge, true);
    return;
  }
  const digest = await digestOf(content);
  await keepSending(job, content, { row, size: content.size, digest });
}

async function keepSending(job, content, announced) {
  let pause = FIRST_PAUSE;
  const answered = () => {
    pause = FIRST_PAUSE;
  };
  while (!job.stop.signal.aborted && fieldOf(job)) {
    try {
      take(job, await attempt(job, content, announced, answered));
      return;
    } catch (problem) {
      if (job.stop.signal.aborted || !fieldOf(job) || !(await mayGoOn(job, problem))) {
        return;
      }
      await waited(job, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

// All the way from where it stopped; the answer to the last step.
async function attempt(job, content, announced, answered) {
  if (job.address) {
    if (job.have < job.size) {
      job.have = (await ask(job, job.address)).have;
    }
  } else {
    const begun = await ask(job, fieldOf(job).dataset.send, formOf(job, announced));
    job.address = begun.address;
    job.have = begun.have;
  }
  answered();
  while (job.have < job.size) {
    show(job, "sending");
    const piece = content.slice(job.have, job.have + PIECE);
    job.have = (await ask(job, `${job.address}?start=${job.have}`, piece)).have;
    answered();
  }
  show(job, "all");
  return ask(job, `${job.address}finish/`, formOf(job, { base: baseOf(job) }));
}

// What to do about a problem: true to try again after a while, false when it is over.
async function mayGoOn(job, problem) {
  const { status, said } = problem instanceof Refusal ? problem : { status: 0, said: {} };
  if (status === 0 || status >= 500) {
    show(job, navigator.onLine ? "unreachable" : "offline");
    return true;
  }
  if (status === 401 || status === 403) {
    show(job, "signedOut");
    return true;
  }
  if (status === 404 && job.address && job.lost < 3) {
    Object.assign(job, { address: "", have: 0, lost: job.lost + 1 });
    show(job, "again");
    return true;
  }
  if (said.have !== undefined) {
    job.have = said.have; // not all has arrived after all
    return true;
  }
  if (said.html !== undefined) {
    offer(job, said);
    return false;
  }
  end(job, said.message ?? wordsOf(job)[said.kind] ?? wordsOf(job).failed, true);
  return false;
}

function stop(job) {
  job.stop.abort();
  if (job.address) {
    const headers = { "X-CSRFToken": token() };
    fetch(`${job.address}stop/`, { method: "POST", headers, keepalive: true }).catch(() => {});
  }
  end(job, wordsOf(job).stopped);
}

// -- what the page shows --------------------------------------------------------------------------

// Looked up each time, because a save brings the form anew.
function fieldOf({ row }) {
  return document.querySelector(`[data-picture="${row}"]`);
}

function wordsOf(job) {
  return JSON.parse(fieldOf(job)?.dataset.words ?? "{}");
}

function baseOf(job) {
  const base = JSON.parse(fieldOf(job).closest("form").elements.base.value);
  return base[`evidence/${job.row}/picture`] ?? "";
}

function setBase(field, base) {
  const input = field.closest("form").elements.base;
  input.value = JSON.stringify({ ...JSON.parse(input.value), ...base });
}

function show(job, say) {
  job.say = say;
  const field = fieldOf(job);
  if (!field) {
    return;
  }
  const words = wordsOf(job);
  const kilobytes = (bytes) => Math.ceil(bytes / 1024);
  const box = field.querySelector("[data-sending]");
  box.hidden = false;
  const bar = box.querySelector("progress");
  bar.max = job.size || 1;
  bar.value = job.have;
  box.querySelector("[data-far]").textContent = job.size
    ? words.far.replace("{sent}", kilobytes(job.have)).replace("{all}", kilobytes(job.size))
    : "";
  field.dataset.say = say;
  tell(field, words[say]);
}

// Read out, so only what is news is written.
function tell(field, sentence) {
  const status = field.querySelector("[data-status]");
  if (status.textContent !== sentence) {
    status.textContent = sentence;
  }
}

function end(job, sentence, refused = false) {
  if (jobs.get(job.row) === job) {
    jobs.delete(job.row);
  }
  const field = fieldOf(job);
  if (field) {
    field.querySelector("[data-sending]").hidden = true;
    field.dataset.say = refused ? "refused" : "";
    tell(field, sentence);
  }
}

function take(job, said) {
  const field = fieldOf(job);
  if (!field) {
    jobs.delete(job.row);
    return;
  }
  const place = field.querySelector("[data-picture-now]");
  const words = wordsOf(job);
  const described = document.querySelector(`[name="${job.row}-alternative"]`)?.value.trim();
  const replaced = place.querySelector("[data-filled]") && described;
  const sentence = replaced ? words.replaced : words.done;
  place.innerHTML = said.html;
  setBase(field, said.base);
  end(job, [said.message, sentence].filter(Boolean).join(" "));
}

// Somebody else has given the item another picture meanwhile: show theirs, and let people choose.
function offer(job, said) {
  const field = fieldOf(job);
  job.offered = said;
  const words = wordsOf(job);
  field.querySelector("[data-picture-now]").innerHTML = said.html;
  field.querySelector("[data-sending]").hidden = true;
  field.dataset.say = "changed";
  tell(field, said.message);
  const choice = document.createElement("p");
  choice.className = "sending__choice";
  const button = (words, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "btn btn-sm btn-secondary", textContent: words });
    made.addEventListener("click", () => {
      choice.remove();
      setBase(field, said.base);
      act();
    });
    return made;
  };
  choice.append(
    button(words.useMine, () => {
      delete job.offered;
      keepSending(job, new Blob(), {});
    }),
    button(words.keepTheirs, () => {
      stop(job);
      tell(field, words.kept);
    }),
  );
  field.querySelector("[data-status]").after(choice);
}

// -- listening ------------------------------------------------------------------------------------

document.addEventListener("change", (event) => {
  const field = event.target.closest?.("[data-picture]");
  const file = event.target.type === "file" && event.target.files[0];
  if (field && file) {
    event.target.value = ""; // it is on its way already: not to be sent with the form as well
    field.querySelector(".sending__choice")?.remove();
    send(field, file);
  }
});

document.addEventListener("click", (event) => {
  const field = event.target.closest?.("[data-stop]")?.closest("[data-picture]");
  const job = field && jobs.get(field.dataset.picture);
  if (job) {
    stop(job);
  }
});

// A save brings the form anew, without what was shown on it.
document.addEventListener("htmx:afterSettle", () => {
  for (const job of jobs.values()) {
    if (!fieldOf(job)) {
      stop(job); // the item was removed
    } else if (job.offered) {
      offer(job, job.offered);
    } else {
      show(job, job.say);
    }
  }
});

window.addEventListener("beforeunload", (event) => {
  if (jobs.size) {
    event.preventDefault();
  }
});
