// The stream to the door: opens it, notices when it is dead, opens it again.
// It knows nothing of what the frames mean.

import { isUnknown, readContact } from "./door.js";

const PAUSES = [300, 1000, 2000, 3000];
const OPEN_WITHIN = 8000;
const SILENT_FOR = 50000; // the door repeats itself every 20 s

export class Link {
  /**
   * `after()` gives the last sequence the page has; `on.frame(frame)`, `on.open()`, `on.lost(code)`
   * and `on.unknown()` are told what happens.
   */
  constructor(chat, after, on) {
    this.chat = chat;
    this.after = after;
    this.on = on;
    this.socket = null;
    this.tries = 0;
    this.timer = 0;
    this.wanted = false;
    this.again = this.again.bind(this);
    this.drop = this.drop.bind(this);
  }

  start() {
    this.wanted = true;
    addEventListener("online", this.again);
    addEventListener("pageshow", this.again);
    addEventListener("offline", this.drop);
    document.addEventListener("visibilitychange", this.again);
    this.#connect();
  }

  stop() {
    this.wanted = false;
    removeEventListener("online", this.again);
    removeEventListener("pageshow", this.again);
    removeEventListener("offline", this.drop);
    document.removeEventListener("visibilitychange", this.again);
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
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

  /** Connect at once instead of after the pause, if there is no connection. */
  again() {
    if (this.wanted && !this.socket && document.visibilityState === "visible") this.#connect();
  }

  /** Give up this connection, which seems dead, and make a new one. */
  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.socket = null;
    socket.close();
    this.#lost(true, 1006);
  }

  #connect() {
    clearTimeout(this.timer);
    const url = new URL(`/v1/contacts/${this.chat.id}/stream`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("after", this.after());
    const socket = new WebSocket(url, ["deskbell.v1", `bearer.${this.chat.token}`]);
    this.socket = socket;
    let wasOpen = false;
    this.#expect(OPEN_WITHIN);
    socket.onopen = () => {
      if (this.socket !== socket) return;
      wasOpen = true;
      this.tries = 0;
      this.#expect(SILENT_FOR);
      this.on.open();
    };
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.#expect(SILENT_FOR);
      this.on.frame(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      clearTimeout(this.timer);
      if (event.code === 1000 && event.reason === "ended") this.stop();
      else this.#lost(wasOpen, event.code);
    };
  }

  #expect(within) {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.drop, within);
  }

  async #lost(wasOpen, code) {
    clearTimeout(this.timer);
    this.on.lost(code);
    if (!wasOpen) {
      // A page cannot see why a handshake was refused: ask.
      try {
        await readContact(this.chat);
      } catch (error) {
        if (isUnknown(error)) {
          this.stop();
          this.on.unknown();
          return;
        }
      }
      if (!this.wanted || this.socket) return;
    }
    const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.#connect(), pause * (0.75 + Math.random() / 4));
  }
}
