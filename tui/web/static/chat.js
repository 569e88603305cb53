// The visitor's page: wires the form, the transcript and the stream together.

import { createContact, isUnknown, leaveContact, readContact, Refusal } from "./door.js";
import { embedded, tellHost, whenOpened } from "./host.js";
import { Link } from "./link.js";
import * as store from "./store.js";
import { Transcript } from "./transcript.js";
import * as words from "./words.js";

const TYPING_EVERY = 3000;
const TYPING_LASTS = 6000;
const ACKNOWLEDGED_WITHIN = 8000;
const BACK_SHOWN_FOR = 4000;
const TOO_BIG = 1009;

const query = new URLSearchParams(location.search);
const service = (query.get("service") ?? "").slice(0, 80);
const byId = (id) => document.getElementById(id);
const draft = byId("draft");
const transcript = new Transcript(byId("log"), byId("newest"), () => markSeen());

let chat = null;
let link = null;
let status = null;
let last = { seq: 0, agentSeq: 0, told: 0 };
let outbox = [];
let inFlight = null;
let flightTimer = 0;
let unread = 0;
let left = false;
let hostIsOpen = !embedded;
let wasLost = false;
let typingTold = 0;
let typingTimer = 0;
let idleTimer = 0;
let bannerTimer = 0;

// asking for help

function showForm(message = "") {
  chat = null;
  status = null;
  byId("welcome").hidden = false;
  byId("chat").hidden = true;
  byId("leave").hidden = true;
  byId("title").textContent = service || "Chat with us";
  setState("", "");
  setBanner("");
  setUnread(0);
  byId("ask-error").textContent = message;
  tellHost({ type: "deskbell:active", active: false });
}

