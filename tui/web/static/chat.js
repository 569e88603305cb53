// The visitor's page: wires the form, the transcript and the stream together.

import * as attention from "./attention.js";
import { hostTouched, muteButton } from "./bell.js";
import { isUnknown, leaveContact, readContact } from "./door.js";
import * as form from "./form.js";
import { embedded, tellHost, whenOpened } from "./host.js";
import { Link } from "./link.js";
import { Marks } from "./marks.js";
import { Outbox } from "./outbox.js";
import * as site from "./site.js";
import * as store from "./store.js";
import { Transcript } from "./transcript.js";
import { Typing } from "./typing.js";
import { endWords, fillIn, say, stateWords, welcomeWords } from "./words.js";

const BACK_SHOWN_FOR = 4000;
const TOO_BIG = 1009;
const RESUMED_WITHIN = 2500;

const byId = (id) => document.getElementById(id);
const draft = byId("draft");
const transcript = new Transcript(byId("log"), byId("newest"), () => markSeen());
const outbox = new Outbox(transcript, mend);
const typing = new Typing(byId("typing"), (frame) => link?.send(frame));
const marks = new Marks();

let chat = null;
let link = null;
let status = null;
let left = false;
let wasLost = false;
let bannerTimer = 0;

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
  transcript.clear();
  form.hide();
  byId("chat").hidden = false;
  byId("sound").hidden = false;
  byId("composer").hidden = false;
  showLetter(chat.offline === true);
  setTitle(chat.service || say("title"));
  setState(say("connecting"), "");
  draft.value = store.loadDraft();
  fitDraft();
  tellHost({ type: "deskbell:active", active: true });
  const isOver = () => status?.status === "ended";
  const on = { frame: onFrame, open: onOpen, lost: onLost, unknown: onUnknown, isOver };
  link = new Link(chat, () => marks.seq, on);
  marks.begin(chat, link);
  outbox.begin(chat, link);
  link.start();
}

/** A letter can be added to; it is not a chat to be left, and another one can be begun at any time. */
function showLetter(isLetter) {
  byId("over").hidden = !isLetter;
  byId("again").className = isLetter ? "quiet" : "main";
  byId("leave").hidden = isLetter;
  draft.placeholder = say(isLetter ? "placeholderOffline" : "placeholder");
}

function onOpen() {
  if (wasLost) {
    setBanner(say("back"), "back");
    bannerTimer = setTimeout(() => setBanner(""), BACK_SHOWN_FOR);
  }
  wasLost = false;
  byId("over").hidden = status?.status !== "ended";
  typing.forget();
  marks.opened();
  outbox.opened();
  tellPage();
  markSeen();
  marks.tell();
}

function onLost(code) {
  wasLost = true;
  outbox.lost(code === TOO_BIG);
  typing.show(false);
  setBanner(say("lost"), "lost");
}

function onUnknown() {
  goBackToForm(say("forgotten"));
}

/** Back to the form, with all the words that have not reached the desk. */
function goBackToForm(complaint = "") {
  link?.stop();
  const words = [...outbox.words, draft.value].filter((text) => text.trim());
  draft.value = "";
  form.takeOver(chat.nick ?? "", words);
  store.dropChat(chat);
  showForm(complaint && words.length ? `${complaint} ${say("wordsKept")}` : complaint);
}

function onFrame(frame) {
  if (frame.type === "message") onMessage(frame);
  else if (frame.type === "status") onStatus(frame);
  else if (frame.type === "typing") typing.show(frame.on, transcript.agent);
  else if (frame.type === "ack") outbox.acknowledged(frame.id);
  else if (frame.type === "error") outbox.refused(frame);
}

function onMessage(message) {
  if (message.seq <= marks.seq) return;
  marks.seq = message.seq;
  if (message.from === "visitor") outbox.acknowledged(message.id);
  else typing.show(false);
  const { seen, heard } = store.marks(chat);
  const isRead = isShown() || message.seq <= seen;
  transcript.add(message);
  if (message.from !== "visitor") attention.answered(isRead, message.seq <= heard);
  store.raiseMark(chat, "heard", message.seq);
  markSeen();
  marks.tell();
}

