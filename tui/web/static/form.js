// The form before the chat: who the visitor is and what he needs. When nobody is at the desk it is a letter: what
// is sent waits for the next shift.

import { isShown } from "./attention.js";
import { readDesk, Refusal } from "./door.js";
import { tellHost } from "./host.js";
import * as questions from "./questions.js";
import { Request } from "./request.js";
import * as site from "./site.js";
import * as store from "./store.js";
import { formWords, say, visitorLang } from "./words.js";

const LOOK_EVERY = 20000;
const SHOWN_WITHIN = 1800;
const SAID_WITHIN = 8000;
const query = new URLSearchParams(location.search);
const service = (query.get("service") ?? "").slice(0, 80);
const byId = (id) => document.getElementById(id);
const MISSING = { nick: "nameMissing", text: "questionMissing" };
const longest = { nick: 80, text: 4000 };

let desk = { open: true, fields: [] };
let timer = 0;
let wantsFocus = false;
let request = null;

export const formTitle = () => service || say("title");

/** `onBegun(chat)` is told of the contact that was made. */
export function listen(onBegun) {
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(onBegun);
  });
  byId("ask").addEventListener("input", remember);
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
  complain(complaint);
  desk = { ...desk, open: true }; // nothing is begun: an address left with an earlier letter begins none
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

/** Begin with the name, and with the words that another chat had no way to send. */
export function takeOver(nick, words) {
  byId("nick").value = nick;
  byId("text").value = [byId("text").value, ...words].filter((text) => text.trim()).join("\n\n");
  remember();
}

function remember() {
  store.saveForm({ nick: byId("nick").value, text: byId("text").value, answers: questions.answers() });
}

/** After a reload: what was written is there again, and what was sent and not answered is sent again. */
export function askAgain(onBegun) {
  const { nick = "", text = "", answers = {} } = store.loadForm();
  byId("nick").value ||= nick;
  byId("text").value ||= text;
  questions.restore(answers);
  request = Request.before();
  if (request?.isFresh) ask(onBegun, request.newest);
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

function begin(onBegun) {
  if (byId("begin").disabled || !check()) return;
  const begun = { nick: byId("nick").value, service };
  if (!desk.open) Object.assign(begun, { offline: true, mail: questions.mail() });
  remember();
  ask(onBegun, { fields: fields(), begun });
}

/** Ask the desk. Where it does not answer soon that is said, and the button can be pressed again meanwhile. */
async function ask(onBegun, asked) {
  request ??= new Request();
  const mine = request;
  const turn = mine.turn();
  const isMine = () => request === mine && mine.isLatest(turn);
  complain("");
  byId("begin").disabled = true;
  const patience = setTimeout(() => {
    if (!isMine()) return;
    complain(say("slow"));
    byId("begin").disabled = false;
  }, SAID_WITHIN);
  try {
    const { chat, sent } = await mine.ask(asked);
    if (request === mine) answered(chat, sent, onBegun);
  } catch (error) {
    if (isMine()) explain(error);
  } finally {
    clearTimeout(patience);
    if (isMine() || request === null) byId("begin").disabled = false;
  }
}

/** The chat begins. What was sent later, and what was only written since, are not in it yet. */
function answered(chat, sent, onBegun) {
  const last = request.newest.fields.text;
  const written = byId("text").value;
  if (written.trim() && written !== last) store.saveDraft(written);
  request = null;
  byId("text").value = "";
  store.dropForm();
  store.saveChat(chat);
  onBegun(chat, last === sent.fields.text ? "" : last);
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

function complain(text) {
  byId("ask-error").textContent = text;
}

function explain(error) {
  if (!(error instanceof Refusal)) complain(say("unreachable"));
  else if (error.status === 400 && error.field in MISSING) {
    setError(error.field, tooLong(error.field) || say(MISSING[error.field]));
    byId(error.field).focus();
  } else complain(formWords(error));
}
