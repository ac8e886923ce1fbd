"""The HTML report in a real Chromium: nothing is refused, nothing is fetched, and people of all kinds can use it.

The pages come from the Swift tests, which write them when TASKGRAPH_REPORT_PAGES names a folder:
`TASKGRAPH_REPORT_PAGES=DIR swift test --filter ReportPagesTests`, then the same variable for pytest.
Needs Debian's chromium, and playwright and axe-playwright-python (which has axe-core in it) from PyPI.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PAGES = Path(os.environ["TASKGRAPH_REPORT_PAGES"]).resolve()

# Every element with text of its own whose contrast with what is behind it is too small (WCAG 2.2, 1.4.3).
LOW_CONTRAST = """() => {
  const parse = (text) => {
    const n = text.match(/[\\d.]+/g).map(Number);
    return n.length > 3 ? n : [...n, 1];
  };
  const light = (c) => {
    const l = c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c[3] === 1) return c;
    }
    return [255, 255, 255, 1];
  };
  const contrast = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (['SCRIPT', 'STYLE'].includes(e.tagName) || !e.getClientRects().length) continue;
    const isDrawn = e instanceof SVGTextElement;
    if (e instanceof SVGElement && !isDrawn) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e);
    let ground = behind(e);
    const box = isDrawn && e.parentElement.tagName === 'g' && e.parentElement.querySelector('rect');
    if (box) ground = parse(getComputedStyle(box).fill);
    const ratio = contrast(parse(isDrawn ? style.fill : style.color), ground);
    if (ratio < 4.5) found.push([e.tagName, e.className.baseVal ?? e.className, e.textContent.slice(0, 30), ratio]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Opened:
    """A page, and all that it said and asked for."""

    def __init__(
        self, browser: Browser, name: str, scheme: str = "light", scripts: bool = True
    ) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on(
            "dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}")
        )
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.address = (PAGES / f"{name}.html").as_uri()
        self.page.goto(self.address)


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_nothing_is_refused_or_fetched_or_run(browser: Browser, name: str) -> None:
    opened = Opened(browser, name)
    assert opened.said == []
    assert opened.asked == [opened.address]
    assert opened.page.evaluate("document.scripts.length") == 1
    assert opened.page.evaluate("document.images.length") == 0


def test_the_policy_stops_what_is_not_the_pages_own(browser: Browser) -> None:
    opened = Opened(browser, "sample")
    opened.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = true';"
        " document.body.append(s); }"
    )
    assert opened.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in opened.said)


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_a_screen_reader_finds_its_way(browser: Browser, name: str) -> None:
    page = Opened(browser, name).page
    levels = page.eval_on_selector_all(
        "h1,h2,h3,h4,h5,h6", "all => all.map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(
        after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)
    )
    for landmark in ("header", "nav[aria-label]", "main", "footer"):
        assert page.locator(landmark).count() == 1
    assert page.eval_on_selector_all(
        "table", "all => all.every(t => t.caption && t.caption.textContent)"
    )
    assert page.eval_on_selector_all(
        "th", "all => all.every(h => ['row', 'col'].includes(h.scope))"
    )
    unnamed = """all => all.filter(s => s.getAttribute('role') !== 'img' || !(s.getAttribute('aria-label')
        || document.getElementById((s.getAttribute('aria-labelledby') || '').split(' ')[0])?.textContent)).length"""
    assert page.eval_on_selector_all("svg", unnamed) == 0
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert page.eval_on_selector_all(
        "input", "all => all.every(i => i.labels.length === 1)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(browser: Browser, scheme: str) -> None:
    assert Opened(browser, "sample", scheme).page.evaluate(LOW_CONTRAST) == []


def test_the_keyboard_reaches_everything_that_can_be_used(browser: Browser) -> None:
    page = Opened(browser, "sample").page
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.tagName")
        )
        assert page.evaluate(
            "document.activeElement === document.body || "
            "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        )
        if reached[-1] == "filter":
            break
    assert reached[:2] == ["A", "theme"]
    assert "SUMMARY" in reached and reached[-1] == "filter"
    page.keyboard.type("shard 22")
    assert page.locator("#task-table tbody tr:visible").count() == 1
    assert page.locator("#filter-count").inner_text() == "1 of 40 tasks"


def test_the_theme_turns_by_keyboard(browser: Browser) -> None:
    page = Opened(browser, "sample").page
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(ground) != before
    assert page.locator("#theme").inner_text() == "Light theme"


def test_without_scripts_only_the_controls_are_missing(browser: Browser) -> None:
    page = Opened(browser, "sample", scripts=False).page
    assert page.locator("#task-table tbody tr:visible").count() == 40
    assert page.locator("#theme:visible, #filter:visible").count() == 0


@pytest.mark.parametrize("name", ["sample", "hostile", "wide"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_sticks_out(browser: Browser, name: str, width: int) -> None:
    page = Opened(browser, name).page
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 360])
def test_a_wide_graph_scrolls_in_its_own_box(browser: Browser, width: int) -> None:
    page = Opened(browser, "wide").page
    page.set_viewport_size({"width": width, "height": 800})
    box = page.locator("#graph .drawing")
    assert box.evaluate("b => b.getBoundingClientRect().right") <= width
    assert box.evaluate("b => b.scrollWidth > b.clientWidth")
    # By keyboard, to its very end, and the page stays where it is.
    box.evaluate(
        """b => { window.hasScrolled = Promise.race([
        new Promise(done => b.addEventListener('scroll', () => done(true), {once: true})),
        new Promise(done => setTimeout(() => done(false), 30000))]); }"""
    )
    box.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.hasScrolled")
    box.evaluate("b => { b.scrollLeft = b.scrollWidth; }")
    last = "b => b.querySelector('svg').getBoundingClientRect().right - b.getBoundingClientRect().right"
    assert box.evaluate(last) < 1
    page.evaluate("window.scrollTo(1000, window.scrollY)")
    assert page.evaluate("window.scrollX") == 0


@pytest.mark.parametrize("name", ["sample", "hostile", "wide", "live"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, name: str, scheme: str) -> None:
    results = Axe().run(Opened(browser, name, scheme).page)
    assert results.response["passes"]
    assert not results.response["violations"], results.generate_report()


def test_paper_has_pages_and_no_closed_details(browser: Browser) -> None:
    page = Opened(browser, "sample").page
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF-") and paper.count(b"/Type /Page\n") >= 2
    assert page.eval_on_selector_all(
        "details", "all => all.length > 0 && all.every(d => d.open)"
    )