function onStatus(told) {
  const before = status;
  status = told;
  transcript.agent = told.agent ?? transcript.agent;
  setState(stateWords(told), told.status);
  if (told.status !== "assigned") typing.show(false);
  if (told.status === "pending" && !before && marks.seq === 1) transcript.notice(welcomeWords(chat));
  if (told.offline) {
    showLetter(true);
  } else if (told.status === "assigned" && before?.status === "pending") {
    transcript.notice(told.agent ? say("joined", { agent: told.agent }) : say("agentJoined"));
  } else if (told.status === "pending" && before?.status === "assigned") {
    const words = told.transfer ? "passing" : "passedOn";
    transcript.notice(before.agent ? say(words, { agent: before.agent }) : say(`${words}ByAgent`));
  }
  if (told.status === "ended" && before?.status !== "ended") onEnded(told);
}

function onEnded(told) {
  transcript.end(endWords(told, left));
  outbox.end();
  const hadFocus = byId("composer").contains(document.activeElement);
  byId("composer").hidden = true;
  byId("leave").hidden = true;
  byId("over").hidden = false;
  byId("again").className = "main";
  if (hadFocus) byId("again").focus();
  tellHost({ type: "deskbell:active", active: false });
}

// writing

function sendDraft() {
  const text = draft.value;
  if (!text.trim() || !chat || status?.status === "ended") return;
  draft.value = "";
  store.saveDraft("");
  fitDraft();
  typing.forget();
  outbox.add(text);
}

/** Put the words of a refused message back where they can be mended; false when other words are there. */
function mend(text) {
  if (draft.value) return false;
  draft.value = text;
  store.saveDraft(text);
  fitDraft();
  return true;
}

function onInput() {
  fitDraft();
  store.saveDraft(draft.value);
  typing.wrote(draft.value);
}

// what is seen

function isShown() {
  return attention.isShown() && transcript.atEnd;
}

function markSeen() {
  if (!isShown()) return;
  attention.setUnread(0);
  if (!chat) return;
  marks.seen();
  marks.tell();
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
  // With the line down nobody can be told; who wants to go need not wait for it.
  if (!link.isOpen) byId("over").hidden = false;
  outbox.whenEmpty(goAway);
}

/** End the chat; not before what was written has reached the desk, where somebody may still read it. */
async function goAway() {
  left = true;
  if (link.send({ type: "leave" })) return;
  try {
    await leaveContact(chat);
  } catch (error) {
    left = false;
    if (isUnknown(error, chat)) onUnknown();
    else setBanner(say("lost"), "lost");
  }
}

function startAgain() {
  const isLetter = chat.offline === true || status?.offline === true; // it stays, whatever is begun beside it
  const isOpen = status?.status !== "ended" && !isLetter;
  if (isOpen) leaveContact(chat).catch(() => {}); // where the desk is not there, it counts as away
  goBackToForm();
  form.focusForm();
}

/** Go on with the chat of before; not for long without the desk's word of where it stands. */
async function resume(known) {
  const told = await Promise.race([readContact(known).catch((error) => error), wait(RESUMED_WITHIN)]);
  const isUnknownNow = isUnknown(told, known);
  const isOld = told?.status === "ended" && !known.offline && !store.wasInThisTab(known);
  if (!isUnknownNow && !isOld) {
    store.saveChat(known);
    showChat(known);
    return;
  }
  chat = known;
  draft.value = store.loadDraft();
  outbox.begin(known, null);
  goBackToForm(isUnknownNow ? say("forgotten") : "");
}

const wait = (time) => new Promise((done) => setTimeout(done, time));

/** The desk has answered the form; `more` is what the visitor has written into it since it was sent. */
function onBegun(begun, more) {
  showChat(begun);
  if (more) outbox.add(more);
  draft.focus();
}

form.listen(onBegun);
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
store.whenMarked(() => chat, () => store.marks(chat).seen >= marks.seq && attention.setUnread(0));
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
else {
  showForm();
  form.askAgain(onBegun);
}
tellHost({ type: "deskbell:ready" });
