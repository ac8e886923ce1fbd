// What the backend logged.

import { api, query } from "../api.js";
import { button, card, choice, empty, field, h, loading, table } from "../dom.js";
import { time } from "../format.js";

export function render() {
  const level = choice([["", "All levels"], "INFO", "WARNING", "ERROR", "CRITICAL"], { change: () => list.load() });
  const limit = choice([["100", "100 entries"], ["500", "500 entries"]], { change: () => list.load() });
  const list = loading("logs", () => api.get(`/logs${query({ level: level.value, limit: limit.value })}`), (entries) =>
    entries.length
      ? table("Log entries", ["Time", "Level", "Logger", "Message"],
        entries.map((entry) => [time(entry.time), entry.level, entry.logger, entry.message]))
      : empty("Nothing was logged."));
  return [
    h("div", { class: "form", role: "group", "aria-label": "Filters" },
      field("Level", level), field("Show", limit), button("Refresh", () => list.load())),
    card("Logs", list),
  ];
}
