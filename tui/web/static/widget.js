// Deskbell's chat on any page: <script src="https://desk.example/widget.js" data-service="Sales"></script>
// Adds a launcher button and, once opened, a frame with the visitor's page. Nothing else of the site is touched:
// everything lives in a shadow root whose style sheet is constructed, so that no inline style is needed.
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script || window.deskbellWidget) return;
  window.deskbellWidget = true;

  const door = new URL(script.src).origin;
  const service = script.dataset.service ?? "";
  // The page in the frame knows all words; these few are the launcher's own.
  const WORDS = {
    en: { chat: "Chat with us", close: "Close chat", unread: { one: "{n} unread message", other: "{n} unread messages" } },
    it: { chat: "Scrivici in chat", close: "Chiudi la chat", unread: { one: "{n} messaggio non letto", other: "{n} messaggi non letti" } },
    de: { chat: "Schreiben Sie uns", close: "Chat schließen", unread: { one: "{n} ungelesene Nachricht", other: "{n} ungelesene Nachrichten" } },
    fr: { chat: "Écrivez-nous", close: "Fermer le chat", unread: { one: "{n} message non lu", other: "{n} messages non lus" } },
    es: { chat: "Escríbenos", close: "Cerrar el chat", unread: { one: "{n} mensaje sin leer", other: "{n} mensajes sin leer" } },
  };
  const primary = (tag) => String(tag).split("-")[0].toLowerCase();
  const asked = script.dataset.lang ?? "";
  const lang = [asked, ...(navigator.languages ?? [])].map(primary).find((tag) => Object.hasOwn(WORDS, tag)) ?? "en";
  const words = WORDS[lang];
  const label = script.dataset.label || words.chat;
  const unreadWords = (n) => (words.unread[new Intl.PluralRules(lang).select(n)] ?? words.unread.other).replace("{n}", n);

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483000;
      right: calc(20px + env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom)); }
    .launcher { all: unset; box-sizing: border-box; display: flex; align-items: center; justify-content: center;
      position: relative; width: 60px; height: 60px; border-radius: 50%; background: #0b6b5e; color: #fff;
      cursor: pointer; box-shadow: 0 2px 6px rgb(0 0 0 / 20%), 0 10px 28px rgb(0 0 0 / 24%); }
    .launcher:hover { background: #095549; }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #2f7de1; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    .launcher[aria-expanded="true"] .bubble, .launcher[aria-expanded="false"] .cross { display: none; }
    .badge { position: absolute; top: -2px; right: -2px; box-sizing: border-box; min-width: 22px; height: 22px;
      padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; border: 2px solid #fff;
      font: 700 12px/18px system-ui, sans-serif; text-align: center; }
    .badge[hidden] { display: none; }
    .frame { position: absolute; right: 0; bottom: 76px; width: min(400px, calc(100vw - 40px));
      height: min(640px, calc(100vh - 130px)); height: min(640px, calc(100dvh - 130px)); border-radius: 18px;
      overflow: hidden; background: Canvas; box-shadow: 0 2px 6px rgb(0 0 0 / 16%), 0 18px 60px rgb(0 0 0 / 28%); }
    .frame[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; }
    @media (max-width: 480px), (max-height: 420px) {
      .frame { position: fixed; inset: 0; width: 100%; height: 100%; border-radius: 0; }
      .launcher[aria-expanded="true"] { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) { .launcher { transition: background 0.15s; } }
  `);

  const host = document.createElement("deskbell-chat");
  host.lang = lang;
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];

  const svg = (className, path) => {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("class", className);
    drawing.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    drawing.append(line);
    return drawing;
  };

  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.className = "launcher";
  launcher.setAttribute("aria-expanded", "false");
  launcher.setAttribute("aria-controls", "frame");
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.hidden = true;
  launcher.append(
    svg("bubble", "M21 11.5a8.5 8.5 0 0 1-12.3 7.6L3.5 20.5l1.4-5.2A8.5 8.5 0 1 1 21 11.5z"),
    svg("cross", "M6 6l12 12M18 6L6 18"),
    badge,
  );
  const frame = document.createElement("div");
  frame.className = "frame";
  frame.id = "frame";
  frame.hidden = true;
  root.append(frame, launcher);

  let page = null;
  let isOpen = false;
  let wantsFocus = false;
  let unread = 0;
  let isReady = false;

  const remember = (key, value) => {
    try {
      if (value) sessionStorage.setItem(key, "1");
      else sessionStorage.removeItem(key);
    } catch {
      // Storage is forbidden here: the window starts closed on the next page.
    }
  };
  const remembered = (key) => {
    try {
      return sessionStorage.getItem(key) === "1";
    } catch {
      return false;
    }
  };

  // What the site knows of its visitor: data-info-… on the script tag, and window.deskbell = { data: { … } }.
  function customData() {
    const tagged = [...script.attributes]
      .filter(({ name }) => name.startsWith("data-info-"))
      .map(({ name, value }) => [name.slice("data-info-".length).replaceAll("-", " "), value]);
    const given = Object.entries(window.deskbell?.data ?? {})
      .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
    return Object.fromEntries([...tagged, ...given].slice(0, 20));
  }

  // The pages he goes through, without their queries, in this tab only.
  let trail = [];
  function step() {
    const page = location.href.split(/[?#]/)[0].slice(0, 1000);
    if (trail.at(-1)?.page === page) return;
    trail = [...trail, { page, at: Date.now() }].slice(-20);
    try {
      sessionStorage.setItem("deskbell.trail", JSON.stringify(trail));
    } catch {
      // Storage is forbidden or full here: the trail begins anew on the next page.
    }
    tell();
  }
  function followTrail() {
    try {
      const before = JSON.parse(sessionStorage.getItem("deskbell.trail"));
      if (Array.isArray(before)) trail = before;
    } catch {
      // As above.
    }
    step();
    // Sites that change the page without loading one.
    if (window.navigation) navigation.addEventListener("currententrychange", step);
    else setInterval(step, 1000);
  }

  function load() {
    if (page) return;
    page = document.createElement("iframe");
    const url = new URL("/", door);
    url.searchParams.set("embed", "1");
    if (service) url.searchParams.set("service", service);
    if (asked) url.searchParams.set("lang", asked);
    url.searchParams.set("page", location.href.split(/[?#]/)[0]);
    page.src = url.href;
    page.title = label;
    page.referrerPolicy = "origin";
    page.allow = "autoplay"; // one short sound when an answer comes while nobody looks
    frame.append(page);
  }

  function tell() {
    if (!isReady) return;
    const touched = navigator.userActivation?.hasBeenActive === true;
    const told = { type: "deskbell:open", open: isOpen, focus: wantsFocus, touched, data: customData(), trail };
    page.contentWindow.postMessage(told, door);
    wantsFocus = false;
  }

  function show() {
    launcher.setAttribute("aria-expanded", String(isOpen));
    launcher.setAttribute("aria-label", isOpen ? words.close : label + (unread ? `, ${unreadWords(unread)}` : ""));
    badge.hidden = isOpen || !unread;
    badge.textContent = unread > 99 ? "99+" : String(unread);
  }

  function set(open, focus) {
    isOpen = open;
    wantsFocus = open && focus;
    if (open) load();
    frame.hidden = !open;
    remember("deskbell.open", open);
    show();
    if (open && focus) page.focus();
    else if (focus) launcher.focus();
    tell();
  }

  launcher.addEventListener("click", () => set(!isOpen, true));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen) set(false, true);
  });
  addEventListener("message", (event) => {
    if (!page || event.source !== page.contentWindow || event.origin !== door) return;
    const { type, count, active } = event.data ?? {};
    if (type === "deskbell:ready") {
      isReady = true;
      tell();
    }
    else if (type === "deskbell:close") set(false, true);
    else if (type === "deskbell:active") remember("deskbell.active", active === true);
    else if (type === "deskbell:unread") {
      unread = Number.isInteger(count) && count > 0 ? count : 0;
      show();
    }
  });

  // The first touch of the site allows the frame to sound.
  const touched = () => {
    removeEventListener("pointerup", touched, true);
    removeEventListener("keyup", touched, true);
    tell();
  };
  addEventListener("pointerup", touched, true);
  addEventListener("keyup", touched, true);

  function attach() {
    document.body.append(host);
    followTrail();
    show();
    if (remembered("deskbell.open")) set(true, false);
    else if (remembered("deskbell.active")) load(); // a chat goes on while its window is closed
  }
  if (document.body) attach();
  else addEventListener("DOMContentLoaded", attach);
})();
