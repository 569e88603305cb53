// What the visitor has written and the desk has not confirmed: kept in the browser, sent one at a time, so that
// the order holds whatever the connection does. What cannot be sent any more is kept as well: only the visitor
// throws words away.

import * as store from "./store.js";
import { refusalWords, say } from "./words.js";

const ACKNOWLEDGED_WITHIN = 8000;

export class Outbox {
  /** `giveBack(text)` gets the words of a refused message, so that they can be mended; false when it has no room. */
  constructor(transcript, giveBack) {
    this.transcript = transcript;
    this.giveBack = giveBack;
    this.chat = null;
    this.link = null;
    this.waiting = [];
    this.refusals = [];
    this.isOver = false;
    this.inFlight = null;
    this.timer = 0;
    this.afterwards = null;
  }

  /** From now on it is this chat's, whose `link` sends; what an earlier page could not send goes first. */
  begin(chat, link) {
    this.chat = chat;
    this.link = link;
    this.inFlight = null;
    this.afterwards = null;
    this.isOver = false;
    this.refusals = [];
    this.waiting = [];
    for (const message of store.unsent(chat)) {
      this.transcript.addUnsent(message);
      if (message.refused) this.#keepRefused(message, message.refused);
      else this.waiting.push(message);
    }
  }

  /** The words that have not reached the desk, in their order. */
  get words() {
    return [...this.refusals, ...this.waiting].sort((a, b) => a.at - b.at).map(({ text }) => text);
  }

  add(text) {
    const message = { id: store.newId(), text, at: Date.now() };
    store.keepUnsent(this.chat, message);
    this.waiting.push(message);
    this.transcript.addUnsent(message);
    this.next();
  }

  /** Do this once the desk has everything: at once, or when the last message is confirmed; not if one is refused. */
  whenEmpty(act) {
    if (this.waiting.length) this.afterwards = act;
    else act();
  }

  /** The connection is there (again): whatever was under way is sent again. */
  opened() {
    this.inFlight = null;
    this.next();
  }

  /** The connection is lost; `tooBig` when that was the fault of the message under way. */
  lost(tooBig) {
    if (tooBig && this.inFlight) this.#fail(this.inFlight, say("tooLong"));
    this.inFlight = null;
    clearTimeout(this.timer);
  }

  next() {
    if (this.inFlight || this.isOver || !this.waiting.length) return;
    const { id, text } = this.waiting[0];
    if (!this.link.send({ type: "message", id, text })) return;
    this.inFlight = id;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.link.drop(), ACKNOWLEDGED_WITHIN);
  }

  acknowledged(id) {
    this.transcript.acknowledge(id);
    this.#settle(id);
  }

  refused(problem) {
    if (!problem.id || problem.id !== this.inFlight) return;
    if (problem.status === 429 || problem.status >= 500) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.opened(), 1000 * (problem.retry_after || 1));
    } else if (problem.status === 409 && !problem.field) {
      this.end(); // the status that says so is on its way
    } else {
      this.#fail(problem.id, refusalWords(problem));
    }
  }

  /** The chat has ended: what is left cannot be sent in it, and stays for another one. */
  end() {
    this.isOver = true;
    clearTimeout(this.timer);
    for (const { id } of this.waiting) this.transcript.fail(id, say("chatEnded"));
    this.afterwards = null;
  }

  #fail(id, why) {
    this.transcript.fail(id, why);
    this.afterwards = null;
    const refused = this.waiting.find((message) => message.id === id);
    if (!refused || this.giveBack(refused.text)) store.forgetUnsent(this.chat, id);
    else this.#keepRefused(refused, why);
    this.#remove(id);
  }

  #keepRefused(message, why) {
    const kept = { ...message, refused: why };
    store.keepUnsent(this.chat, kept);
    this.refusals.push(kept);
    this.transcript.fail(message.id, why);
  }

  #settle(id) {
    store.forgetUnsent(this.chat, id);
    this.#remove(id);
  }

  #remove(id) {
    this.waiting = this.waiting.filter((message) => message.id !== id);
    if (this.inFlight === id) {
      clearTimeout(this.timer);
      this.inFlight = null;
    }
    if (!this.waiting.length) this.#finish();
    this.next();
  }

  #finish() {
    const act = this.afterwards;
    this.afterwards = null;
    act?.();
  }
}
