// The stream to the door: opens it, notices when it is dead, opens it again, and says goodbye when the page is
// left. It knows nothing of what the frames mean.

import { isUnknown, readContact, sayGoodbye } from "./door.js";

const PAUSES = [300, 1000, 2000, 3000];
const OPEN_WITHIN = [8000, 15000, 25000]; // a slow line needs longer than one that is dead
const ASK_WITHIN = 8000; // a line that is dead answers never
const CONNECTING_FOR = 3000; // from then on a new network is better tried anew

// A page notices silence after 5 + 8 s, before the desk does (18 s, stream.py): it is the one that can mend it.
const PING_AFTER = 5000;
const ANSWER_WITHIN = 8000;
const ANSWER_SOON = 4000; // when there is reason to doubt

const ASKED_TO_WAIT = 60; // seconds at most, whoever asks for it

const LEFT = 1000; // the codes with which a stream is closed: for good, and to come back
const DEAD = 4000;

/** A frame of the desk's; null for what is none. */
function parsed(data) {
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame === "object" ? frame : null;
  } catch {
    return null;
  }
}

export class Link {
  /**
   * `after()` gives the last sequence the page has; `on.frame(frame)`, `on.open()`, `on.lost(code)`
   * and `on.unknown()` are told what happens; `on.isOver()` says whether the desk has told of the chat's end.
   */
  constructor(chat, after, on) {
    this.chat = chat;
    this.after = after;
    this.on = on;
    this.tab = String(Math.random()).slice(2) + Date.now();
    this.socket = null;
    this.tries = 0;
    this.timer = 0;
    this.since = 0; // when the stream was asked for, or last heard
    this.pinged = 0; // when the ping was sent that has no answer yet
    this.dropAt = 0; // when it must have one
    this.trip = 0; // how long the last answer took
    this.notBefore = 0; // when the desk, which has too much to do, may be asked again
    this.wanted = false;
    this.check = this.check.bind(this);
    this.drop = this.drop.bind(this);
    this.ping = this.ping.bind(this);
    this.leave = this.leave.bind(this);
    this.shown = () => document.visibilityState === "visible" && this.check();
  }

  start() {
    this.wanted = true;
    this.#listen(addEventListener, document.addEventListener, navigator.connection?.addEventListener);
    this.#connect();
  }

  stop() {
    this.wanted = false;
    this.#listen(removeEventListener, document.removeEventListener, navigator.connection?.removeEventListener);
    this.#close(LEFT);
  }

  #listen(onWindow, onDocument, onConnection) {
    onWindow.call(window, "online", this.check);
    onWindow.call(window, "pageshow", this.check);
    onWindow.call(window, "offline", this.drop);
    onWindow.call(window, "pagehide", this.leave);
    onDocument.call(document, "resume", this.check);
    onDocument.call(document, "visibilitychange", this.shown);
    onConnection?.call(navigator.connection, "change", this.check);
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Send a frame; false when there is no connection. */
  send(frame) {
    if (!this.isOpen) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Something has happened after which the stream may be dead, or could be opened: find out at once. */
  check() {
    if (!this.wanted) return;
    const silent = Date.now() - this.since;
    if (!this.socket) Date.now() >= this.notBefore && this.#connect();
    else if (!this.isOpen && silent > CONNECTING_FOR) this.drop();
    else if (this.isOpen && silent > PING_AFTER + ANSWER_WITHIN) this.drop();
    else if (this.isOpen) this.ping(Math.min(ANSWER_WITHIN, Math.max(ANSWER_SOON, 3 * this.trip)));
  }

  /** Ask the desk for a sign of life. */
  ping(within = ANSWER_WITHIN) {
    const dropAt = Date.now() + within;
    if (this.pinged && this.dropAt <= dropAt) return;
    this.pinged ||= Date.now();
    this.dropAt = dropAt;
    this.send({ type: "ping" });
    this.#expect(within);
  }

  /** Give up this connection, which seems dead, and make a new one. */
  drop() {
    if (!this.socket) return;
    this.#close(DEAD);
    this.#lost(true, 1006);
  }

  /**
   * The page is left, though it may come back out of the browser's cache: then `pageshow` connects it again.
   * A page that is merely hidden is not left.
   */
  leave() {
    this.#close(LEFT);
    sayGoodbye(this.chat, this.tab);
  }

  #close(code) {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(code);
  }

  #connect() {
    clearTimeout(this.timer);
    const url = new URL(`/v1/contacts/${this.chat.id}/stream`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("after", this.after());
    url.searchParams.set("tab", this.tab);
    const socket = new WebSocket(url, ["deskbell.v1", `bearer.${this.chat.token}`]);
    this.socket = socket;
    this.since = Date.now();
    this.pinged = 0;
    let wasOpen = false;
    this.#expect(OPEN_WITHIN[Math.min(this.tries, OPEN_WITHIN.length - 1)]);
    socket.onopen = () => {
      if (this.socket !== socket) return;
      wasOpen = true;
      this.tries = 0;
      this.#heard();
      this.on.open();
    };
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.#heard();
      const frame = parsed(event.data);
      if (frame && frame.type !== "pong") this.on.frame(frame);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      clearTimeout(this.timer);
      if (event.code === 1000 && event.reason === "ended" && this.on.isOver()) this.stop();
      else this.#lost(wasOpen, event.code);
    };
  }

  /** The desk has given a sign of life. */
  #heard() {
    this.since = Date.now();
    if (this.pinged) this.trip = this.since - this.pinged;
    this.pinged = 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.ping, PING_AFTER);
  }

  #expect(within) {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.drop, within);
  }

  async #lost(wasOpen, code) {
    clearTimeout(this.timer);
    this.on.lost(code);
    this.notBefore = 0;
    if (!wasOpen) {
      // A page cannot see why a handshake was refused: ask.
      try {
        await Promise.race([readContact(this.chat), new Promise((over) => setTimeout(over, ASK_WITHIN))]);
      } catch (error) {
        if (this.wanted && isUnknown(error, this.chat)) {
          this.stop();
          this.on.unknown();
          return;
        }
        this.notBefore = Date.now() + 1000 * Math.min(error.retryAfter, ASKED_TO_WAIT);
      }
      if (!this.wanted || this.socket) return;
    }
    const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    const wait = Math.max(pause * (0.75 + Math.random() / 4), this.notBefore - Date.now());
    this.timer = setTimeout(() => this.#connect(), wait);
  }
}
