// Alerts and the rules that make them.

import { api, query } from "../api.js";
import { act, badge, button, card, choice, empty, field, h, loading, notify, rows } from "../dom.js";
import { time } from "../format.js";
import { listen } from "../live.js";

export function render(signal) {
  const filter = { status: "", severity: "" };
  const status = choice([["", "Any status"], "pending", "acknowledged", "dismissed"],
    { change: () => { filter.status = status.value; alerts.load(); } });
  const severity = choice([["", "Any severity"], "info", "warning", "critical"],
    { change: () => { filter.severity = severity.value; alerts.load(); } });
  const alerts = loading("alerts", () => api.get(`/alerts${query(filter)}`), ({ items }) => items.length
    ? rows("Alerts", items.map((alert) => line(alert, () => alerts.load())))
    : empty("No alerts match."));
  const rules = loading("rules", () => api.get("/alerts/rules"), (items) => items.length
    ? rows("Rules", items.map((rule) => ruleLine(rule, () => rules.load())))
    : empty("There are no rules: no event will alert you."));
  listen((type) => { if (type.startsWith("alert.")) alerts.load(); }, signal);
  return [
    h("div", { class: "form", role: "group", "aria-label": "Filters" }, field("Status", status), field("Severity", severity)),
    card("Alerts", alerts),
    card("Rules", rules, newRule(() => rules.load())),
  ];
}

function line(alert, changed) {
  const move = (text, path) => {
    const control = button(text, () => act(control, async () => {
      await api.post(`/alerts/${alert.id}/${path}`);
      notify(`Alert ${alert.id}: ${path} done`);
      changed();
    }), { "aria-label": `${text} alert ${alert.id}` });
    return control;
  };
  return h("li", {},
    badge(alert.severity),
    h("span", { class: "what" }, `Alert ${alert.id} for event ${alert.event_id}`),
    h("span", { class: "quiet" }, `${alert.status}, ${time(alert.created_at)}`),
    alert.status === "pending" ? move("Acknowledge", "acknowledge") : null,
    alert.status === "dismissed" ? null : move("Dismiss", "dismiss"));
}

function ruleLine(rule, changed) {
  const enabled = h("input", { type: "checkbox", checked: rule.is_enabled, change: () => act(enabled, async () => {
    try {
      await api.patch(`/alerts/rules/${rule.id}`, { is_enabled: enabled.checked });
      notify(`${rule.name} is ${enabled.checked ? "on" : "off"}`);
    } catch (error) {
      enabled.checked = !enabled.checked;
      throw error;
    }
  }) });
  const remove = button("Delete", () => act(remove, async () => {
    await api.delete(`/alerts/rules/${rule.id}`);
    notify(`${rule.name} is deleted`);
    changed();
  }), { class: "danger", "aria-label": `Delete rule ${rule.name}` });
  return h("li", {},
    badge(rule.severity),
    h("span", { class: "what" }, `${rule.name}: risk ${rule.min_risk_score} or more`),
    field(`Use ${rule.name}`, enabled),
    remove);
}

function newRule(changed) {
  const name = h("input", { required: true, maxlength: 120 });
  const severity = choice(["info", "warning", "critical"]);
  const lowest = h("input", { type: "number", min: 0, max: 100, required: true, value: 60 });
  const save = h("button", { class: "primary" }, "Add rule");
  const form = h("form", { class: "form", "aria-label": "New rule", submit: (event) => {
    event.preventDefault();
    act(save, async () => {
      const rule = await api.post("/alerts/rules",
        { name: name.value, severity: severity.value, min_risk_score: Number(lowest.value) });
      notify(`${rule.name} is added`);
      form.reset();
      changed();
    });
  } }, field("Rule name", name), field("Rule severity", severity), field("Lowest risk", lowest), save);
  return form;
}
