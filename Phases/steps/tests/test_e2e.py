"""Page objects and specs from what was explored, and helpers that were copied. No browser: see the task e2e for that."""

import ast
import json
from pathlib import Path

import pytest

from steps.core.errors import StepError
from steps.e2e import shared, step, write
from steps.e2e.live import messages
from steps.e2e.names import snake, unique
from steps.e2e.scenarios import difference, emptied

E2E = "web/e2e"
CLICK = {"verb": "click", "role": "button", "name": "Add it", "index": 0, "value": None}
EXPLORED = {
    "pages": {"/": {"title": "T", "heading": "Things", "controls": [["button", "Add it", 0], ["button", "Add it", 1]], "calls": []}},
    "scenarios": [
        {"page": "/", "category": "smoke", "title": "shows everything", "calls": ["GET /api/a"], "exactly": ['- heading "Things"'], "fits": True},
        {"page": "/", "category": "actions", "title": "Add it", "steps": [CLICK], "calls": ['POST /api/a {"x":1}'], "shown": ["- text: new"]},
        {"page": "/", "category": "actions", "title": "Add it", "steps": [CLICK], "calls": []},
        {"page": "/", "category": "errors", "title": "it fails", "changes": [["fail", "GET /api/a", 500, "no"]], "gone": ["- text: old"]},
    ],
}  # fmt: skip


@pytest.fixture
def explored(tree) -> Path:
    return tree({f"{E2E}/fixtures/exploration.json": json.dumps(EXPLORED)})


