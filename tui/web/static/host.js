// The page inside the widget: what it tells the site's widget.js and hears from it.
// Only the origin that the widget named is spoken to, and only counts and states are said.

const query = new URLSearchParams(location.search);
export const embedded = query.get("embed") === "1" && window.parent !== window;

function originOf(address) {
  try {
    return new URL(address).origin;
  } catch {
    return location.origin;
  }
}

const site = originOf(query.get("page"));

/** Tell the widget: {type: "deskbell:unread", count}, {type: "deskbell:active", active}, {type: "deskbell:close"}. */
export function tellHost(message) {
  if (embedded) window.parent.postMessage(message, site);
}

/**
 * Call `opened` whenever the widget opens or closes the window this page is in, or knows more of the visitor: whether
 * it `isOpen`, whether the page `takesFocus`, whether the site `wasTouched` by the visitor, so that the frame may
 * sound, and the site's `data` of him and his `trail` through it.
 */
export function whenOpened(opened) {
  addEventListener("message", (event) => {
    if (!embedded || event.source !== window.parent || event.origin !== site) return;
    const { type, open, focus, touched, data, trail } = event.data ?? {};
    if (type === "deskbell:open") {
      opened({ isOpen: open === true, takesFocus: focus === true, wasTouched: touched === true, data, trail });
    }
  });
}
