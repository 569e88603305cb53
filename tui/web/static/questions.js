// What the form asks beside name and question: the administrator's fields, and when nobody is at the desk the
// e-mail address to answer to. What was typed stays when the questions change.

import { say } from "./words.js";

const KINDS = {
  email: { word: "email", type: "email", autocomplete: "email" },
  phone: { word: "phone", type: "tel", autocomplete: "tel" },
  company: { word: "company", type: "text", autocomplete: "organization" },
  "order number": { word: "orderNumber", type: "text", autocomplete: "off" },
  "customer number": { word: "customerNumber", type: "text", autocomplete: "off" },
};
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const LONGEST = 500;

const place = document.getElementById("questions");
const typed = new Map();
let asked = [];

const kindOf = (name) =>
  Object.hasOwn(KINDS, name.toLowerCase()) ? KINDS[name.toLowerCase()] : { type: "text", autocomplete: "off" };
const isMail = (name) => name.toLowerCase() === "email";

/** Ask these fields; `offline` asks for the address in any case. */
export function ask(fields, offline) {
  let wanted = fields.filter(({ name }) => typeof name === "string" && name);
  if (offline) {
    const mail = wanted.find(({ name }) => isMail(name)) ?? { name: "email" };
    wanted = [{ ...mail, required: true }, ...wanted.filter((field) => field !== mail && !isMail(field.name))];
  }
  if (JSON.stringify(wanted) === JSON.stringify(asked)) return;
  asked = wanted;
  const focused = document.activeElement?.dataset?.name;
  place.replaceChildren(...asked.map(field));
  if (focused) [...place.querySelectorAll("input")].find((input) => input.dataset.name === focused)?.focus();
}

function field({ name, required }, index) {
  const kind = kindOf(name);
  const box = make("div", { className: "field" });
  const label = make("label", { htmlFor: `ask-${index}`, textContent: kind.word ? say(kind.word) : name });
  if (!required) label.append(" ", make("span", { className: "optional", textContent: say("optional") }));
  const error = make("p", { className: "error", id: `ask-${index}-error` });
  const input = make("input", {
    id: `ask-${index}`, type: kind.type, autocomplete: kind.autocomplete, maxLength: LONGEST, required: required === true,
    value: typed.get(name) ?? "",
  });
  input.dataset.name = name;
  input.setAttribute("aria-describedby", error.id);
  input.addEventListener("input", () => typed.set(name, input.value));
  box.append(label, input, error);
  return box;
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** Say beside each field what is wrong with it. */
export function check() {
  for (const input of place.querySelectorAll("input")) {
    const value = input.value.trim();
    let wrong = "";
    if (!value && input.required) wrong = isMail(input.dataset.name) ? say("mailMissing") : say("missing");
    else if (value && isMail(input.dataset.name) && !MAIL.test(value)) wrong = say("mailWrong");
    input.nextElementSibling.textContent = wrong;
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

/** The answers by the administrator's name of each question. */
export function answers() {
  const inputs = [...place.querySelectorAll("input")].filter((input) => input.value.trim());
  return Object.fromEntries(inputs.map((input) => [input.dataset.name, input.value.trim()]));
}

/** What was answered before a reload. */
export function restore(known) {
  for (const [name, value] of Object.entries(known)) typed.set(name, String(value));
}

/** The address given, to say where the answer will go. */
export function mail() {
  return Object.entries(answers()).find(([name]) => isMail(name))?.[1] ?? "";
}

/** Whether something was typed into them. */
export function isBegun() {
  return Object.keys(answers()).length > 0;
}
