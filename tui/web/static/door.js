// The HTTP calls of the door that the page makes. What the desk itself says no to is thrown as a Refusal. Whatever else
// comes back (a proxy's page, a login, somebody else's JSON), or does not come back, is a fault of the line and is
// thrown as a LineFault: it proves nothing about the chat.

const ANSWERED_WITHIN = 8000;
const UNKNOWN = "urn:deskbell:unknown-contact";
const KEY_REUSED = "urn:deskbell:key-reused";
const STATUSES = ["pending", "assigned", "ended"];

export class LineFault extends Error {
  /** `retryAfter` in seconds: who stands between may be busy, too. */
  constructor(message, retryAfter = 0) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

export class Refusal extends Error {
  /** `retryAfter` in seconds: what the answer's header says, where its body does not. */
  constructor(status, isProblem, problem, retryAfter = 0) {
    super(problem.detail);
    this.status = status;
    this.type = isProblem ? problem.type : "";
    this.desk = problem.desk ?? "";
    this.field = problem.field ?? "";
    this.retryAfter = seconds(problem.retry_after) || retryAfter;
  }
}

const seconds = (told) => (Number(told) > 0 ? Number(told) : 0);

/** The JSON that the door answers, null where it has nothing to say; `within` milliseconds, redirected nowhere. */
async function call(path, options = {}, within = ANSWERED_WITHIN) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), within);
  try {
    const answer = await fetch(path, {
      cache: "no-store", credentials: "omit", redirect: "error", signal: limit.signal, ...options,
    });
    if (answer.status === 204) return null;
    const kind = (answer.headers.get("Content-Type") ?? "").split(";")[0].trim();
    const told = await answer.json().catch(() => undefined);
    if (answer.ok && kind === "application/json") return told;
    const retryAfter = seconds(answer.headers.get("Retry-After"));
    const isProblem = kind === "application/problem+json" && told?.status === answer.status;
    // Who has too much to do, and says so, may be whoever it is: nothing more is concluded from it.
    if (isProblem || (answer.status === 429 && told)) throw new Refusal(answer.status, isProblem, told, retryAfter);
    throw new LineFault(`This is not the desk's answer: ${answer.status}`, retryAfter);
  } catch (error) {
    throw error instanceof Refusal || error instanceof LineFault ? error : new LineFault(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** What was told, if it has the shape of the desk's answer. */
function expected(told, isSo) {
  if (told && typeof told === "object" && isSo(told)) return told;
  throw new LineFault("This is not the desk's answer.");
}

const bearer = (chat) => ({ Authorization: `Bearer ${chat.token}` });

/** Whether somebody is there, and what the form asks. */
export async function readDesk() {
  const told = await call("/v1/desk");
  return expected(told, ({ open, fields }) => typeof open === "boolean" && Array.isArray(fields));
}

/** Ask for a contact. The same `key` again gives the same one, so that it may be asked as often as it takes. */
export async function createContact(fields, visitor, key, within) {
  const told = await call("/v1/contacts", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": key,
      "X-Deskbell-Visitor": visitor,
      "X-Deskbell-Page": "open",
    },
    body: JSON.stringify(fields),
  }, within);
  return expected(told, ({ id, token, desk }) => [id, token, desk].every((each) => typeof each === "string" && each));
}

/** Where the chat stands. */
export async function readContact(chat) {
  const told = await call(`/v1/contacts/${chat.id}`, { headers: bearer(chat) });
  return expected(told, ({ status }) => STATUSES.includes(status));
}

export function leaveContact(chat) {
  return call(`/v1/contacts/${chat.id}`, { method: "DELETE", headers: bearer(chat) });
}

/** Say that the page in this tab is left. Sent even though the page goes; nobody waits for the answer. */
export function sayGoodbye(chat, tab) {
  const options = { method: "DELETE", headers: bearer(chat), keepalive: true, cache: "no-store", credentials: "omit" };
  fetch(`/v1/contacts/${chat.id}/stream?tab=${tab}`, options).catch(() => {});
}

/**
 * Whether the desk has said that this chat is not (or no longer) the page's: the very desk at which it began. (A chat
 * that an older page has begun does not know its desk.)
 */
export function isUnknown(error, chat) {
  if (!(error instanceof Refusal) || error.type !== UNKNOWN || typeof error.desk !== "string" || !error.desk) return false;
  return error.desk === (chat.desk ?? error.desk);
}

/** Whether the desk has had this key with another body. */
export function isKeyReused(error) {
  return error instanceof Refusal && error.type === KEY_REUSED;
}
