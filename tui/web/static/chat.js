// The visitor's page: wires the form, the transcript and the stream together.

import * as attention from "./attention.js";
import { hostTouched, muteButton } from "./bell.js";
import { isUnknown, leaveContact, readContact } from "./door.js";
import * as form from "./form.js";
import { embedded, tellHost, whenOpened } from "./host.js";
import { Link } from "./link.js";
import * as site from "./site.js";
import * as store from "./store.js";
import { Transcript } from "./transcript.js";
import { endWords, fillIn, refusalWords, say, stateWords, welcomeWords } from "./words.js";

const TYPING_EVERY = 3000;
const TYPING_LASTS = 6000;
const ACKNOWLEDGED_WITHIN = 8000;
const BACK_SHOWN_FOR = 4000;
const MARKS_EVERY = 250;
const TOO_BIG = 1009;

const byId = (id) => document.getElementById(id);
const draft = byId("draft");
const transcript = new Transcript(byId("log"), byId("newest"), () => markSeen());

let chat = null;
let link = null;
let status = null;
let last = { seq: 0, received: 0, seen: 0 };
let outbox = [];
let inFlight = null;
let flightTimer = 0;
let left = false;
let wasLost = false;
let typingTold = 0;
let typingTimer = 0;
let idleTimer = 0;
let bannerTimer = 0;
let marksTimer = 0;

// asking for help

function showForm(message = "") {
  chat = null;
  status = null;
  byId("chat").hidden = true;
  byId("leave").hidden = true;
  byId("sound").hidden = true;
  setTitle(form.formTitle());
  setState("", "");
  setBanner("");
  attention.setUnread(0);
  form.show(message);
  tellHost({ type: "deskbell:active", active: false });
}

// the chat

function showChat(which) {
  chat = which;
  status = null;
  left = false;
  wasLost = false;
  last = { seq: 0, received: 0, seen: 0 };
  inFlight = null;
  transcript.clear();
  form.hide();
  byId("chat").hidden = false;
  byId("leave").hidden = chat.offline === true;
  byId("sound").hidden = false;
  byId("composer").hidden = false;
  byId("over").hidden = true;
  setTitle(chat.service || say("title"));
  setState(say("connecting"), "");
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
    setBanner(say("back"), "back");
    bannerTimer = setTimeout(() => setBanner(""), BACK_SHOWN_FOR);
  }
  wasLost = false;
  inFlight = null;
  last.received = last.seen = 0;
  typingTold = 0;
  sendNext();
  tellPage();
  if (isShown()) markSeen();
  else tellMarks();
}

function onLost(code) {
  wasLost = true;
  if (code === TOO_BIG && inFlight) {
    transcript.fail(inFlight, say("tooLong"));
    giveBack(inFlight);
    settle(inFlight);
  }
  inFlight = null;
  clearTimeout(flightTimer);
  setTyping(false);
  setBanner(say("lost"), "lost");
}

function onUnknown() {
  store.dropChat(chat);
  showForm(say("forgotten"));
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
  const { seen, heard } = store.marks(chat);
  const isRead = isShown() || message.seq <= seen;
  transcript.add(message);
  if (message.from !== "visitor") attention.answered(isRead, message.seq <= heard);
  store.raiseMark(chat, "heard", message.seq);
  if (isShown()) markSeen();
  else tellMarks();
}

function onStatus(told) {
  const before = status;
  status = told;
  transcript.agent = told.agent ?? transcript.agent;
  setState(stateWords(told), told.status);
  if (told.status !== "assigned") setTyping(false);
  if (told.status === "pending" && !before && last.seq === 1) transcript.notice(welcomeWords(chat));
  if (told.status === "assigned" && before?.status === "pending") {
    transcript.notice(told.agent ? say("joined", { agent: told.agent }) : say("agentJoined"));
  }
  if (told.status === "pending" && before?.status === "assigned") {
    const words = told.transfer ? "passing" : "passedOn";
    transcript.notice(before.agent ? say(words, { agent: before.agent }) : say(`${words}ByAgent`));
  }
  if (told.offline && told.status === "assigned") byId("leave").hidden = false;
  if (told.status === "ended" && before?.status !== "ended") onEnded(told);
}

function onEnded(told) {
  transcript.end(endWords(told, left));
  for (const message of outbox) transcript.fail(message.id, say("chatEnded"));
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
    transcript.fail(problem.id, refusalWords(problem));
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
  const words = transcript.agent ? say("typing", { agent: transcript.agent }) : say("agentTyping");
  byId("typing").textContent = on ? words : "";
  if (on) typingTimer = setTimeout(() => setTyping(false), TYPING_LASTS);
}

function isShown() {
  return attention.isShown() && transcript.atEnd;
}

function markSeen() {
  if (!isShown()) return;
  attention.setUnread(0);
  if (!chat) return;
  store.raiseMark(chat, "seen", last.seq);
  tellMarks();
}

/** Tell the desk what this page has got, whether or not anybody looks, and what it has shown; at most four times a second. */
function tellMarks() {
  if (marksTimer) return;
  sendMarks();
  marksTimer = setTimeout(() => {
    marksTimer = 0;
    sendMarks();
  }, MARKS_EVERY);
}

function sendMarks() {
  const seen = chat ? Math.min(last.seq, store.marks(chat).seen) : 0;
  if (seen > last.seen && link?.send({ type: "seen", seq: seen })) last.seen = seen;
  const got = Math.max(last.received, last.seen);
  if (last.seq > got && link?.send({ type: "received", seq: last.seq })) last.received = last.seq;
}

/** Tell the desk where on the site the visitor is. */
function tellPage() {
  if (site.here() && status?.status !== "ended") link?.send({ type: "page", page: site.here() });
}

// looks

function setTitle(text) {
  byId("title").textContent = text;
  attention.setTitle(text);
}

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
  attention.hostOpened(false);
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
    if (!isUnknown(error)) setBanner(say("lost"), "lost");
  }
}

function startAgain() {
  link?.stop();
  store.dropChat(chat);
  form.greet(chat.nick ?? "");
  showForm();
  form.focusForm();
}

async function resume(known) {
  try {
    const told = await readContact(known);
    if (told.status === "ended" && !known.offline && !store.wasInThisTab(known)) {
      store.dropChat(known);
      form.greet(known.nick ?? "");
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

form.listen((begun) => {
  showChat(begun);
  draft.focus();
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
store.whenMarked(() => chat, () => store.marks(chat).seen >= last.seq && attention.setUnread(0));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && embedded && !byId("sure").open) minimise();
});
whenOpened(({ isOpen, takesFocus, wasTouched, data, trail }) => {
  if (site.learn({ data, trail })) tellPage();
  const opens = isOpen && !attention.isShown();
  attention.hostOpened(isOpen);
  if (wasTouched) hostTouched();
  if (opens) {
    transcript.toEnd();
    form.opened();
  }
  if (!isOpen || !takesFocus) return;
  if (!chat) form.focusForm();
  else (status?.status === "ended" ? byId("again") : draft).focus();
});

fillIn(document);
muteButton(byId("sound"));
document.body.classList.toggle("embedded", embedded);
byId("minimise").hidden = !embedded;
const known = store.loadChat();
if (known) resume(known);
else showForm();
tellHost({ type: "deskbell:ready" });
