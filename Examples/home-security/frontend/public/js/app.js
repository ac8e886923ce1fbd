// Puts the pages together: which one the address means, navigation without reload, the menu on a phone.

import { h } from "./dom.js";
import { connect } from "./live.js";

const PAGES = {
  "/": ["Dashboard", () => import("./pages/dashboard.js")],
  "/timeline": ["Timeline", () => import("./pages/timeline.js")],
  "/alerts": ["Alerts", () => import("./pages/alerts.js")],
  "/entities": ["Entities", () => import("./pages/entities.js")],
  "/logs": ["Logs", () => import("./pages/logs.js")],
  "/audit": ["Audit", () => import("./pages/audit.js")],
  "/system": ["System", () => import("./pages/system.js")],
  "/settings": ["Settings", () => import("./pages/settings.js")],
};
const main = document.getElementById("main");
const nav = document.getElementById("nav");
const menu = document.getElementById("menu");
let leaving = new AbortController();

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [title, load] = PAGES[location.pathname] ?? ["Not found", null];
  document.title = `${title} · Home Security`;
  for (const link of nav.querySelectorAll("a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  open(false);
  const heading = h("h1", {}, title);
  if (load === null) return main.replaceChildren(heading, h("p", {}, "There is no such page."));
  try {
    const page = await load();
    if (!signal.aborted) main.replaceChildren(heading, ...page.render(signal));
  } catch (error) {
    main.replaceChildren(heading, h("div", { class: "failure", role: "alert" }, `The page could not be shown: ${error.message}`));
  }
}

function open(isOpen) {
  nav.classList.toggle("open", isOpen);
  menu.setAttribute("aria-expanded", String(isOpen));
}

menu.addEventListener("click", () => open(menu.getAttribute("aria-expanded") !== "true"));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show();
  main.focus();
});
window.addEventListener("popstate", show);
connect();
show();
