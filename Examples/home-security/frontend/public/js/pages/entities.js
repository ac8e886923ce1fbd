// Who and what was recognised.

import { api, query } from "../api.js";
import { card, choice, empty, field, h, loading, table } from "../dom.js";
import { time } from "../format.js";
import { listen } from "../live.js";

export function render(signal) {
  const kind = choice([["", "Everything"], "person", "vehicle", "animal", "package"], { change: () => list.load() });
  const search = h("input", { type: "search", input: () => narrow() });
  const list = loading("entities", () => api.get(`/entities${query({ object_type: kind.value })}`), (items) => {
    if (!items.length) return empty("Nobody was recognised.");
    return table("Entities", ["Name", "Kind", "Seen", "Where", "First seen", "Last seen"], items.map((item) => [
      item.entity, item.object_type, `${item.detections} times`, item.cameras.join(", "),
      time(item.first_seen_at), time(item.last_seen_at)]));
  });
  listen((type) => { if (type === "detection.created") list.load(); }, signal);

  function narrow() {
    const wanted = search.value.trim().toLowerCase();
    for (const row of list.querySelectorAll("tbody tr")) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
  }

  return [
    h("div", { class: "form", role: "group", "aria-label": "Filters" }, field("Kind", kind), field("Search by name", search)),
    card("Recognised", list),
  ];
}
