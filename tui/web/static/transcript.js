// The conversation as the visitor sees it. Text is only ever inserted as text.

import { deskWords, locale, say } from "./words.js";

const LINK = /https?:\/\/[^\s<>"'\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069]+/gi;
const NEAR = 48;
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A link that is exactly what it shows, or null. */
function linkTo(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!["http:", "https:"].includes(url.protocol) || url.username || url.password) return null;
  const link = make("a", "", address);
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  return link;
}

/** The text as nodes, with its web addresses clickable. */
export function withLinks(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    let address = match[0].replace(/[.,;:!?]+$/, "");
    if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
    const link = linkTo(address);
    if (!link) continue;
    nodes.push(document.createTextNode(text.slice(from, match.index)), link);
    from = match.index + address.length;
  }
  nodes.push(document.createTextNode(text.slice(from)));
  return nodes;
}

export class Transcript {
  constructor(log, newest, onShown) {
    this.log = log;
    this.newest = newest;
    this.onShown = onShown;
    this.agent = "";
    this.waiting = new Map();
    this.ending = null;
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    newest.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(log);
    this.atEnd = true;
  }

  clear() {
    this.log.replaceChildren();
    this.waiting.clear();
    this.ending = null;
    this.agent = "";
    this.newest.hidden = true;
    this.atEnd = true;
  }

  /** A message that is stored. Comes in sequence order. */
  add(message) {
    const text = message.from === "system" ? deskWords(message.text) : message.text;
    if (message.from === "system" && this.ending?.textContent === text) this.ending.remove();
    const own = this.waiting.get(message.id);
    if (own && message.from === "visitor") {
      this.waiting.delete(message.id);
      this.#settle(own, message);
      return;
    }
    this.#place(this.#line(message.from, text, message.ts * 1000), message.from !== "visitor");
  }

  /** A message of the visitor's that is on its way. */
  addUnsent(message) {
    const line = this.#line("visitor", message.text, message.at);
    line.classList.add("unsent");
    this.#tell(line, say("sending"));
    this.waiting.set(message.id, line);
    this.log.append(line);
    this.#group(line);
    this.toEnd();
  }

  acknowledge(id) {
    const line = this.waiting.get(id);
    if (!line) return;
    line.classList.remove("unsent");
    this.#tell(line, `${line.dataset.time} · ${say("sent")}`);
  }

  fail(id, why) {
    const line = this.waiting.get(id);
    if (!line) return;
    line.classList.add("failed");
    this.#tell(line, say("notSent", { why }));
  }

  /** Something that happened, said by the page itself. */
  notice(text) {
    const line = make("p", "notice", text);
    this.#place(line, false);
    return line;
  }

  /** How it ended; gives way when the desk says the same in a message of its own. */
  end(text) {
    const said = [...this.log.querySelectorAll(".line.system .said")].some((e) => e.textContent === text);
    if (!said) this.ending = this.notice(text);
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
    this.newest.hidden = true;
    this.onShown();
  }

  #line(from, text, at) {
    const line = make("div", `line ${from}`);
    const when = new Date(at);
    const time = when.toDateString() === new Date().toDateString()
      ? clock.format(when)
      : `${day.format(when)}, ${clock.format(when)}`;
    const who = { visitor: say("you"), agent: this.agent || say("agent"), system: say("desk") }[from];
    const said = make("p", "said");
    said.dir = "auto";
    said.append(...withLinks(text));
    line.append(make("span", "who", who), said, make("span", "when", from === "visitor" ? `${time} · ${say("sent")}` : time));
    line.dataset.time = time;
    line.dataset.from = from;
    return line;
  }

  #place(line, isNews) {
    const stay = !this.atEnd;
    const before = this.waiting.values().next().value ?? null;
    this.log.insertBefore(line, before);
    this.#group(line);
    if (before) this.#group(before);
    if (!stay) this.toEnd();
    else if (isNews) this.newest.hidden = false;
  }

  #settle(line, message) {
    const first = this.waiting.values().next().value;
    if (first && line.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_PRECEDING) {
      this.log.insertBefore(line, first);
    }
    line.classList.remove("unsent", "failed");
    line.dataset.time = clock.format(new Date(message.ts * 1000));
    this.#tell(line, `${line.dataset.time} · ${say("sent")}`);
    this.#group(line);
  }

  #group(line) {
    line.classList.toggle("first", line.previousElementSibling?.dataset.from !== line.dataset.from);
  }

  #tell(line, words) {
    line.querySelector(".when").textContent = words;
  }

  #scrolled() {
    this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    if (this.atEnd) {
      this.newest.hidden = true;
      this.onShown();
    }
  }
}
