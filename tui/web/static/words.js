// What the page says, in one place.

export function queueWords(position) {
  if (!position) return "Waiting for an agent";
  return position === 1 ? "You are next in line" : `You are number ${position} in line`;
}

export function stateWords(status) {
  if (status.status === "pending") return queueWords(status.position);
  if (status.status === "assigned") return `You are chatting with ${status.agent || "an agent"}`;
  return "This chat has ended";
}

/** How it ended, for the visitor; `left` when this page said good-bye itself. */
export function endWords(status, left) {
  if (status.outcome === "dissuaded") return status.text || "Nobody is free to answer right now.";
  if (left) return "You have left the chat.";
  if (status.by === "agent") return `${status.agent || "The agent"} has ended the chat. Thank you for writing.`;
  return "This chat was closed because your page was away for too long.";
}

export const WELCOME = "Thank you. Somebody will answer you here; you can go on writing meanwhile.";
export const CONNECTING = "Connecting…";
export const LOST = "Connection lost. Trying again…";
export const BACK = "Connected again.";
export const UNREACHABLE = "The desk cannot be reached. Please check your connection and try again.";
export const FORGOTTEN = "The desk does not know this chat any more. Please start a new one.";
