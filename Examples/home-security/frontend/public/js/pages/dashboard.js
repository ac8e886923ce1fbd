// The first page: what is going on now. Follows live messages.

import { api } from "../api.js";
import { badge, card, empty, h, loading, notify, rows, tiles } from "../dom.js";
import { percent, risk, time } from "../format.js";
import { listen } from "../live.js";

export function render(signal) {
  const totals = loading("totals", () => api.get("/events/stats"), showTotals);
  const events = loading("recent events", () => api.get("/events?limit=5"), showEvents);
  const alerts = loading("open alerts", () => api.get("/alerts?status=pending&limit=5"), showAlerts);
  const cameras = loading("cameras", () => api.get("/cameras"), showCameras);
  listen((type, data) => {
    if (type.startsWith("event.")) { totals.load(); events.load(); }
    if (type.startsWith("alert.")) alerts.load();
    if (type === "camera.updated") cameras.load();
    if (type === "event.created") notify(`New event: ${data.summary}`);
    if (type === "alert.created") notify(`New ${data.severity} alert`);
    if (type === "detection.created") notify(`${data.object_type} seen, ${percent(data.confidence)} sure`);
  }, signal);
  return [
    totals,
    h("div", { class: "columns" },
      card("Recent events", events, h("a", { href: "/timeline" }, "All events")),
      card("Open alerts", alerts, h("a", { href: "/alerts" }, "All alerts"))),
    card("Cameras", cameras, h("a", { href: "/settings" }, "Manage cameras")),
  ];
}

function showTotals(totals) {
  return tiles("Totals", {
    Events: totals.total,
    "To review": totals.unreviewed,
    "High risk": totals.by_risk.high,
    "Critical risk": totals.by_risk.critical,
  });
}

function showEvents({ items }) {
  if (!items.length) return empty("Nothing has happened yet.");
  return rows("Recent events", items.map((event) => h("li", {},
    badge(risk(event.risk_score)),
    h("span", { class: "what" }, event.summary),
    h("span", { class: "quiet" }, `${event.camera_id}, ${time(event.started_at)}`))));
}

function showAlerts({ items, total }) {
  if (!items.length) return empty("No alert needs you.");
  return [
    h("p", { class: "quiet" }, `${total} waiting`),
    rows("Open alerts", items.map((alert) => h("li", {},
      badge(alert.severity),
      h("span", { class: "what" }, `Event ${alert.event_id}`),
      h("span", { class: "quiet" }, time(alert.created_at))))),
  ];
}

function showCameras({ items }) {
  if (!items.length) return empty("There are no cameras yet.");
  return rows("Cameras", items.map((camera) => h("li", {},
    badge(camera.status),
    h("span", { class: "what" }, camera.name, h("span", { class: "quiet" }, ` ${camera.location ?? ""}`)),
    h("span", { class: "quiet" }, `last seen ${time(camera.last_seen_at)}`))));
}
