"""What all pages have in common: how to open one and how to look at it."""


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
        self.page.goto(self.path)
        return self.settle()

    def settle(self):
        """Wait until the page stands still."""
        self.page.standstill.wait(self.timeout)
        return self

    def later(self, milliseconds):
        """The page's clock goes on by that much."""
        self.page.standstill.later(milliseconds)

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})
        self.settle()

    def lines(self):
        """What a screen reader finds, a line for each thing."""
        snapshot = self.page.locator("body").aria_snapshot()
        return [line.strip() for line in snapshot.splitlines()]

    def expect_lines(self, *expected):
        """Exactly this is on the page."""
        self.settle()
        lines, wanted = self.lines(), list(expected)
        assert lines == wanted

    def expect_change(self, shown=(), gone=()):
        """These lines are there now, and those are not."""
        self.settle()
        lines = self.lines()
        missing = [line for line in shown if line not in lines]
        left = [line for line in gone if line in lines]
        assert not missing and not left, f"missing {missing}, left {left}: {lines}"

    def expect_calls(self, *expected):
        """Exactly these requests were made, in any order."""
        self.settle()
        calls, wanted = sorted(self.api.calls), sorted(expected)
        assert calls == wanted, f"asked for {calls}, wanted {wanted}"

    def expect_fits(self, width=375, height=700):
        """Nothing is wider than a phone."""
        wide = self.outside(width, height)
        assert wide == [], f"outside of a screen of {width} pixels: {wide}"

    def outside(self, width, height):
        """What is partly outside of a screen of that size. What lies outside as a whole is hidden on purpose."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": height})
        found = self.page.evaluate(
            """(width) => {
                const wide = document.scrollingElement.scrollWidth;
                const partly = [...document.body.querySelectorAll("*")].filter((e) => {
                    const box = e.getBoundingClientRect();
                    if (!box.width || box.right <= 0 || box.right <= width + 1 && box.left >= -1) return false;
                    for (let p = e.parentElement; p; p = p.parentElement) {
                        const around = p.getBoundingClientRect();
                        if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX) && around.right <= width + 1) return false;
                    }
                    return true;
                }).map((e) => e.tagName + "." + e.className);
                return wide > width ? [`${wide} pixels`, ...partly] : partly;
            }""",
            width,
        )
        self.page.set_viewport_size(before)
        return found
