// All events, newest first, with filters, pages, details and the review.

import { api, query } from "../api.js";
import { act, badge, button, card, choice, empty, field, h, loading, notify, rows } from "../dom.js";
import { percent, risk, time } from "../format.js";
import { listen } from "../live.js";

const PAGE = 10;

export function render(signal) {
  const filter = { camera_id: "", min_risk: "", reviewed: "" };
  let offset = 0;
  const cameras = choice([["", "All cameras"]], { change: () => narrow("camera_id", cameras.value) });
  const risks = choice([["", "Any risk"], "low", "medium", "high", "critical"],
    { change: () => narrow("min_risk", risks.value) });
  const reviewed = choice([["", "All"], ["false", "To review"], ["true", "Reviewed"]],
    { change: () => narrow("reviewed", reviewed.value) });
  const list = loading("events", () => api.get(`/events${query({ ...filter, limit: PAGE, offset })}`), show);
  const details = h("div");
  api.get("/cameras").then(
    ({ items }) => cameras.append(...items.map((camera) => h("option", { value: camera.id }, camera.name))),
    (error) => notify(`The cameras are missing: ${error.message}`),
  );
  listen((type) => { if (type.startsWith("event.")) list.load(); }, signal);

  function narrow(name, value) {
    filter[name] = value;
    offset = 0;
    list.load();
  }

  function turn(by) {
    offset += by;
    list.load();
  }

  function show({ items, total }) {
    if (!items.length) return empty("No events match.");
    return [
      rows("Events", items.map(line)),
      h("p", { class: "quiet" }, `${offset + 1} to ${offset + items.length} of ${total}`),
      h("div", { class: "form" },
        button("Newer", () => turn(-PAGE), { disabled: offset === 0 }),
        button("Older", () => turn(PAGE), { disabled: offset + items.length >= total })),
    ];
  }

  function line(event) {
    const open = button("Details", () => act(open, async () => {
      details.replaceChildren(detail(await api.get(`/events/${event.id}`)));
    }), { "aria-label": `Details of event ${event.id}` });
    return h("li", {},
      badge(risk(event.risk_score)),
      h("span", { class: "what" }, event.summary),
      h("span", { class: "quiet" }, `${event.camera_id}, ${time(event.started_at)}`),
      event.is_reviewed ? h("span", { class: "quiet" }, "reviewed") : null,
      open);
  }

  function detail(event) {
    const notes = h("input", { maxlength: 500, value: event.notes ?? "" });
    const save = h("button", { class: "primary" }, "Mark as reviewed");
    return card(`Event ${event.id}`,
      h("p", {}, event.summary),
      h("p", { class: "quiet" }, `Risk ${event.risk_score}, from ${time(event.started_at)} to ${time(event.ended_at)}`),
      event.detections.length
        ? rows("Detections", event.detections.map((seen) => h("li", {}, `${seen.object_type}, ${percent(seen.confidence)}`)))
        : empty("No detections."),
      h("form", { class: "form", "aria-label": "Review", submit: (submitted) => {
        submitted.preventDefault();
        act(save, async () => {
          await api.post(`/events/${event.id}/review`, { notes: notes.value || null });
          notify(`Event ${event.id} is reviewed`);
          details.replaceChildren();
          list.load();
        });
      } }, field("Notes", notes), save),
      button("Close", () => details.replaceChildren()));
  }

  return [
    h("div", { class: "form", role: "group", "aria-label": "Filters" },
      field("Camera", cameras), field("At least", risks), field("Review", reviewed)),
    details,
    card("Events", list),
  ];
}
