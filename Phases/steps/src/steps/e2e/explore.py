"""Explores a running application with a real browser: its pages, what their controls do, how they fail. Writes nothing."""

import os
from collections.abc import Callable
from typing import Any

from steps.core.errors import StepError
from steps.e2e.browser import Application, application, links
from steps.e2e.controls import Control, controls, typical
from steps.e2e.inputs import bare, filled, refused, use
from steps.e2e.live import messages
from steps.e2e.scenarios import Scenario, difference, emptied

_LONG = 20_000  # milliseconds of the page's clock: notices are gone by then, lines connected again
_LAST = ("delete", "remove", "revoke", "clear", "reset")


def explore(base_url: str, executable: str | None = None, tell: Callable[[str], None] = print) -> dict[str, Any]:
    """Pages, scenarios and recorded answers. Raises `StepError` where no page can be opened."""
    data: dict[str, Any] = {"answers": {}, "sockets": [], "prefix": "/"}
    executable = executable or os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with application(base_url, executable, data) as app:
        pages, scripts = _pages(app)
        if not pages:
            raise StepError(f"{base_url} shows no page", hint="is the application running?")
        data["prefix"] = _prefix(data["answers"])
        explorer = _Explorer(app, pages)
        for path in pages:
            explorer.page(path)
            tell(f"{path}: {len(explorer.scenarios)} scenarios so far")
        explorer.realtime(scripts)
    return {"pages": pages, "scenarios": [s.to_dict() for s in explorer.scenarios], "data": data}


def _pages(app: Application) -> tuple[dict[str, Any], str]:
    """Every page that links lead to, breadth first, and the text of all scripts."""
    found: dict[str, Any] = {}
    scripts: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        with app.page(path, real=True) as shown:
            heading = shown.page.get_by_role("heading", level=1).first
            if not heading.count():
                continue
            found[path] = {"title": shown.page.title(), "heading": heading.inner_text()}
            waiting += links(shown.page)
            for source in [source for source in app.scripts if source not in scripts]:
                scripts[source] = shown.page.request.get(source).text()
    return found, "\n".join(scripts.values())


def _prefix(answers: dict[str, Any]) -> str:
    paths = [call.split(" ")[1] for call in answers]
    common = os.path.commonprefix(paths) if paths else "/api/"
    return common[: common.rindex("/") + 1]


