// Whether the visitor looks, and how he is called when he does not: the count in the title, the widget's badge,
// the sound.

import { ring } from "./bell.js";
import { embedded, tellHost } from "./host.js";

let hostIsOpen = !embedded;
let unread = 0;
let title = document.title;

/** The widget has opened or closed the window this page is in. */
export function hostOpened(isOpen) {
  hostIsOpen = isOpen;
}

/** Whether the page is on the screen. */
export function isShown() {
  return document.visibilityState === "visible" && hostIsOpen;
}

/** An answer has come: is it read already (on the screen), was it sounded already (in another tab)? */
export function answered(isRead, wasHeard) {
  if (!isRead) setUnread(unread + 1);
  const looksAway = !isRead || (!embedded && !document.hasFocus());
  if (looksAway && !wasHeard) ring();
}

export function setUnread(count) {
  unread = count;
  showTitle();
  tellHost({ type: "deskbell:unread", count });
}

export function setTitle(text) {
  title = text;
  showTitle();
}

function showTitle() {
  document.title = unread ? `(${unread}) ${title}` : title;
}
