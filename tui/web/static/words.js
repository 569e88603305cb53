// What the page says, in the visitor's language. The sentences themselves are in words-en.js and its sisters,
// of which only the visitor's own is loaded.

import en from "./words-en.js";

const SPOKEN = ["en", "it", "de", "fr", "es"];
const query = new URLSearchParams(location.search);

/** The languages the visitor reads, best first; what the site asked for comes before the browser's. */
const wanted = [query.get("lang"), ...(navigator.languages ?? [navigator.language])]
  .filter((tag) => typeof tag === "string" && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag) && tag.length <= 35);

/** The language of the page. */
export const lang = wanted.map((tag) => tag.split("-")[0].toLowerCase()).find((tag) => SPOKEN.includes(tag)) ?? "en";

/** The language the desk is told: the visitor's first, which the page itself may not speak. */
export const visitorLang = wanted[0] ?? lang;

/** For dates and times: the visitor's own variety of the page's language ("en-GB"), where it is known. */
export const locale = wanted.find((tag) => tag.split("-")[0].toLowerCase() === lang) ?? lang;

const words = lang === "en" ? en : { ...en, ...(await import(`./words-${lang}.js`)).default };
const plurals = new Intl.PluralRules(lang);

/** A sentence, with its {gaps} filled. One that counts has a form for each plural; `count` chooses. */
export function say(name, gaps = {}) {
  let text = words[name];
  if (typeof text === "object") text = text[plurals.select(gaps.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (gap, key) => (key in gaps ? String(gaps[key]) : gap));
}

/** Put words into the elements that ask for them: data-say, data-say-label, data-say-placeholder. */
export function fillIn(root) {
  document.documentElement.lang = lang;
  for (const element of root.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of root.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.dataset.sayLabel));
  }
  for (const element of root.querySelectorAll("[data-say-placeholder]")) {
    element.placeholder = say(element.dataset.sayPlaceholder);
  }
}

export function stateWords(status) {
  if (status.offline) return letterWords(status);
  if (status.status === "ended") return say("ended");
  if (status.status === "assigned") {
    return status.agent ? say("chattingWith", { agent: status.agent }) : say("chatting");
  }
  if (status.transfer) return say("transferring");
  if (!status.position) return say("waiting");
  return status.position === 1 ? say("next") : say("place", { place: status.position });
}

/** What was left when nobody was there is kept and read; more is not promised, whoever has it now. */
function letterWords(status) {
  if (status.status === "ended") return say(status.by === "agent" ? "wordRead" : "ended");
  return say(status.status === "assigned" ? "wordOpened" : "wordLeft");
}

/** What follows now, said once at the beginning. */
export function welcomeWords(chat) {
  if (!chat.offline) return say("welcome");
  const mail = chat.mail ? ` ${say("mailLeft", { mail: chat.mail })}` : "";
  return say("welcomeOffline") + mail;
}

/** How it ended, for the visitor; `left` when this page said good-bye itself. */
export function endWords(status, left) {
  if (status.outcome === "dissuaded") return deskWords(status.text || en.nobodyFree);
  if (left) return say("youLeft");
  if (status.offline && status.by === "agent") return say("wordReadThanks");
  if (status.by === "agent") return status.agent ? say("endedBy", { agent: status.agent }) : say("endedByAgent");
  return say("awayTooLong");
}

/** What the desk says by itself. A sentence the administrator has not made his own is said in the visitor's language. */
export function deskWords(text) {
  return text === en.nobodyFree ? say("nobodyFree") : text;
}

/** Why a message was not taken, to follow "Not sent:". */
export function refusalWords(problem) {
  if (problem.status === 413 || (problem.status === 400 && problem.field === "text")) return say("tooLong");
  if (problem.status === 409 || problem.status === 404) return say("chatEnded");
  return say("notTaken");
}

/** Why the form was not taken. */
export function formWords(problem) {
  if (problem.status === 429 || problem.field === "queue") return say("tooMany", { count: Math.max(1, Math.ceil(problem.retryAfter)) });
  if (problem.status === 403) return say("notHere");
  if (problem.status === 413) return say("formTooLong");
  return problem.status >= 500 ? say("deskTroubled") : say("formRefused");
}
