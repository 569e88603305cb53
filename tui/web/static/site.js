// What the site around the page tells of its visitor: custom data, and the way he came. In the widget it comes
// from widget.js; the page alone knows where it was reached from.

import { embedded } from "./host.js";

const DATA_COUNT = 20;
const TRAIL_COUNT = 20;
const LONGEST_PAGE = 1000;
const query = new URLSearchParams(location.search);

const short = (value, most) => String(value).slice(0, most);
const bare = (address) => short(address.split(/[?#]/)[0], LONGEST_PAGE);

/** The page the visitor writes from: of addresses with a query only the part before it, which is nobody's secret. */
export const pageAddress = short(query.get("page") || document.referrer || bare(location.href), 2000);

let told = {};
let trail = embedded ? [] : [document.referrer, location.href].filter(Boolean)
  .map((address) => ({ page: bare(address), at: Date.now() }));

/** The widget has told anew; true when the visitor has gone to another page. */
export function learn({ data, trail: way }) {
  if (data && typeof data === "object" && !Array.isArray(data)) told = data;
  if (!Array.isArray(way)) return false;
  const before = here();
  trail = way
    .filter((step) => typeof step?.page === "string" && step.page && Number.isFinite(step.at))
    .map(({ page, at }) => ({ page: short(page, LONGEST_PAGE), at }))
    .slice(-TRAIL_COUNT);
  return here() !== before;
}

/** The page of the site the visitor is on; empty when this page is not in a widget. */
export function here() {
  return embedded ? (trail.at(-1)?.page ?? "") : "";
}

/** The pages he was on, with how long ago in seconds: this computer's clock may be wrong. */
export function way() {
  return trail.map(({ page, at }) => ({ page, ago: Math.max(0, (Date.now() - at) / 1000) }));
}

/** What the visitor answered, and what the site knows of him; a name of both is the visitor's. */
export function dataWith(answers) {
  const known = Object.entries(told)
    .filter(([name, value]) => name.trim() && ["string", "number", "boolean"].includes(typeof value))
    .map(([name, value]) => [short(name, 40), short(value, 500)]);
  return Object.fromEntries([...Object.entries(answers), ...known.filter(([name]) => !Object.hasOwn(answers, name))].slice(0, DATA_COUNT));
}
