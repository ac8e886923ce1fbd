"""When a page stands still, and its clock, which moves only when a test says so."""

import time
from datetime import UTC, datetime, timedelta

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
BARRIER = "/__standstill__"
_ENDLESS = ("websocket", "eventsource", "media")
# What only the page knows: requests begun, bodies that were not read to their end, sockets that connect, changes of the DOM.
_WATCH = """(() => {
    const still = window.__standstill = {pending: 0, changes: 0};
    const {port1, port2} = new MessageChannel(), waiting = [], sockets = [];
    port1.onmessage = () => waiting.shift()();
    // After whatever has to be done first: a script that has just arrived may be about to load another one.
    still.task = window.scheduler?.postTask ? () => scheduler.postTask(() => {}, {priority: "background"})
        : () => new Promise((done) => { waiting.push(done); port2.postMessage(0); });
    const counted = (promise) => {
        const end = () => { still.pending -= 1; };
        still.pending += 1;
        promise.then(end, end);
        return promise;
    };
    const fetch = still.fetch = window.fetch.bind(window);
    window.fetch = (...given) => counted(fetch(...given));
    for (const name of ["arrayBuffer", "blob", "formData", "json", "text"]) {
        const read = Response.prototype[name];
        Response.prototype[name] = function () { return counted(read.call(this)); };
    }
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...given) {
        counted(new Promise((done) => this.addEventListener("loadend", done, {once: true})));
        return send.apply(this, given);
    };
    const watched = (kind) => new Proxy(kind, {construct: (target, given) => {
        const socket = Reflect.construct(target, given);
        sockets.push(socket);
        return socket;
    }});
    let Socket = watched(window.WebSocket);
    Object.defineProperty(window, "WebSocket", {configurable: true, get: () => Socket, set: (kind) => { Socket = watched(kind); }});
    new MutationObserver((list) => { still.changes += list.length; })
        .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    still.open = () => still.pending + sockets.filter((socket) => socket.readyState === 0).length
        + (document.readyState === "complete" ? 0 : 1);
})()"""
# Our own request comes after all that the page made before, so the browser has told of those when it is answered.
_LOOK = """async (barrier) => {
    const still = window.__standstill;
    for (let turn = 0; turn < 3; turn += 1) await still.task();
    await still.fetch(barrier).catch(() => {});
    for (let turn = 0; turn < 3; turn += 1) await still.task();
    return [still.open(), still.changes];
}"""


class Standstill:
    """Watches one page from before it is opened."""

    def __init__(self, page):
        self._page = page
        self._loading = set()
        self._requests = 0
        page.clock.install(time=NOON)
        page.clock.pause_at(NOON + timedelta(seconds=1))
        page.add_init_script(_WATCH)
        page.route(f"**{BARRIER}", lambda route: route.fulfill(status=204))
        page.on("request", lambda request: self._begun(request))
        page.on("requestfinished", lambda request: self._loading.discard(request))
        page.on("requestfailed", lambda request: self._loading.discard(request))

    def _begun(self, request):
        if request.resource_type not in _ENDLESS and not request.url.endswith(BARRIER):
            self._loading.add(request)
            self._requests += 1

    def wait(self, timeout=5.0):
        """Until all that was begun has ended and nothing changes any more: three looks in a row are the same."""
        deadline, before, same = time.monotonic() + timeout, None, 0
        while same < 2:
            seen = self._look()
            now = None if seen is None else (*seen, self._requests)
            quiet = now is not None and now[0] == 0 and not self._loading
            same = same + 1 if quiet and now == before else 0
            before = now
            urls = [request.url for request in self._loading]
            assert same or time.monotonic() < deadline, f"still loading: {now}, {urls}"

    def later(self, milliseconds):
        """The page's clock goes on by that much; what was to happen meanwhile does."""
        self.wait()
        self._page.clock.run_for(milliseconds)
        self.wait()

    def _look(self):
        try:
            return self._page.evaluate(_LOOK, BARRIER)
        except Exception as error:
            if "context was destroyed" in str(error) or "navigation" in str(error):
                return None  # another page is coming
            raise


def later(page, milliseconds):
    """For tests that have only the page: its clock goes on by that much, and it stands still."""
    page.standstill.later(milliseconds)
