// How the system itself is doing.

import { api } from "../api.js";
import { badge, button, card, choice, empty, field, h, loading, notify, rows, table, tiles } from "../dom.js";
import { duration, time } from "../format.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function render() {
  const system = loading("the system", () => api.get("/system"), showSystem);
  const health = loading("health", () => api.get("/health"), ({ services }) => rows("Services",
    Object.entries(services).map(([name, state]) => h("li", {}, h("span", { class: "what" }, name), badge(state)))));
  const history = loading("the GPU's history", () => api.get("/system/gpu?limit=10"), showHistory);
  const camera = choice([["", "Choose a camera"]], { change: () => usual.load() });
  const usual = loading("what is usual", () => (camera.value ? api.get(`/system/baselines/${camera.value}`) : null), showUsual);
  api.get("/cameras").then(
    ({ items }) => camera.append(...items.map((item) => h("option", { value: item.id }, item.name))),
    (error) => notify(`The cameras are missing: ${error.message}`),
  );
  return [
    h("div", { class: "form" }, button("Refresh", () => { system.load(); health.load(); history.load(); })),
    system,
    h("div", { class: "columns" }, card("Health", health), card("GPU", history)),
    card("What is usual", field("Camera", camera), usual),
  ];
}

function showSystem({ version, uptime_seconds, counts }) {
  return [
    h("p", { class: "quiet" }, `Version ${version}, up for ${duration(uptime_seconds)}`),
    tiles("Stored", { Cameras: counts.cameras, Detections: counts.detections, Events: counts.events, Alerts: counts.alerts }),
  ];
}

function showHistory(samples) {
  if (!samples.length) return empty("No GPU was seen.");
  return table("GPU samples", ["Time", "Load", "Memory", "Temperature"], samples.map((sample) => [
    time(sample.recorded_at),
    h("progress", { max: 100, value: sample.utilization, "aria-label": `Load ${sample.utilization} %` }),
    `${sample.memory_used_mb} of ${sample.memory_total_mb} MB`,
    sample.temperature_c == null ? "–" : `${sample.temperature_c} °C`]));
}

function showUsual(baselines) {
  if (baselines === null) return empty("Choose a camera to see what is usual there.");
  if (!baselines.length) return empty("Nothing was learned yet.");
  return table("Usual detections", ["When", "What", "Mean", "Samples"], baselines.map((baseline) => [
    `${DAYS[baseline.weekday]} ${baseline.hour}:00`, baseline.object_type, baseline.mean.toFixed(1), String(baseline.sample_count)]));
}
