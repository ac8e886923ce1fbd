// The WebSocket: tells listeners what the backend publishes, and comes back after it was cut off.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const listeners = new Set();
let wait = FIRST_WAIT;

/** Calls `listener(type, data)` for every message until the signal is aborted. */
export function listen(listener, signal) {
  listeners.add(listener);
  signal.addEventListener("abort", () => listeners.delete(listener));
}

export function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/events`);
  socket.addEventListener("open", () => {
    wait = FIRST_WAIT;
    show("connected", "Live");
  });
  socket.addEventListener("message", (event) => {
    const { type, data } = JSON.parse(event.data);
    for (const listener of [...listeners]) listener(type, data);
  });
  socket.addEventListener("close", () => {
    show("disconnected", "Offline, reconnecting…");
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

function show(state, text) {
  const place = document.getElementById("live");
  place.dataset.state = state;
  place.textContent = text;
}