function setFieldError(name, message) {
  const input = byId(name);
  byId(`${name}-error`).textContent = message;
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function checkForm() {
  setFieldError("nick", byId("nick").value.trim() ? "" : "Please tell us your name.");
  setFieldError("text", byId("text").value.trim() ? "" : "Please write what we can help with.");
  const wrong = document.querySelector("#ask [aria-invalid]");
  wrong?.focus();
  return !wrong;
}

function pageAddress() {
  if (query.get("page")) return query.get("page").slice(0, 2000);
  return (document.referrer || location.href.split(/[?#]/)[0]).slice(0, 2000);
}

function formFields() {
  const fields = { nick: byId("nick").value, text: byId("text").value, lang: navigator.language, page: pageAddress() };
  return service ? { ...fields, service } : fields;
}

async function begin(event) {
  event.preventDefault();
  byId("ask-error").textContent = "";
  if (byId("begin").disabled || !checkForm()) return;
  byId("begin").disabled = true;
  try {
    const { id, token } = await createContact(formFields(), store.visitorId());
    const begun = { id, token, nick: byId("nick").value, service };
    store.saveChat(begun);
    byId("text").value = "";
    showChat(begun);
    draft.focus();
  } catch (error) {
    const isField = error instanceof Refusal && ["nick", "text"].includes(error.field);
    if (isField) setFieldError(error.field, error.message);
    else byId("ask-error").textContent = error instanceof Refusal ? error.message : words.UNREACHABLE;
  } finally {
    byId("begin").disabled = false;
  }
}

// the chat

function showChat(which) {
  chat = which;
  status = null;
  left = false;
  wasLost = false;
  last = { seq: 0, agentSeq: 0, told: 0 };
  inFlight = null;
  transcript.clear();
  byId("welcome").hidden = true;
  byId("chat").hidden = false;
  byId("leave").hidden = false;
  byId("composer").hidden = false;
  byId("over").hidden = true;
  byId("title").textContent = chat.service || "Chat with us";
  setState(words.CONNECTING, "");
  draft.value = store.loadDraft();
  fitDraft();
  outbox = store.unsent(chat);
  outbox.forEach((message) => transcript.addUnsent(message));
  tellHost({ type: "deskbell:active", active: true });
  const on = { frame: onFrame, open: onOpen, lost: onLost, unknown: onUnknown };
  link = new Link(chat, () => last.seq, on);
  link.start();
}

function onOpen() {
  if (wasLost) {
    setBanner(words.BACK, "back");
    bannerTimer = setTimeout(() => setBanner(""), BACK_SHOWN_FOR);
  }
  wasLost = false;
  inFlight = null;
  last.told = 0;
  typingTold = 0;
  sendNext();
  markSeen();
}

function onLost(code) {
  wasLost = true;
  if (code === TOO_BIG && inFlight) {
    transcript.fail(inFlight, "it is too long");
    giveBack(inFlight);
    settle(inFlight);
  }
  inFlight = null;
  clearTimeout(flightTimer);
  setTyping(false);
  setBanner(words.LOST, "lost");
}

function onUnknown() {
  store.dropChat(chat);
  showForm(words.FORGOTTEN);
}

function onFrame(frame) {
  if (frame.type === "message") onMessage(frame);
  else if (frame.type === "status") onStatus(frame);
  else if (frame.type === "typing") setTyping(frame.on);
  else if (frame.type === "ack") onAcknowledged(frame.id);
  else if (frame.type === "error") onRefused(frame);
}

function onMessage(message) {
  if (message.seq <= last.seq) return;
  last.seq = message.seq;
  if (message.from === "visitor") onAcknowledged(message.id);
  else setTyping(false);
  if (message.from === "agent") last.agentSeq = message.seq;
  if (message.from === "agent" && !isShown()) setUnread(unread + 1);
  transcript.add(message);
  markSeen();
}

function onStatus(told) {
  const before = status;
  status = told;
  transcript.agent = told.agent ?? transcript.agent;
  setState(words.stateWords(told), told.status);
  if (told.status === "pending" && !before && last.seq === 1) transcript.notice(words.WELCOME);
  if (told.status === "assigned" && before?.status === "pending") {
    transcript.notice(`${told.agent || "An agent"} has joined the chat.`);
  }
  if (told.status === "pending" && before?.status === "assigned") {
    transcript.notice(`${before.agent || "The agent"} has passed your chat on. Somebody else will answer you.`);
  }
  if (told.status === "ended" && before?.status !== "ended") onEnded(told);
}

function onEnded(told) {
  transcript.end(words.endWords(told, left));
  for (const message of outbox) transcript.fail(message.id, "the chat has ended");
  for (const message of outbox) store.forgetUnsent(chat, message.id);
  outbox = [];
  setTyping(false);
  const hadFocus = byId("composer").contains(document.activeElement);
  byId("composer").hidden = true;
  byId("leave").hidden = true;
  byId("over").hidden = false;
  if (hadFocus) byId("again").focus();
  tellHost({ type: "deskbell:active", active: false });
}

// sending: one message at a time, so that the order holds whatever the connection does

function sendDraft() {
  const text = draft.value;
  if (!text.trim() || !chat || status?.status === "ended") return;
  const message = { id: store.newId(), text, at: Date.now() };
  store.keepUnsent(chat, message);
  outbox.push(message);
  transcript.addUnsent(message);
  draft.value = "";
  store.saveDraft("");
  fitDraft();
  clearTimeout(idleTimer);
  typingTold = 0;
  sendNext();
}

function sendNext() {
  if (inFlight || !outbox.length) return;
  const { id, text } = outbox[0];
  if (!link.send({ type: "message", id, text })) return;
  inFlight = id;
  clearTimeout(flightTimer);
  flightTimer = setTimeout(() => link.drop(), ACKNOWLEDGED_WITHIN);
}

function onAcknowledged(id) {
  transcript.acknowledge(id);
  settle(id);
}

function onRefused(problem) {
  if (!problem.id || problem.id !== inFlight) return;
  if (problem.status === 429 || problem.status >= 500) {
    clearTimeout(flightTimer);
    flightTimer = setTimeout(() => {
      inFlight = null;
      sendNext();
    }, 1000 * (problem.retry_after || 1));
  } else {
    transcript.fail(problem.id, problem.detail);
    giveBack(problem.id);
    settle(problem.id);
  }
}

/** Put the words of a refused message back where they can be mended. */
function giveBack(id) {
  const refused = outbox.find((message) => message.id === id);
  if (!refused || draft.value) return;
  draft.value = refused.text;
  fitDraft();
}

function settle(id) {
  store.forgetUnsent(chat, id);
  outbox = outbox.filter((message) => message.id !== id);
  if (inFlight === id) {
    clearTimeout(flightTimer);
    inFlight = null;
  }
  sendNext();
}

// typing, seen, unread

function onInput() {
  fitDraft();
  store.saveDraft(draft.value);
  clearTimeout(idleTimer);
  if (!draft.value) {
    tellTyping(false);
    return;
  }
  if (Date.now() - typingTold > TYPING_EVERY) tellTyping(true);
  idleTimer = setTimeout(() => tellTyping(false), TYPING_LASTS - 1000);
}

function tellTyping(on) {
  if (!on && !typingTold) return;
  typingTold = on ? Date.now() : 0;
  link?.send({ type: "typing", on });
}

function setTyping(on) {
  clearTimeout(typingTimer);
  byId("typing").textContent = on ? `${transcript.agent || "The agent"} is typing` : "";
  if (on) typingTimer = setTimeout(() => setTyping(false), TYPING_LASTS);
}

function isShown() {
  return document.visibilityState === "visible" && hostIsOpen && transcript.atEnd;
}

function markSeen() {
  if (!isShown()) return;
  setUnread(0);
  if (last.seq > last.told && link?.send({ type: "seen", seq: last.seq })) last.told = last.seq;
}

function setUnread(count) {
  unread = count;
  const title = byId("title").textContent;
  document.title = count ? `(${count}) ${title}` : title;
  tellHost({ type: "deskbell:unread", count });
}

// looks

function setState(text, name) {
  const state = byId("state");
  if (state.textContent !== text) state.textContent = text;
  state.dataset.status = name;
}

function setBanner(text, kind = "") {
  clearTimeout(bannerTimer);
  const banner = byId("connection");
  banner.className = `banner ${kind}`;
  if (banner.textContent !== text) banner.textContent = text;
}

function fitDraft() {
  draft.rows = Math.min(6, draft.value.split("\n").length);
}

/** Ask the widget to close its window; from now on nothing here counts as seen. */
function minimise() {
  hostIsOpen = false;
  tellHost({ type: "deskbell:close" });
}

// leaving

async function leave() {
  byId("sure").returnValue = "";
  byId("sure").showModal();
}

async function afterSure() {
  if (byId("sure").returnValue !== "leave" || !chat) return;
  left = true;
  if (link.send({ type: "leave" })) return;
  try {
    await leaveContact(chat);
  } catch (error) {
    left = false;
    if (!isUnknown(error)) setBanner(words.LOST, "lost");
  }
}

function startAgain() {
  link?.stop();
  store.dropChat(chat);
  byId("nick").value = chat.nick ?? "";
  showForm();
  byId(byId("nick").value ? "text" : "nick").focus();
}

async function resume(known) {
  try {
    const told = await readContact(known);
    if (told.status === "ended" && !store.wasInThisTab(known)) {
      store.dropChat(known);
      byId("nick").value = known.nick ?? "";
      showForm();
      return;
    }
  } catch (error) {
    if (isUnknown(error)) {
      store.dropChat(known);
      showForm();
      return;
    }
  }
  store.saveChat(known);
  showChat(known);
}

byId("ask").addEventListener("submit", begin);
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("ask").requestSubmit();
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendDraft();
  draft.focus();
});
draft.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  sendDraft();
});
draft.addEventListener("input", onInput);
byId("leave").addEventListener("click", leave);
byId("sure").addEventListener("close", afterSure);
byId("again").addEventListener("click", startAgain);
byId("minimise").addEventListener("click", minimise);
document.addEventListener("visibilitychange", markSeen);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && embedded && !byId("sure").open) minimise();
});
whenOpened((isOpen, takeFocus) => {
  hostIsOpen = isOpen;
  if (isOpen) {
    transcript.toEnd();
    if (takeFocus) (chat ? (status?.status === "ended" ? byId("again") : draft) : byId("nick")).focus();
  }
});

document.body.classList.toggle("embedded", embedded);
byId("minimise").hidden = !embedded;
const known = store.loadChat();
if (known) resume(known);
else showForm();
tellHost({ type: "deskbell:ready" });
