// The form before the chat: who the visitor is and what he needs.

import { createContact, Refusal } from "./door.js";
import * as store from "./store.js";
import { formWords, say, visitorLang } from "./words.js";

const query = new URLSearchParams(location.search);
const service = (query.get("service") ?? "").slice(0, 80);
const byId = (id) => document.getElementById(id);
const LONGEST = { nick: 80, text: 4000 };
const MISSING = { nick: "nameMissing", text: "questionMissing" };

export const formTitle = () => service || say("title");

/** `onBegun(chat)` is told of the contact that was made. */
export function listen(onBegun) {
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(onBegun);
  });
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("ask").requestSubmit();
  });
}

export function showComplaint(text) {
  byId("ask-error").textContent = text;
}

export function greet(nick) {
  byId("nick").value = nick;
}

/** Put the keyboard where the visitor goes on. */
export function focusForm() {
  byId(byId("nick").value ? "text" : "nick").focus();
}

async function begin(onBegun) {
  showComplaint("");
  if (byId("begin").disabled || !check()) return;
  byId("begin").disabled = true;
  try {
    const { id, token } = await createContact(fields(), store.visitorId());
    const begun = { id, token, nick: byId("nick").value, service };
    store.saveChat(begun);
    byId("text").value = "";
    onBegun(begun);
  } catch (error) {
    explain(error);
  } finally {
    byId("begin").disabled = false;
  }
}

function fields() {
  const known = { nick: byId("nick").value, text: byId("text").value, lang: visitorLang, page: pageAddress() };
  return service ? { ...known, service } : known;
}

function pageAddress() {
  if (query.get("page")) return query.get("page").slice(0, 2000);
  return (document.referrer || location.href.split(/[?#]/)[0]).slice(0, 2000);
}

function check() {
  for (const name of Object.keys(MISSING)) {
    const value = byId(name).value.trim();
    setError(name, value ? tooLong(name) : say(MISSING[name]));
  }
  const wrong = document.querySelector("#ask [aria-invalid]");
  wrong?.focus();
  return !wrong;
}

function tooLong(name) {
  const most = LONGEST[name];
  return byId(name).value.length > most ? say("longerThan", { count: most }) : "";
}

function setError(name, message) {
  const input = byId(name);
  byId(`${name}-error`).textContent = message;
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function explain(error) {
  if (!(error instanceof Refusal)) showComplaint(say("unreachable"));
  else if (error.status === 400 && error.field in MISSING) {
    setError(error.field, tooLong(error.field) || say(MISSING[error.field]));
    byId(error.field).focus();
  } else showComplaint(formWords(error));
}
