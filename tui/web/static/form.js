// The form before the chat: who the visitor is and what he needs. When nobody is at the desk it is a letter: what
// is sent waits for the next shift.

import { isShown } from "./attention.js";
import { createContact, readDesk, Refusal } from "./door.js";
import { tellHost } from "./host.js";
import * as questions from "./questions.js";
import * as site from "./site.js";
import * as store from "./store.js";
import { formWords, say, visitorLang } from "./words.js";

const LOOK_EVERY = 20000;
const SHOWN_WITHIN = 1800;
const query = new URLSearchParams(location.search);
const service = (query.get("service") ?? "").slice(0, 80);
const byId = (id) => document.getElementById(id);
const MISSING = { nick: "nameMissing", text: "questionMissing" };
const longest = { nick: 80, text: 4000 };

let desk = { open: true, fields: [] };
let timer = 0;
let wantsFocus = false;

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
  // The site may know more of its visitor by now than when it loaded the frame.
  byId("ask").addEventListener("focusin", () => tellHost({ type: "deskbell:ready" }));
  document.addEventListener("visibilitychange", () => isUp() && look());
}

/** The widget has opened its window: look again who is there. */
export function opened() {
  if (isUp()) look();
}

/** Show the form as soon as it is known what it asks, and keep it true. */
export async function show(complaint = "") {
  byId("ask-error").textContent = complaint;
  await Promise.race([look(), new Promise((done) => setTimeout(done, SHOWN_WITHIN))]);
  if (!isUp()) return;
  byId("welcome").hidden = false;
  if (wantsFocus) focusForm();
}

export function hide() {
  byId("welcome").hidden = true;
  clearTimeout(timer);
  timer = 0;
}

export function greet(nick) {
  byId("nick").value = nick;
}

/** Put the keyboard where the visitor goes on, as soon as the form is shown. */
export function focusForm() {
  wantsFocus = byId("welcome").hidden;
  byId(byId("nick").value ? "text" : "nick").focus();
}

const isUp = () => byId("chat").hidden;

/** Ask who is there, now and while the form is up. */
async function look() {
  clearTimeout(timer);
  timer = setTimeout(() => isUp() && look(), LOOK_EVERY);
  if (!isShown() && !byId("welcome").hidden) return;
  try {
    const told = await readDesk();
    // Who has begun a letter may finish it, whoever comes meanwhile.
    const isWriting = byId("text").value.trim() || questions.isBegun();
    desk = { ...told, open: told.open && (desk.open || !isWriting) };
  } catch {
    // Not answering: the form stands as it is, and sending says so.
  }
  longest.text = desk.text_limit ?? longest.text;
  questions.ask(desk.fields ?? [], !desk.open);
  byId("lead").textContent = say(desk.open ? "lead" : "leadOffline");
  byId("begin").textContent = say(desk.open ? "begin" : "leaveWord");
  byId("welcome").dataset.open = String(desk.open);
}

async function begin(onBegun) {
  byId("ask-error").textContent = "";
  if (byId("begin").disabled || !check()) return;
  byId("begin").disabled = true;
  try {
    const { id, token } = await createContact(fields(), store.visitorId());
    const begun = { id, token, nick: byId("nick").value, service };
    if (!desk.open) Object.assign(begun, { offline: true, mail: questions.mail() });
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
  const known = {
    nick: byId("nick").value,
    text: byId("text").value,
    lang: visitorLang,
    page: site.pageAddress,
    trail: site.way(),
    data: site.dataWith(questions.answers()),
  };
  if (service) known.service = service;
  if (!desk.open) known.offline = true;
  return known;
}

function check() {
  for (const name of Object.keys(MISSING)) {
    const value = byId(name).value.trim();
    setError(name, value ? tooLong(name) : say(MISSING[name]));
  }
  questions.check();
  const wrong = document.querySelector("#ask [aria-invalid]");
  wrong?.focus();
  return !wrong;
}

function tooLong(name) {
  const most = longest[name];
  return byId(name).value.length > most ? say("longerThan", { count: most }) : "";
}

function setError(name, message) {
  const input = byId(name);
  byId(`${name}-error`).textContent = message;
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function explain(error) {
  const complain = (text) => { byId("ask-error").textContent = text; };
  if (!(error instanceof Refusal)) complain(say("unreachable"));
  else if (error.status === 400 && error.field in MISSING) {
    setError(error.field, tooLong(error.field) || say(MISSING[error.field]));
    byId(error.field).focus();
  } else complain(formWords(error));
}