def contents(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*.py"))}


def test_page_objects_name_every_control(explored: Path) -> None:
    step.page_objects(explored, E2E)
    text = (explored / E2E / "pages/things_page.py").read_text()
    assert 'return self.page.get_by_role("button", name="Add it", exact=True)\n' in text
    assert 'return self.page.get_by_role("button", name="Add it", exact=True).nth(1)\n' in text
    assert "def add_it_button(self):" in text
    assert "def add_it_button_2(self):" in text


def test_specs_go_by_category_and_a_second_run_changes_nothing(explored: Path) -> None:
    step.page_objects(explored, E2E)
    report = step.specs(explored, E2E)
    assert report.data["tests"] == 4
    assert report.data["route_coverage"] == 100
    files = contents(explored)
    assert {Path(name).name for name in files} == {
        "base_page.py", "things_page.py", "test_smoke.py", "test_things.py", "test_error_handling.py"
    }  # fmt: skip
    for text in files.values():
        ast.parse(text)
    step.page_objects(explored, E2E)
    assert step.specs(explored, E2E).data["added"] == 0
    assert contents(explored) == files


def test_a_test_that_was_changed_is_kept_and_one_that_was_deleted_comes_back(explored: Path) -> None:
    step.specs(explored, E2E)
    path = explored / E2E / "specs/test_things.py"
    tests = ast.parse(path.read_text()).body
    kept = path.read_text().replace("- text: new", "- text: mine")
    path.write_text("\n".join(kept.splitlines()[: tests[-1].lineno - 1]) + "\n")
    assert step.specs(explored, E2E).data["added"] == 1
    assert "- text: mine" in path.read_text()
    assert "def test_things_add_it_2(" in path.read_text()


def test_what_was_not_the_same_twice_is_not_written_again(explored: Path) -> None:
    (explored / E2E / "fixtures/unsteady.json").write_text('{"test_things.py::test_things_add_it_2": "asked twice"}')
    report = step.specs(explored, E2E)
    assert (report.data["tests"], report.data["left_out"]) == (3, 1)
    assert "def test_things_add_it_2(" not in (explored / E2E / "specs/test_things.py").read_text()


def test_nothing_explored_says_what_to_do(tree) -> None:
    with pytest.raises(StepError) as raised:
        step.specs(tree({"x": ""}), E2E)
    assert str(raised.value) == "there is no fixtures/exploration.json"
    assert raised.value.hint == "run e2e-fixtures on the running application first"


def test_a_test_says_what_is_done_and_what_is_seen() -> None:
    assert dict(write.specs(EXPLORED)["things"])["test_things_add_it"] == (
        "def test_things_add_it(visit, api):\n"
        "    shown = visit(ThingsPage)\n"
        "    api.forget()\n"
        "    shown.add_it_button.click()\n"
        "    shown.settle()\n"
        "    shown.expect_change(\n"
        "        shown=[\n"
        '            "- text: new",\n'
        "        ],\n"
        "    )\n"
        "    shown.expect_calls(\n"
        '        "POST /api/a {\\"x\\":1}",\n'
        "    )\n"
    )


def test_the_clock_goes_on_only_when_a_test_says_so() -> None:
    line = [
        {"verb": "cut", "role": "", "name": "", "index": 0, "value": None},
        {"verb": "later", "role": "", "name": "", "index": 0, "value": 20000},
    ]
    explored = {
        **EXPLORED,
        "scenarios": [
            {"page": "/", "category": "realtime", "title": "it comes back", "steps": line, "exactly": ["- text: on"]}
        ],
    }
    [(_, text)] = write.specs(explored)["realtime"]
    assert text.splitlines()[3:6] == ["    live.cut()", "    shown.settle()", "    shown.later(20000)"]


def test_sleeps_of_tests_that_are_kept_become_waits(explored: Path) -> None:
    home = explored / E2E
    old = 'def test_old(page):\n    page.goto("/")\n    page.wait_for_timeout(300)\n'
    (home / "test_old.py").write_text(old)
    step.fixtures(explored, E2E, "http://127.0.0.1:9", None)
    kept = (home / "specs/test_old.py").read_text()
    assert kept == "from fixtures.standstill import later\n" + old.replace(
        "page.wait_for_timeout(300)", "later(page, 300)"
    )
    assert not (home / "test_old.py").exists()
    before = contents(explored)
    report = step.fixtures(explored, E2E, "http://127.0.0.1:9", None)
    assert contents(explored) == before
    assert report.data["routes"] == {"all": 1, "paths": ["/"]}


COPY = (
    'import json\n\n\ndef mocks(page):\n    page.route("**", {"total": %d})\n\n\ndef test_%s(page):\n    mocks(page)\n'
)


def test_copies_become_one_function_with_parameters() -> None:
    files = {"test_a.py": COPY % (1, "a"), "test_b.py": COPY % (2, "b")}
    assert shared.duplicated(files) == ["mocks"]
    function, arguments = shared.merged(shared.copies(files, "mocks"))
    assert function == 'def mocks(page, total=1):\n    page.route("**", {"total": total})\n'
    assert arguments == {"test_a.py": {}, "test_b.py": {"total": 2}}
    after = shared.without(files["test_b.py"], "mocks", "fixtures.shared", {"total": 2})
    assert "    mocks(page, total=2)\n" in after
    assert "from fixtures.shared import mocks\n" in after
    assert "def mocks" not in after


def test_copies_of_another_shape_are_left() -> None:
    files = {"a": "def m(p):\n    p.a(1)\n", "b": "def m(p):\n    p.a(1, 2)\n"}
    assert shared.merged(shared.copies(files, "m")) is None


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        ([1], []),
        ([], None),
        ({"items": [1], "total": 1, "limit": 5}, {"items": [], "total": 0, "limit": 5}),
        ({"by": {"a": 1}}, {"by": {}}),
        ({"version": "1"}, None),
        ("text", None),
    ],
)
def test_an_answer_without_anything(body: object, empty: object) -> None:
    assert emptied(body) == empty


def test_what_changed() -> None:
    assert difference(["a", "b"], ["b", "c", "c"]) == (["c"], ["a"])


def test_names() -> None:
    assert [snake(text) for text in ("Delete rule A!", "class", "1 day", "…")] == [
        "delete_rule_a",
        "class_",
        "n1_day",
        "unnamed",
    ]
    assert unique(["a", "a", "b"]) == ["a", "a_2", "b"]


def test_messages_have_the_data_of_their_kind() -> None:
    answers = {"GET /api/cats": {"status": 200, "body": {"items": [{"id": 1, "name": "Tom"}], "total": 1}}}
    heard = messages('if (t === "cat.seen") x(); t.startsWith("dog."); import "./app.js"', answers)
    assert [message["type"] for message in heard] == ["cat.seen", "dog.changed"]
    assert heard[0]["data"]["name"] == "Tom"
