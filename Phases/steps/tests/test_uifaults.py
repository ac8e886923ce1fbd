"""Faults of a web UI: which places an operator finds, and what stands there instead."""

from collections import Counter
from pathlib import Path

import pytest

from steps.uifaults.mutants import mutants

EXAMPLE = Path(__file__).parents[3] / "Examples/home-security/frontend/public"

CASES = [
    ("drop-listener", "a.js", 'x.addEventListener("click", f);', 'x.addEventListener("no-click", f);'),
    ("drop-handler", "a.js", "h({ submit: (e) => go(e) })", "h({ no_submit: (e) => go(e) })"),
    ("empty-function", "a.js", 'button("Go", () => turn(-1, "a,b"), {})', 'button("Go", () => {}, {})'),
    ("empty-function", "a.js", "act(x, async () => { if (a) { b(); } });", "act(x, async () => {});"),
    ("break-link", "a.html", '<a class="x" href="/alerts">A</a>', '<a class="x" href="/nowhere">A</a>'),
    ("break-link", "a.js", 'h("a", { href: "/alerts" }, "A")', 'h("a", { href: "/nowhere" }, "A")'),
    ("swallow-error", "a.js", "try { a(); } catch (e) { tell(e); }", "try { a(); } catch (e) {}"),
    ("no-throw", "a.js", 'x(); throw new Error("no");', "x(); ;"),
    ("remove-label", "a.html", '<nav aria-label="Main">', '<nav data-no-label="Main">'),
    ("no-label-element", "a.js", 'h("label", {})', 'h("span", {})'),
    ("drop-state", "a.js", 'link.setAttribute("aria-current", "page")', 'link.setAttribute("data-no-aria-current", "page")'),
    ("drop-property", "a.js", 'h("input", { required: true })', 'h("input", { no_required: true })'),
    ("overflow", "a.css", ".card { color: red; }", ".card { min-width: 1200px;  color: red; }"),
    ("hide", "a.css", ".card { color: red; }", ".card { display: none !important;  color: red; }"),
    ("kill-socket", "a.js", "s = new WebSocket(`${x}/ws`);", 's = new WebSocket("ws://127.0.0.1:9/");'),
    ("no-timer", "a.js", "setTimeout(connect, 5);", "void (connect, 5);"),
    ("wrong-address", "a.js", 'api.get("/alerts/rules")', 'api.get("/nowhere/")'),
    ("wrong-method", "a.js", "api.post(`/a`)", "api.get(`/a`)"),
    ("never", "a.js", "if (a) b();", "if (false && a) b();"),
    ("always", "a.js", "if (a) b();", "if (true || a) b();"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "file", "before", "after"), CASES)
def test_an_operator_changes_its_place_alone(tree, operator: str, file: str, before: str, after: str) -> None:
    found = mutants(tree({file: before + "\n"}))
    assert [mutant.text for mutant in found if mutant.name == f"{operator}:{file}:1"] == [after + "\n"]


def test_every_operator_has_a_case() -> None:
    from steps.uifaults.operators import OPERATORS

    assert {case[0] for case in CASES} == {operator.name for operator in OPERATORS}


def test_comments_and_tests_are_left_alone(tree) -> None:
    root = tree({"a.js": "// if (a) b();\n/* throw x; */\n", "tests/b.js": "if (a) b();\n"})
    assert mutants(root) == []


def test_the_example_has_mutants_of_every_kind_and_each_has_a_name_of_its_own() -> None:
    found = mutants(EXAMPLE)
    kinds = Counter(mutant.name.split(":")[0] for mutant in found)
    assert len({mutant.name for mutant in found}) == len(found)
    assert min(kinds.values()) >= 1
    assert len(kinds) == 18
