// The household's choices, cameras with their zones, and API keys.

import { api } from "../api.js";
import { act, badge, button, card, choice, empty, field, h, loading, notify, rows } from "../dom.js";
import { time } from "../format.js";

export function render() {
  const preferences = loading("preferences", () => api.get("/settings"), preferencesForm);
  const cameras = loading("cameras", () => api.get("/cameras"), ({ items }) => items.length
    ? rows("Cameras", items.map((camera) => cameraLine(camera, () => cameras.load(), zones)))
    : empty("There are no cameras yet."));
  const zones = h("div");
  const keys = loading("API keys", () => api.get("/settings/api-keys"), (items) => items.length
    ? rows("API keys", items.map((key) => keyLine(key, () => keys.load())))
    : empty("There are no API keys."));
  return [
    card("Preferences", preferences),
    card("Cameras", cameras, zones, newCamera(() => cameras.load())),
    card("API keys", keys, newKey(() => keys.load())),
  ];
}

function preferencesForm(values) {
  const days = h("input", { type: "number", min: 1, max: 365, required: true, value: values.retention_days });
  const confidence = h("input", { type: "number", min: 0, max: 1, step: 0.05, required: true, value: values.minimum_confidence });
  const zone = h("input", { required: true, maxlength: 64, value: values.timezone });
  const told = h("input", { type: "checkbox", checked: values.notifications_enabled });
  const save = h("button", { class: "primary" }, "Save preferences");
  return h("form", { class: "form", "aria-label": "Preferences", submit: (event) => {
    event.preventDefault();
    act(save, async () => {
      await api.patch("/settings", {
        retention_days: Number(days.value),
        minimum_confidence: Number(confidence.value),
        timezone: zone.value,
        notifications_enabled: told.checked,
      });
      notify("Preferences are saved");
    });
  } }, field("Keep recordings for days", days), field("Minimum confidence", confidence), field("Time zone", zone),
  field("Notify me", told), save);
}

function cameraLine(camera, changed, place) {
  const enabled = h("input", { type: "checkbox", checked: camera.is_enabled, change: () => act(enabled, async () => {
    try {
      await api.patch(`/cameras/${camera.id}`, { is_enabled: enabled.checked });
      notify(`${camera.name} is ${enabled.checked ? "on" : "off"}`);
    } catch (error) {
      enabled.checked = !enabled.checked;
      throw error;
    }
  }) });
  const zones = button("Zones", () => act(zones, async () => {
    const items = await api.get(`/cameras/${camera.id}/zones`);
    place.replaceChildren(card(`Zones of ${camera.name}`, items.length
      ? rows("Zones", items.map((zone) => h("li", {}, badge(zone.kind), h("span", { class: "what" }, zone.name))))
      : empty("No zones are drawn.")));
  }), { "aria-label": `Zones of ${camera.name}` });
  const remove = button("Remove", () => act(remove, async () => {
    await api.delete(`/cameras/${camera.id}`);
    notify(`${camera.name} is removed`);
    changed();
  }), { class: "danger", "aria-label": `Remove camera ${camera.name}` });
  return h("li", {},
    h("span", { class: "what" }, camera.name, h("span", { class: "quiet" }, ` ${camera.location ?? ""}, ${camera.fps} fps`)),
    field(`Use ${camera.name}`, enabled), zones, remove);
}

function newCamera(changed) {
  const id = h("input", { required: true, pattern: "[a-z0-9][a-z0-9_\\-]*", maxlength: 64 });
  const name = h("input", { required: true, maxlength: 120 });
  const stream = h("input", { required: true, maxlength: 500 });
  const save = h("button", { class: "primary" }, "Add camera");
  const form = h("form", { class: "form", "aria-label": "New camera", submit: (event) => {
    event.preventDefault();
    act(save, async () => {
      const camera = await api.post("/cameras", { id: id.value, name: name.value, stream_url: stream.value });
      notify(`${camera.name} is added`);
      form.reset();
      changed();
    });
  } }, field("Camera id", id), field("Camera name", name), field("Stream address", stream), save);
  return form;
}

function keyLine(key, changed) {
  const revoke = button("Revoke", () => act(revoke, async () => {
    await api.delete(`/settings/api-keys/${key.id}`);
    notify(`${key.name} is revoked`);
    changed();
  }), { class: "danger", "aria-label": `Revoke key ${key.name}` });
  return h("li", {},
    h("span", { class: "what" }, `${key.name} (${key.prefix}…)`),
    h("span", { class: "quiet" }, `${key.scope}, last used ${time(key.last_used_at)}`),
    key.is_active ? revoke : h("span", { class: "quiet" }, "revoked"));
}

function newKey(changed) {
  const name = h("input", { required: true, maxlength: 120 });
  const scope = choice(["read", "ingest", "admin"]);
  const save = h("button", { class: "primary" }, "Create key");
  const shown = h("div");
  const form = h("form", { class: "form", "aria-label": "New API key", submit: (event) => {
    event.preventDefault();
    act(save, async () => {
      const created = await api.post("/settings/api-keys", { name: name.value, scope: scope.value });
      shown.replaceChildren(h("p", {}, "Copy the key now, it is not shown again:"), h("code", { class: "key" }, created.key));
      form.reset();
      changed();
    });
  } }, field("Key name", name), field("Scope", scope), save);
  return h("div", {}, form, shown);
}
