// The chat page. It speaks the HTTP contract of the web channel and keeps nothing outside this page:
// the token lives in a variable, and what is said is gone when the page closes.

const TEXT = {
  you: "You:",
  assistant: "Assistant:",
  source: "Source",
  sources: (count) => `Sources (${count})`,
  background: "From a separate source, not the document",
  line: (fact) => `${fact.document}, line ${fact.line}`,
  asOf: (date) => `as of ${date}`,
  newTab: " (opens in a new tab)",
  useful: "Was this useful?",
  yes: "Yes, this was useful",
  no: "No, this was not useful",
  thanks: "Thank you, that was noted.",
  notSaved: "Sorry, that could not be noted.",
  left: (count) => (count === 1 ? "1 character left." : `${count} characters left.`),
  empty: "Please write a message first.",
  tooLong: "That is a little long. Please keep it to 500 characters.",
  waiting: (seconds) =>
    `The assistant is busy. Waiting… it will try again in ${seconds === 1 ? "1 second" : `${seconds} seconds`}.`,
  busy: "The assistant is still busy. Please try again in a few minutes.",
  expired: "The earlier conversation had expired, so a new one begins here. What was said above is no longer remembered.",
  offline: "You seem to be offline. What you write stays here; please send it when you are connected again.",
  online: "You are connected again.",
  unreachable: "The assistant could not be reached. Please try again in a moment.",
  slow: "No answer came in time. Please try again in a moment.",
  forbidden: "The assistant cannot be used from this address.",
  failed: "Something went wrong here, and it was not your doing. Please try again in a moment.",
  cleared: "The conversation was erased.",
  notErased:
    "This page is cleared, but the assistant could not be reached to erase its copy. Please press “Clear conversation” again in a moment.",
};

const LIMIT = 500; // characters in a message
const RETRIES = 3; // after 429 or 503
const LONGEST_WAIT = 120; // seconds; if the server asks for more, say so instead of waiting
const PATIENCE = 60; // seconds for one request
const KINDS = ["answer", "refusal", "support", "boundary", "chat", "clarify"];
const CLEARED = new Error("the visitor cleared the conversation");

const [log, typing, form, status, box, left, sendButton, clearButton] = [
  "log", "typing", "form", "status", "box", "left", "send", "clear",
].map((id) => document.getElementById(id));

let token = null;
let flight = null; // the AbortController of the one exchange under way

// ---- The server

class Problem extends Error {
  constructor(reason) {
    super(`chat: ${reason}`);
    this.reason = reason; // an HTTP status, or "slow"
  }
}

/** Send one request, waiting and trying again while the server says that it is busy. */
async function call(method, path, { body, bearer = token, controller = new AbortController() } = {}) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  const { signal } = controller;

  for (let attempt = 0; ; attempt++) {
    const timer = setTimeout(() => controller.abort(new Problem("slow")), PATIENCE * 1000);
    let response;
    try {
      response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal, cache: "no-store" });
      if (response.ok) return response.status === 204 ? null : await response.json();
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
    const seconds = secondsToWait(response);
    const busy = response.status === 429 || response.status === 503;
    if (!busy || attempt === RETRIES || seconds > LONGEST_WAIT) throw new Problem(response.status);
    say(TEXT.waiting(seconds));
    await pause(seconds, signal);
  }
}

