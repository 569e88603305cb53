// One filled-in form on its way to the desk. It is asked with one key until it is answered, so that the desk makes one
// contact of it, however often it is pressed, reloaded, or sent again by the browser itself.

import { createContact, isKeyReused } from "./door.js";
import * as store from "./store.js";

const ANSWERED_WITHIN = 60000;
const FRESH_FOR = 120000; // sent again by itself after a reload; later the visitor presses
const BODIES = 8;
const LEFT_UNHEARD = ["cancelled", "abandoned"];

const bodyOf = ({ fields }) => JSON.stringify({ ...fields, trail: null });

export class Request {
  #key;
  #at;
  #sent;
  #turns = 0;

  constructor({ key, at, sent } = { key: store.newKey(), at: 0, sent: [] }) {
    this.#key = key;
    this.#at = at;
    this.#sent = sent;
  }

  /** The one that a page before this one in the tab has sent and got no answer to; null when there is none. */
  static before() {
    const kept = store.loadRequest();
    return kept && new Request(kept);
  }

  /** Whether it was sent a moment ago. */
  get isFresh() {
    return Math.abs(Date.now() - this.#at) < FRESH_FOR;
  }

  /** What was sent last: { fields, begun }. */
  get newest() {
    return this.#sent[0];
  }

  /** One more asks; `isLatest` says whether another has asked since. */
  turn() {
    this.#turns += 1;
    return this.#turns;
  }

  isLatest(turn) {
    return turn === this.#turns;
  }

  /**
   * Ask for a contact with these { fields }; `begun` is what the page knows of the chat to come. The answer is the
   * `chat`, and `sent`, what it was made of: a form that was mended and sent again may have arrived as it was before.
   */
  async ask(asked) {
    this.#keep(asked);
    const known = await this.#askForOne([...this.#sent]);
    if (known) return known;
    // Under this key there is nothing to be had: that contact ended before anybody read it, or its body is forgotten.
    this.#key = store.newKey();
    this.#sent = [];
    this.#keep(asked);
    return this.#made(asked, await this.#create(asked));
  }

  async #askForOne(bodies) {
    for (const sent of bodies) {
      try {
        const told = await this.#create(sent);
        const isLost = told.status === "ended" && LEFT_UNHEARD.includes(told.outcome);
        return isLost ? null : this.#made(sent, told);
      } catch (error) {
        if (!isKeyReused(error)) throw error;
      }
    }
    return null;
  }

  #create({ fields }) {
    return createContact(fields, store.visitorId(), this.#key, ANSWERED_WITHIN);
  }

  #made(sent, { id, token, desk }) {
    return { chat: { ...sent.begun, id, token, desk }, sent };
  }

  #keep(asked) {
    const others = this.#sent.filter((sent) => bodyOf(sent) !== bodyOf(asked));
    this.#sent = [asked, ...others].slice(0, BODIES);
    this.#at = Date.now();
    store.keepRequest({ key: this.#key, at: this.#at, sent: this.#sent });
  }
}
