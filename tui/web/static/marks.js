// How far the page has come in the chat: what it has got, whether or not anybody looks, and what it has shown.
// The desk is told of both, at most four times a second.

import * as store from "./store.js";

const TOLD_EVERY = 250;

export class Marks {
  constructor() {
    this.chat = null;
    this.link = null;
    this.seq = 0;
    this.toldReceived = 0;
    this.toldSeen = 0;
    this.timer = 0;
  }

  begin(chat, link) {
    this.chat = chat;
    this.link = link;
    this.seq = 0;
    this.opened();
  }

  /** A new connection: the desk is told again. */
  opened() {
    this.toldReceived = this.toldSeen = 0;
  }

  /** Everything up to here is on the screen. */
  seen() {
    store.raiseMark(this.chat, "seen", this.seq);
  }

  tell() {
    if (this.timer) return;
    this.#send();
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.#send();
    }, TOLD_EVERY);
  }

  #send() {
    const seen = Math.min(this.seq, store.marks(this.chat).seen);
    if (seen > this.toldSeen && this.link.send({ type: "seen", seq: seen })) this.toldSeen = seen;
    const got = Math.max(this.toldReceived, this.toldSeen);
    if (this.seq > got && this.link.send({ type: "received", seq: this.seq })) this.toldReceived = this.seq;
  }
}