function secondsToWait(response) {
  const seconds = Number.parseFloat(response.headers.get("Retry-After"));
  return Number.isNaN(seconds) ? 5 : Math.max(1, Math.ceil(seconds));
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Begin a conversation and return its greeting. */
async function openSession(controller) {
  const session = await call("POST", "session", { body: {}, bearer: null, controller });
  token = session.token;
  return session.replies;
}

/** Words for a visitor about what went wrong. */
function explain(error) {
  if (error instanceof TypeError) return navigator.onLine ? TEXT.unreachable : TEXT.offline;
  switch (error.reason) {
    case "slow": return TEXT.slow;
    case 403: return TEXT.forbidden;
    case 422: return TEXT.tooLong;
    case 429:
    case 503: return TEXT.busy;
    default: return TEXT.failed;
  }
}

// ---- What the visitor does

async function start() {
  const mine = begin();
  try {
    show(await openSession(mine));
    say("");
  } catch (error) {
    if (error !== CLEARED) say(explain(error));
  } finally {
    end(mine);
  }
}

async function send(text, { typed }) {
  text = text.trim();
  if (flight) return;
  if (!text) return say(TEXT.empty);
  if (text.length > LIMIT) return say(TEXT.tooLong);

  const mine = begin();
  const message = element("div", "message", hidden(TEXT.you), ...paragraphs(text));
  log.insertBefore(message, typing);
  typing.scrollIntoView({ block: "nearest" });
  if (typed) write("");
  try {
    if (!token) show(await openSession(mine), message);
    const replies = await ask(text, mine, message);
    dropSuggestions();
    show(replies);
    say("");
    message.scrollIntoView({ block: "start" });
  } catch (error) {
    message.remove();
    if (error === CLEARED) return;
    // Something more may have been typed meanwhile: lose neither.
    if (typed) write(box.value.trim() ? `${text}\n${box.value}` : text);
    say(explain(error));
  } finally {
    end(mine);
  }
}

/** Ask once; if the conversation has expired, say so, begin another and ask there. */
async function ask(text, controller, message) {
  const put = async () => (await call("POST", "message", { body: { text }, controller })).replies;
  try {
    return await put();
  } catch (error) {
    if (error.reason !== 401) throw error;
  }
  token = null;
  message.before(element("p", "notice", TEXT.expired));
  await openSession(controller);
  return put();
}

async function clear() {
  flight?.abort(CLEARED);
  log.replaceChildren(typing); // at once: the visitor may not be alone
  write("");
  const mine = begin();
  try {
    if (token) await erase(mine);
    show(await openSession(mine));
    say(TEXT.cleared);
  } catch (error) {
    if (error !== CLEARED) say(token ? TEXT.notErased : `${TEXT.cleared} ${explain(error)}`);
  } finally {
    end(mine);
  }
}

async function erase(controller) {
  try {
    await call("DELETE", "session", { controller });
  } catch (error) {
    if (error.reason !== 401) throw error; // 401: it was erased already
  }
  token = null;
}

/** Keep to one exchange at a time. */
function begin() {
  flight = new AbortController();
  say("");
  setBusy(true);
  return flight;
}

function end(mine) {
  if (flight !== mine) return; // "Clear conversation" took over
  flight = null;
  setBusy(false);
}

function setBusy(busy) {
  typing.hidden = !busy;
  // Not `disabled`, which would drop the keyboard focus.
  for (const button of [sendButton, ...log.querySelectorAll(".suggestions button")]) {
    button.setAttribute("aria-disabled", String(busy));
  }
}

// ---- What the visitor sees. Text goes in as text, never as markup.

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function hidden(text) {
  return element("span", "hidden", text);
}

function button(label, onClick) {
  const made = element("button", "", label);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => element("p", "lines", part.trim()));
}

function say(text) {
  status.textContent = text;
}

function write(text) {
  box.value = text;
  count();
}

function count() {
  const room = LIMIT - box.value.length;
  left.textContent = room <= 100 ? TEXT.left(Math.max(0, room)) : "";
}

function show(replies, before = typing) {
  for (const reply of replies) log.insertBefore(replyElement(reply), before);
}

