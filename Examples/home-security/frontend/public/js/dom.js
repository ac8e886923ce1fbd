// Elements, and the parts that every page is made of. Knows nothing about the API.

/** An element: `h("p", {class: "quiet"}, "text", child)`. A property that is a function listens to that event. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

/** A section with a heading that names it. */
export function card(title, ...children) {
  return h("section", { class: "card", "aria-label": title }, h("h2", {}, title), ...children);
}

/** An input or select with its label around it. */
export function field(label, control) {
  return h("label", { class: control.type === "checkbox" ? "check" : "field" },
    ...(control.type === "checkbox" ? [control, label] : [label, control]));
}

/** A select; `options` are values or [value, text]. */
export function choice(options, properties = {}) {
  return h("select", properties, options.map((option) => {
    const [value, text] = Array.isArray(option) ? option : [option, option];
    return h("option", { value }, text);
  }));
}

export function button(text, click, properties = {}) {
  return h("button", { type: "button", click, ...properties }, text);
}

export function badge(text) {
  return h("span", { class: `badge ${text}` }, text);
}

export function rows(label, items) {
  return h("ul", { class: "rows", "aria-label": label }, items);
}

export function table(caption, columns, lines) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, lines.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)))))));
}

export function tiles(label, entries) {
  return h("dl", { class: "tiles", "aria-label": label, role: "group" },
    Object.entries(entries).map(([name, value]) => h("div", { class: "tile" }, h("dt", {}, name), h("dd", {}, String(value)))));
}

/** A short message in the corner, gone after a while. */
export function notify(text) {
  const notice = h("p", {}, text);
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), 6000);
}

/**
 * A place that loads: shows that it does, then what `render` makes of the answer, or what went wrong with a way to
 * try again. `place.load()` loads once more; an answer that was overtaken by a later one is not shown.
 */
export function loading(what, load, render) {
  const place = h("div", { "aria-busy": "true" }, h("p", { class: "quiet" }, `Loading ${what}…`));
  let turn = 0;
  place.load = async () => {
    const mine = ++turn;
    place.setAttribute("aria-busy", "true");
    try {
      const shown = render(await load());
      if (mine === turn) place.replaceChildren(...[shown].flat());
    } catch (error) {
      if (mine === turn) place.replaceChildren(failure(`Could not load ${what}: ${error.message}`, place.load));
    } finally {
      if (mine === turn) place.setAttribute("aria-busy", "false");
    }
  };
  place.load();
  return place;
}

function failure(text, again) {
  return h("div", { class: "failure", role: "alert" }, h("p", {}, text), button("Try again", again));
}

/** Runs what a control does: it is disabled meanwhile; a failure is told in the corner. */
export async function act(control, action) {
  control.disabled = true;
  try {
    await action();
  } catch (error) {
    notify(`That did not work: ${error.message}`);
  } finally {
    control.disabled = false;
  }
}

export function empty(text) {
  return h("p", { class: "quiet" }, text);
}
