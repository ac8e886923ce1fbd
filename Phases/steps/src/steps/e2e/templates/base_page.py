"""What all pages have in common: how to open one and how to look at it."""

import time


class BasePage:
    """A page of the application. `path` is its address below the base URL."""

    path = "/"
    timeout = 5.0

    def __init__(self, page, api, live):
        self.page = page
        self.api = api
        self.live = live

    def open(self):
        """Go there and wait until everything has been shown."""
        self.page.goto(self.path, wait_until="networkidle")
        self.settle()
        return self

    def settle(self):
        """Wait until the page stands still: no request and no change for a moment."""
        self.page.evaluate(
            """() => new Promise((done) => {
                let timer = setTimeout(done, 120);
                new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 120); })
                    .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
                setTimeout(done, 1500);
            })"""
        )

    def lines(self):
        """What a screen reader finds, a line for each thing."""
        snapshot = self.page.locator("body").aria_snapshot()
        return [line.strip() for line in snapshot.splitlines()]

    def wait_for(self, condition, what):
        """Until `condition()` is true; fails with `what()` when it never is."""
        deadline = time.monotonic() + self.timeout
        while not condition():
            assert time.monotonic() < deadline, what()
            self.page.wait_for_timeout(25)

    def expect_lines(self, *expected):
        """Exactly this is on the page."""
        wanted = list(expected)
        self.wait_for(lambda: self.lines() == wanted, lambda: f"{self.lines()} is not {wanted}")

    def expect_change(self, shown=(), gone=()):
        """These lines are there now, and those are not."""

        def holds():
            lines = self.lines()
            return all(line in lines for line in shown) and not any(line in lines for line in gone)

        self.wait_for(holds, lambda: f"shown {shown}, gone {gone}: {self.lines()}")

    def expect_calls(self, *expected):
        """Exactly these requests were made, in any order."""
        wanted = sorted(expected)
        calls = self.api.calls
        self.wait_for(lambda: len(calls) >= len(wanted), lambda: f"{calls} is not {wanted}")
        assert sorted(calls) == wanted

    def expect_fits(self, width=375, height=700):
        """Nothing is wider than a phone."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": height})
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        outside = self.page.evaluate(
            """(width) => [...document.body.querySelectorAll("*")].filter((e) => {
                const box = e.getBoundingClientRect();
                if (!box.width || box.right <= width + 1) return false;
                for (let p = e.parentElement; p; p = p.parentElement) {
                    if (/auto|scroll/.test(getComputedStyle(p).overflowX)
                        && p.getBoundingClientRect().right <= width + 1) return false;
                }
                return true;
            }).map((e) => e.tagName + "." + e.className)""",
            width,
        )
        self.page.set_viewport_size(before)
        assert wide <= width, f"{wide} pixels on a screen of {width}"
        assert outside == [], f"outside of a screen of {width} pixels: {outside}"