function replyElement(reply) {
  const made = element("article", "reply", hidden(TEXT.assistant), ...paragraphs(reply.text));
  if (KINDS.includes(reply.kind)) made.classList.add(`reply--${reply.kind}`);

  if (reply.links?.length) {
    made.append(element("ul", "links", ...reply.links.map((link) => element("li", "", linkElement(link)))));
  }
  const facts = reply.facts ?? [];
  const own = facts.filter((fact) => fact.collection === "document");
  const others = facts.filter((fact) => fact.collection !== "document");
  if (own.length) made.append(sourceElement(own.length === 1 ? TEXT.source : TEXT.sources(own.length), own, ownCaption));
  if (others.length) made.append(sourceElement(TEXT.background, others, otherCaption));

  if (reply.kind === "answer") made.append(feedbackElement(reply.id));
  if (reply.suggestions?.length) {
    const buttons = reply.suggestions.map(({ title, text }) => button(title, () => send(text, { typed: false })));
    made.append(element("div", "suggestions", ...buttons));
  }
  return made;
}

function sourceElement(title, facts, caption) {
  const figures = facts.map((fact) =>
    element("figure", "", element("blockquote", "lines", fact.quote), element("figcaption", "", ...caption(fact))),
  );
  return element("details", "source", element("summary", "", title), ...figures);
}

function ownCaption(fact) {
  return [TEXT.line(fact)];
}

function otherCaption(fact) {
  const page = linkElement({ title: fact.source_title || fact.source_url, url: fact.source_url });
  return fact.as_of ? [page, `, ${TEXT.asOf(fact.as_of)}`] : [page];
}

/** A link, or only its title where the address is of a kind that a page should not open. */
function linkElement({ title, url }) {
  const protocol = protocolOf(url);
  if (!["http:", "https:", "tel:", "mailto:"].includes(protocol)) return element("span", "", title);

  const made = element("a", "", element("span", "", title));
  made.href = url;
  if (protocol.startsWith("http")) {
    made.target = "_blank"; // in an embedded page a link would otherwise open inside the small frame
    made.rel = "noopener noreferrer";
    made.append(hidden(TEXT.newTab));
  } else if (protocol === "tel:" && !/\d/.test(title)) {
    made.append(" ", element("span", "number", url.slice("tel:".length)));
  }
  return made;
}

function protocolOf(url) {
  try {
    return new URL(url).protocol;
  } catch {
    return "";
  }
}

function feedbackElement(replyId) {
  const bearer = token; // of the conversation that this answer belongs to, even after a new one has begun
  const thumbs = [true, false].map((useful) => {
    const thumb = button(document.getElementById("thumb").content.cloneNode(true), async () => {
      try {
        await call("POST", "feedback", { body: { reply_id: replyId, useful }, bearer });
        for (const other of thumbs) other.setAttribute("aria-pressed", String(other === thumb));
        say(TEXT.thanks);
      } catch {
        say(TEXT.notSaved);
      }
    });
    thumb.className = useful ? "thumb" : "thumb thumb--down";
    thumb.title = useful ? TEXT.yes : TEXT.no;
    thumb.setAttribute("aria-label", thumb.title);
    thumb.setAttribute("aria-pressed", "false");
    return thumb;
  });
  return element("div", "feedback", element("span", "", TEXT.useful), ...thumbs);
}

/** Suggestions belong to the latest reply only. */
function dropSuggestions() {
  for (const group of log.querySelectorAll(".suggestions")) {
    // Who pressed one by keyboard goes on in the box; a touch should not raise the screen keyboard.
    if (group.querySelector(":focus-visible")) box.focus({ preventScroll: true });
    group.remove();
  }
}

// ---- Wiring

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(box.value, { typed: true });
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
box.addEventListener("input", count);
clearButton.addEventListener("click", clear);
addEventListener("offline", () => say(TEXT.offline));
addEventListener("online", () => {
  say(TEXT.online);
  if (!token && !flight) start();
});

if (window.parent !== window) {
  document.getElementById("embed").hidden = true;
  document.addEventListener("keydown", (event) => {
    // embed.js listens for this; it says nothing, so any parent may hear it.
    if (event.key === "Escape" && !event.isComposing) window.parent.postMessage("chat:close", "*");
  });
} else {
  const loader = new URL("embed.js", location.origin + location.pathname);
  document.getElementById("snippet").textContent = `<script src="${loader}" defer></script>`;
}

write("");
start();
