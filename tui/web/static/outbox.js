// What the visitor has written and the desk has not confirmed: kept in the browser, sent one at a time, so that
// the order holds whatever the connection does.

import * as store from "./store.js";
import { refusalWords, say } from "./words.js";

const ACKNOWLEDGED_WITHIN = 8000;

export class Outbox {
  /** `giveBack(text)` gets the words of a refused message, so that they can be mended. */
  constructor(transcript, giveBack) {
    this.transcript = transcript;
    this.giveBack = giveBack;
    this.chat = null;
    this.link = null;
    this.waiting = [];
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
    this.waiting = store.unsent(chat);
    this.waiting.forEach((message) => this.transcript.addUnsent(message));
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
    if (this.inFlight || !this.waiting.length) return;
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
    } else {
      this.#fail(problem.id, refusalWords(problem));
    }
  }

  /** The chat has ended: what is left will never be sent. */
  end() {
    for (const { id } of this.waiting) {
      this.transcript.fail(id, say("chatEnded"));
      store.forgetUnsent(this.chat, id);
    }
    this.waiting = [];
    this.afterwards = null;
  }

  #fail(id, why) {
    this.transcript.fail(id, why);
    this.afterwards = null;
    const refused = this.waiting.find((message) => message.id === id);
    if (refused) this.giveBack(refused.text);
    this.#settle(id);
  }

  #settle(id) {
    store.forgetUnsent(this.chat, id);
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
