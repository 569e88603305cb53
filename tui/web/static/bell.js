// The sound of an answer that comes while nobody looks: two soft tones, made here, and the button that mutes them.
// A browser lets a page sound only once the visitor has touched it; before that nothing is even tried, since
// the attempt alone would be a complaint in the console.

import { muted, rememberMuted } from "./store.js";
import { say } from "./words.js";

const TONES = [
  { pitch: 659.26, at: 0 },
  { pitch: 987.77, at: 0.14 },
];
const LOUDNESS = 0.16;
const RINGS_FOR = 0.7;
const ONE_A = 1000;

let hostWasTouched = false;
let context = null;
let soundedAt = -Infinity;
let button = null;

/** The site around the widget was touched, and lets the frame sound. */
export function hostTouched() {
  hostWasTouched = true;
}

/** Sound once, unless muted or not allowed to; a burst of answers sounds once. */
export async function ring() {
  const now = performance.now();
  if (muted() || now - soundedAt < ONE_A) return;
  if (!hostWasTouched && !navigator.userActivation?.hasBeenActive) return;
  soundedAt = now;
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") await context.resume();
    for (const tone of TONES) sound(context, tone);
  } catch {
    // No sound device, or not allowed after all: the badge and the title tell.
  }
}

function sound(where, { pitch, at }) {
  const begin = where.currentTime + at;
  const loudness = where.createGain();
  loudness.gain.setValueAtTime(0, begin);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.012);
  loudness.gain.exponentialRampToValueAtTime(0.0001, begin + RINGS_FOR);
  const voice = where.createOscillator();
  voice.type = "sine";
  voice.frequency.value = pitch;
  voice.connect(loudness).connect(where.destination);
  voice.start(begin);
  voice.stop(begin + RINGS_FOR);
}

/** Make this button the one that mutes. */
export function muteButton(element) {
  button = element;
  button.addEventListener("click", () => {
    rememberMuted(!muted());
    show();
  });
  addEventListener("storage", show); // muted in another tab
  show();
}

function show() {
  button.setAttribute("aria-pressed", String(!muted()));
  button.title = say(muted() ? "soundOff" : "soundOn");
}
