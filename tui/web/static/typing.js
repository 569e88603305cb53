// Typing, both ways: the visitor's is told to the desk, the agent's is shown until it stops or is not renewed.

import { say } from "./words.js";

const TOLD_EVERY = 3000;
const LASTS = 6000;

export class Typing {
  /** `place` shows that the agent types; `send(frame)` tells the desk that the visitor does. */
  constructor(place, send) {
    this.place = place;
    this.send = send;
    this.toldAt = 0;
    this.shownTimer = 0;
    this.idleTimer = 0;
  }

  /** The visitor has changed what he writes. */
  wrote(text) {
    clearTimeout(this.idleTimer);
    if (!text) {
      this.#tell(false);
      return;
    }
    if (Date.now() - this.toldAt > TOLD_EVERY) this.#tell(true);
    this.idleTimer = setTimeout(() => this.#tell(false), LASTS - 1000);
  }

  /** What he wrote is sent, or the connection is new: nothing is told of it any more. */
  forget() {
    clearTimeout(this.idleTimer);
    this.toldAt = 0;
  }

  show(on, agent = "") {
    clearTimeout(this.shownTimer);
    const words = agent ? say("typing", { agent }) : say("agentTyping");
    this.place.textContent = on ? words : "";
    if (on) this.shownTimer = setTimeout(() => this.show(false), LASTS);
  }

  #tell(on) {
    if (!on && !this.toldAt) return;
    this.toldAt = on ? Date.now() : 0;
    this.send({ type: "typing", on });
  }
}
