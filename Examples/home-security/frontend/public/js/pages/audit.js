// Who did what: the audit log, which nobody can change.

import { api, query } from "../api.js";
import { badge, button, card, choice, empty, field, h, loading, table, tiles } from "../dom.js";
import { time } from "../format.js";

const PAGE = 20;
const ACTIONS = ["create", "update", "delete", "review", "acknowledge", "dismiss", "login"];

export function render() {
  let offset = 0;
  const again = () => { offset = 0; list.load(); };
  const action = choice([["", "Any action"], ...ACTIONS], { change: again });
  const outcome = choice([["", "Any outcome"], "success", "denied", "error"], { change: again });
  const actor = h("input");
  const summary = loading("the summary", () => api.get("/audit/summary"), ({ by_actor }) =>
    Object.keys(by_actor).length ? tiles("Entries by actor", by_actor) : empty("Nobody did anything."));
  const values = () => ({ action: action.value, outcome: outcome.value, actor: actor.value, limit: PAGE, offset });
  const list = loading("the audit log", () => api.get(`/audit${query(values())}`), ({ items, total }) => items.length ? [
    table("Audit log", ["Time", "Actor", "Action", "What", "Outcome"], items.map((entry) => [
      time(entry.created_at), entry.actor, entry.action, `${entry.resource_type} ${entry.resource_id ?? ""}`, badge(entry.outcome)])),
    h("p", { class: "quiet" }, `${offset + 1} to ${offset + items.length} of ${total}`),
    h("div", { class: "form" },
      button("Newer entries", () => { offset -= PAGE; list.load(); }, { disabled: offset === 0 }),
      button("Older entries", () => { offset += PAGE; list.load(); }, { disabled: offset + items.length >= total })),
  ] : empty("No entries match."));
  return [
    summary,
    h("form", { class: "form", "aria-label": "Filters", submit: (event) => { event.preventDefault(); again(); } },
      field("Action", action), field("Outcome", outcome), field("Actor", actor), h("button", {}, "Search")),
    card("Entries", list),
  ];
}
