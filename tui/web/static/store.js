// What the browser remembers: who it is, which chat it is in, what is not sent yet.
// Where storage is forbidden (some browsers, in frames) it lasts as long as the page.

const CHAT = "deskbell.chat";
const VISITOR = "deskbell.visitor";
const OUTBOX = "deskbell.unsent.";
const MARKS = "deskbell.marks.";
const FORM = "deskbell.form";
const REQUEST = "deskbell.request";

class Memory {
  #items = new Map();
  get length() { return this.#items.size; }
  key(index) { return [...this.#items.keys()][index] ?? null; }
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, String(value)); }
  removeItem(key) { this.#items.delete(key); }
}

function usable(name) {
  try {
    const storage = window[name];
    storage.setItem("deskbell.try", "1");
    storage.removeItem("deskbell.try");
    return storage;
  } catch {
    return new Memory();
  }
}

const lasting = usable("localStorage");
const ofThisTab = usable("sessionStorage");

function put(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Full: the chat goes on, a reload may lose what is unsent.
  }
}

function take(storage, key) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null;
  }
}

export function loadChat() {
  const chat = take(lasting, CHAT);
  return chat && typeof chat.id === "string" && typeof chat.token === "string" ? chat : null;
}

export function saveChat(chat) {
  put(lasting, CHAT, chat);
  put(ofThisTab, CHAT, chat.id);
}

/** Whether this very tab was in the chat before (a reload), rather than a new tab much later. */
export function wasInThisTab(chat) {
  return take(ofThisTab, CHAT) === chat.id;
}

/** Forget the chat, and what in it was not sent: whoever calls this has taken the words out before. */
export function dropChat(chat) {
  if (loadChat()?.id === chat.id) lasting.removeItem(CHAT);
  ofThisTab.removeItem(CHAT);
  for (const message of unsent(chat)) forgetUnsent(chat, message.id);
  lasting.removeItem(`${MARKS}${chat.id}`);
  saveDraft("");
}

/** Names this browser across chats, so that the desk can tell a returning visitor. */
export function visitorId() {
  let id = lasting.getItem(VISITOR);
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id ?? "")) {
    id = newId();
    lasting.setItem(VISITOR, id);
  }
  return id;
}

/** A key for one filled-in form, which only this page can know: 256 random bits. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A UUID; crypto.randomUUID is missing on pages served without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// One record a message, so that two tabs of one chat never write over each other.

export function keepUnsent(chat, message) {
  put(lasting, `${OUTBOX}${chat.id}.${message.id}`, message);
}

export function forgetUnsent(chat, id) {
  lasting.removeItem(`${OUTBOX}${chat.id}.${id}`);
}

export function unsent(chat) {
  const start = `${OUTBOX}${chat.id}.`;
  const keys = Array.from({ length: lasting.length }, (_, index) => lasting.key(index));
  return keys
    .filter((key) => key?.startsWith(start))
    .map((key) => take(lasting, key))
    .filter((message) => typeof message?.id === "string" && typeof message?.text === "string")
    .sort((a, b) => a.at - b.at);
}

export function saveDraft(text) {
  if (text) put(ofThisTab, "deskbell.draft", text);
  else ofThisTab.removeItem("deskbell.draft");
}

export function loadDraft() {
  return take(ofThisTab, "deskbell.draft") ?? "";
}

// The form, until the desk has answered it: what is written in it, and what was sent under which key. A reload in
// between asks again with the same key.

export function saveForm(form) {
  put(ofThisTab, FORM, form);
}

export function loadForm() {
  return take(ofThisTab, FORM) ?? {};
}

/** `request` is { key, at, sent: [{ fields, begun }] }: every body that was sent under the key, the newest first. */
export function keepRequest(request) {
  put(ofThisTab, REQUEST, request);
}

export function loadRequest() {
  const request = take(ofThisTab, REQUEST);
  return typeof request?.key === "string" && request.sent?.length ? request : null;
}

/** The form was answered. */
export function dropForm() {
  ofThisTab.removeItem(FORM);
  ofThisTab.removeItem(REQUEST);
}

/** The highest sequence this browser has `seen`, and has `heard` the sound of, in whichever tab. */
export function marks(chat) {
  const { seen = 0, heard = 0 } = take(lasting, `${MARKS}${chat.id}`) ?? {};
  return { seen, heard };
}

export function raiseMark(chat, name, seq) {
  const before = marks(chat);
  if (seq > before[name]) put(lasting, `${MARKS}${chat.id}`, { ...before, [name]: seq });
}

/** Call `changed()` when another tab has seen or heard more of `chat()`. */
export function whenMarked(chat, changed) {
  addEventListener("storage", (event) => {
    if (chat() && event.key === `${MARKS}${chat().id}`) changed();
  });
}

/** Whether the visitor wants no sound. */
export function muted() {
  return lasting.getItem("deskbell.muted") === "1";
}

export function rememberMuted(on) {
  if (on) lasting.setItem("deskbell.muted", "1");
  else lasting.removeItem("deskbell.muted");
}