class _Explorer:
    def __init__(self, app: Application, pages: dict[str, Any]) -> None:
        self.app, self.pages = app, pages
        self.scenarios: list[Scenario] = []
        self._shared: set[tuple[str, str]] = set()

    def page(self, path: str) -> None:
        with self.app.page(path) as shown:
            base, calls = shown.lines(), list(shown.api.calls)
            found = controls(shown.page)
        page = self.pages[path]
        page["controls"] = [[c.role, c.name, c.index] for c in found if c.role != "link"]
        page["calls"] = sorted(calls)
        self.scenarios.append(Scenario(path, "smoke", "shows everything", calls=calls, exactly=base, fits=True))
        self._links(path, found, base)
        self._responsive(path, found)
        chosen = [c for c in typical(found) if c.role != "link" and not c["disabled"]]
        chosen.sort(key=lambda c: (c.name.lower().startswith(_LAST), c["form"] >= 0))
        for control in chosen:
            self._control(path, control, base, [], calls)
        for form in dict.fromkeys(c["form"] for c in found if c["form"] >= 0):
            self._form(path, [c for c in found if c["form"] == form], base, [], calls)
        self._failures(path, base, calls)

    def _links(self, path: str, found: list[Control], base: list[str]) -> None:
        for control in found:
            if control.role != "link" or (control.name, control["href"]) in self._shared:
                continue
            self._shared.add((control.name, control["href"]))
            step = use("click", control)
            result = self._run(path, [step])
            if result is None:
                continue
            to = result["path"]
            scenario = Scenario(
                path, "navigation", f"{control.name} leads to {to}", steps=[step], at=to, heading=result["heading"]
            )
            scenario.exactly = [] if to == path else result["lines"]
            self.scenarios.append(scenario)
            if to != path:
                back = {"verb": "back", "role": "", "name": "", "index": 0, "value": None}
                again = self._run(path, [step, back])
                if again and again["path"] == path:
                    self.scenarios.append(Scenario(path, "navigation", f"back from {control.name}", steps=[step, back],
                                                   at=path, exactly=again["lines"]))  # fmt: skip

    def _responsive(self, path: str, found: list[Control]) -> None:
        known = {(c.role, c.name) for c in found}
        for size in ((375, 700), (768, 1024)):
            name = "phone" if size[0] < 500 else "tablet"
            with self.app.page(path) as shown:
                shown.page.set_viewport_size({"width": size[0], "height": size[1]})
                shown.settle()
                lines = shown.lines()
                small = controls(shown.page)
            self.scenarios.append(Scenario(path, "responsive", f"on a {name}", exactly=lines, fits=True, size=size))
            if path != "/" or size[0] > 500:
                continue
            for control in small:
                if (control.role, control.name) in known:
                    continue
                for steps in ([use("click", control)], [use("click", control)] * 2):
                    result = self._run(path, steps, size=size)
                    if result:
                        self.scenarios.append(Scenario(path, "responsive", f"{control.name} {'twice ' if len(steps) > 1 else ''}on a {name}",
                                                       steps=steps, exactly=result["lines"], fits=True, size=size))  # fmt: skip

    def _control(
        self, path: str, control: Control, base: list[str], before: list[dict[str, Any]], opened: list[str]
    ) -> None:
        if control.role in ("combobox", "listbox"):
            for option in control["options"]:
                if option != control["selected"]:
                    self._action(path, [*before, use("select", control, option)], base, f"{control.name} is {option}")
        elif control.role in ("checkbox", "switch"):
            self._action(path, [*before, use("click", control)], base, f"{control.name} is switched")
        elif control.role in ("searchbox", "textbox") and control["form"] < 0:
            for value in ("a", "no such thing"):
                self._action(path, [*before, use("fill", control, value)], base, f"{control.name} is {value}")
        elif control.role == "button" and not control["submit"]:
            self._action(path, [*before, use("click", control)], base, control.name, deeper=not before)

    def _action(
        self, path: str, steps: list[dict[str, Any]], base: list[str], title: str, *, deeper: bool = False
    ) -> None:
        result = self._run(path, steps)
        if result is None:
            return
        shown, gone = difference(base, result["lines"])
        if not (shown or gone or result["calls"]):
            return
        self.scenarios.append(
            Scenario(path, "actions", title, steps=steps, calls=result["calls"], shown=shown, gone=gone, fits=True)
        )
        for call in dict.fromkeys(_plain(call) for call in result["calls"]):
            if call.startswith("GET ") and call in self.pages[path]["calls"]:
                continue
            self._failed_action(path, steps, base, title, call)
        if deeper:
            self._deeper(path, steps, result)

    def _failed_action(self, path: str, steps: list[dict[str, Any]], base: list[str], title: str, call: str) -> None:
        for changes, how in (
            ([["fail", call, 500, "broken on purpose"]], "fails"),
            ([["cut", call]], "is not answered"),
        ):
            if how != "fails" and any(s.category == "errors" and s.page == path and "is not answered" in s.title for s in self.scenarios):  # fmt: skip
                continue
            failed = self._run(path, steps, changes)
            if failed is not None:
                shown, gone = difference(base, failed["lines"])
                self.scenarios.append(
                    Scenario(path, "errors", f"{title} {how}", changes, steps, failed["calls"], shown, gone, fits=True)
                )

    def _deeper(self, path: str, steps: list[dict[str, Any]], result: dict[str, Any]) -> None:
        """What a control opened has controls of its own."""
        known = {tuple(c) for c in self.pages[path]["controls"]}
        new = [c for c in result["controls"] if (c.role, c.name, c.index) not in known and c.role != "link"]
        self.pages[path]["controls"] += [[c.role, c.name, c.index] for c in new]
        for control in typical(new, 1):
            self._control(path, control, result["lines"], steps, [])
        for form in dict.fromkeys(c["form"] for c in new if c["form"] >= 0):
            self._form(path, [c for c in new if c["form"] == form], result["lines"], steps, [])

    def _form(
        self, path: str, fields: list[Control], base: list[str], before: list[dict[str, Any]], opened: list[str]
    ) -> None:
        submit = next((c for c in fields if c["submit"]), None)
        if submit is None:
            return
        fills = [step for c in fields if (step := filled(c)) is not None]
        press = use("click", submit)
        self._action(path, [*before, *fills, press], base, f"{submit.name} with everything")
        self._action(path, [*before, press], base, f"{submit.name} as it is")
        for control in fields:
            for value in refused(control):
                steps = [*before, *fills, use("fill", control, value), press]
                result = self._run(path, steps)
                if result is not None:
                    title = f"{submit.name} with {control.name} {value or 'empty'}"
                    self.scenarios.append(Scenario(path, "actions", title, steps=steps, calls=result["calls"]))

    def _failures(self, path: str, base: list[str], calls: list[str]) -> None:
        for call in sorted({_plain(c) for c in calls if c.startswith("GET ")}):
            changes = [["fail", call, 500, "broken on purpose"]]
            failed = self._run(path, [], changes)
            if failed is None:
                continue
            shown, gone = difference(base, failed["lines"])
            self.scenarios.append(
                Scenario(path, "errors", f"{call} fails", changes, calls=calls, shown=shown, gone=gone, fits=True)
            )
            known = {tuple(c) for c in self.pages[path]["controls"]}
            for control in [
                c for c in failed["controls"] if c.role == "button" and (c.role, c.name, c.index) not in known
            ][:1]:
                self._recovers(path, call, changes, control, base)
            body = emptied(self.app.data["answers"][call]["body"])
            if body is not None:
                nothing = [["answer", call, body]]
                empty = self._run(path, [], nothing)
                if empty is not None:
                    shown, gone = difference(base, empty["lines"])
                    self.scenarios.append(
                        Scenario(path, "errors", f"{call} finds nothing", nothing, shown=shown, gone=gone)
                    )

    def _recovers(self, path: str, call: str, changes: list[list[Any]], control: Control, base: list[str]) -> None:
        whole = {"verb": "heal", "role": "", "name": call, "index": 0, "value": self.app.data["answers"][call]}
        steps = [whole, use("click", control)]
        healed = self._run(path, steps, changes)
        if healed is not None:
            self.scenarios.append(
                Scenario(path, "errors", f"{call} works when tried again", changes, steps, exactly=healed["lines"])
            )

    def realtime(self, scripts: str) -> None:
        if not self.app.data["sockets"]:
            return
        for path in self.pages:
            with self.app.page(path) as shown:
                base = shown.lines()
            for steps, title in (
                ([{"verb": "cut"}], "the line is cut"),
                ([{"verb": "cut"}, {"verb": "later", "value": _LONG}], "the line comes back"),
            ):
                result = self._run(path, [bare(s) for s in steps]) if path == "/" else None
                if result:
                    shown_lines, gone = difference(base, result["lines"])
                    self.scenarios.append(Scenario(path, "realtime", title, steps=[bare(s) for s in steps], shown=shown_lines, gone=gone,
                                                   exactly=[] if shown_lines else result["lines"]))  # fmt: skip
            for message in messages(scripts, self.app.data["answers"]):
                steps = [bare({"verb": "send", "value": message})]
                result = self._run(path, steps)
                if result is None:
                    continue
                shown_lines, gone = difference(base, result["lines"])
                if shown_lines or gone or result["calls"]:
                    self.scenarios.append(Scenario(path, "realtime", f"hears {message['type']}", steps=steps, calls=result["calls"],
                                                   shown=shown_lines, gone=gone))  # fmt: skip

    def _run(self, path: str, steps: list[dict[str, Any]], changes: list[list[Any]] | None = None, size: tuple[int, int] | None = None) -> dict[str, Any] | None:  # fmt: skip
        """What is seen after the steps; None when they cannot be done, or a script of the page fails."""
        from steps.e2e.play import play

        def prepare(api: Any) -> None:
            for method, *arguments in changes or []:
                getattr(api, method)(*arguments)

        errors: list[str] = []
        try:
            with self.app.page(path, prepare=prepare) as shown:
                shown.page.on("pageerror", lambda error: errors.append(str(error)))
                if size:
                    shown.page.set_viewport_size({"width": size[0], "height": size[1]})
                    shown.settle()
                if steps:
                    shown.api.forget()
                play(shown, steps)
                shown.settle()
                heading = shown.page.get_by_role("heading", level=1).first
                return None if errors else {
                    "lines": shown.lines(), "calls": list(shown.api.calls), "controls": controls(shown.page),
                    "path": shown.page.evaluate("location.pathname"),
                    "heading": heading.inner_text() if heading.count() else None,
                }  # fmt: skip
        except Exception:  # a control that cannot be used here is no scenario
            return None


def _plain(call: str) -> str:
    """The call without its body."""
    return " ".join(call.split(" ")[:2])
