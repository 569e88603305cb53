// The HTTP calls of the door that the page makes. A refusal is thrown as a Refusal.

export class Refusal extends Error {
  /** `retryAfter` in seconds: what the answer's header says, where its body does not. */
  constructor(status, problem, retryAfter = 0) {
    super(problem.detail ?? "The desk did not understand.");
    this.status = status;
    this.field = problem.field ?? "";
    this.retryAfter = problem.retry_after ?? retryAfter;
  }
}

async function call(path, options) {
  const answer = await fetch(path, { cache: "no-store", credentials: "omit", ...options });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const retryAfter = Number(answer.headers.get("Retry-After")) || 0;
  throw new Refusal(answer.status, await answer.json().catch(() => ({})), retryAfter);
}

/** Whether somebody is there, and what the form asks. */
export function readDesk() {
  return call("/v1/desk", {});
}

export function createContact(fields, visitor) {
  return call("/v1/contacts", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-Deskbell-Visitor": visitor,
      "X-Deskbell-Page": "open",
    },
    body: JSON.stringify(fields),
  });
}

export function readContact(chat) {
  return call(`/v1/contacts/${chat.id}`, { headers: { Authorization: `Bearer ${chat.token}` } });
}

export function leaveContact(chat) {
  return call(`/v1/contacts/${chat.id}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${chat.token}` },
  });
}

/** Say that the page in this tab is left. Sent even though the page goes; nobody waits for the answer. */
export function sayGoodbye(chat, tab) {
  const headers = { Authorization: `Bearer ${chat.token}` };
  const options = { method: "DELETE", headers, keepalive: true, cache: "no-store", credentials: "omit" };
  fetch(`/v1/contacts/${chat.id}/stream?tab=${tab}`, options).catch(() => {});
}

/** Whether the desk has said that this chat is not (or no longer) the page's. */
export function isUnknown(error) {
  return error instanceof Refusal && [401, 403, 404].includes(error.status);
}
