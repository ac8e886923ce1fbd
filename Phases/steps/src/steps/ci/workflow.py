"""One workflow's edits: what blocks, what installs, what runs the tests. Text in, text out; runs no tool."""

import re

import yaml

from steps.ci import script
from steps.ci.text import YamlText, get, items, pairs, scalar
from steps.core.findings import Level, Location, Report

_STALE = re.compile(
    r"(?i)flak|\bred\b|does not (stop|block)|continue|non-?blocking|allowed to fail|fails? too often|block(s|ing)? a merge|rerun"
)
_SERIAL = re.compile(r"-n[ =]?0\b")
_DROPPED = ("cache", "cache-dependency-path", "python-version-file")
_CARRIED = ("python-version",)


def edited(text: str, name: str, setup_uv: str, report: Report) -> str:
    """The workflow with all edits; the same text when there is nothing to do."""
    return _Workflow(YamlText(text, name), name, setup_uv, report).run()


class _Workflow:
    def __init__(self, document: YamlText, name: str, setup_uv: str, report: Report) -> None:
        self._doc, self._name, self._setup_uv, self._report = document, name, setup_uv, report

    def run(self) -> str:
        self._environment(self._doc.root)
        for _, _, job in pairs(get(self._doc.root, "jobs")):
            self._blocking(job)
            self._environment(job)
            steps = items(get(job, "steps"))
            scripts = [self._lines(run) for step in steps if (run := get(step, "run")) is not None]
            uv = any(script.installs_project(lines) for lines in scripts) or any(
                "uv sync" in "\n".join(s) for s in scripts
            )
            for step in steps:
                self._blocking(step)
                self._environment(step)
                self._setup(step, uv)
                self._script(step, uv)
        result = self._doc.result()
        for number, line in enumerate(result.splitlines(), 1):
            if line.lstrip().startswith("#") and (_SERIAL.search(line) or _STALE.search(line)):
                self._tell(
                    Level.REFERENCE,
                    number,
                    line.strip(),
                    "a comment that may speak of the old state; counted in the new file",
                )
        return result

    def _tell(self, level: Level, line: int, text: str, reason: str) -> None:
        self._report.add(level, text, reason, Location(self._name, line))

    def _blocking(self, node: yaml.Node) -> None:
        for key, key_node, value in pairs(node):
            if key != "continue-on-error":
                continue
            line, text = key_node.start_mark.line + 1, f"continue-on-error: {scalar(value)}"
            if "${{" in scalar(value):
                self._tell(
                    Level.NOT_CARRIED, line, text, "left: an expression decides, such as for an experimental version"
                )
                continue
            assert isinstance(node, yaml.MappingNode)
            self._doc.delete_pair(node, key_node, value)
            self._comment(key_node, _STALE)
            self._tell(Level.NOTE, line, text, "removed: a failure blocks")

    def _comment(self, node: yaml.Node, stale: re.Pattern[str]) -> None:
        """The comment directly above a place that has changed goes when it explains what is no longer so."""
        start, end, said = self._doc.comments_above(node.start_mark.index)
        if said and stale.search(said):
            self._doc.replace(start, end, "")
            line = self._doc.text.count("\n", 0, start) + 1
            self._tell(Level.NOTE, line, " ".join(said.split()), "a comment on what has gone; removed")

    def _environment(self, node: yaml.Node) -> None:
        """PYTEST_ADDOPTS can turn the workers off for every command."""
        for key, _, value in pairs(get(node, "env")):
            if key == "PYTEST_ADDOPTS" and _SERIAL.search(scalar(value)):
                new = script.parallel(" " + self._doc.raw(value)).strip()
                new = re.sub(r"(?<=[\"'])-n[ =]?0[ ]?", "", new)
                self._doc.replace(value.start_mark.index, value.end_mark.index, new)
                self._tell(Level.NOTE, value.start_mark.line + 1, scalar(value), "tests run in parallel")

    def _setup(self, step: yaml.Node, uv: bool) -> None:
        uses = get(step, "uses")
        if not scalar(uses).startswith("actions/setup-python@") or uses is None:
            return
        line, settings = uses.start_mark.line + 1, get(step, "with")
        odd = [key for key, _, value in pairs(settings) if key not in (*_DROPPED, *_CARRIED) or not isinstance(value, yaml.ScalarNode)
               or "\n" in scalar(value) or (key == "cache" and scalar(value) != "pip")]  # fmt: skip
        used = scalar(get(step, "id")) and f"steps.{scalar(get(step, 'id'))}." in self._doc.text
        if not uv or odd or used:
            why = (
                f"its setting {odd[0]} has no counterpart"
                if odd
                else "its outputs are used"
                if used
                else "the job installs nothing of the project"
            )
            self._tell(Level.NOT_CARRIED, line, scalar(uses), f"left: {why}")
            return
        self._doc.replace(uses.start_mark.index, uses.end_mark.index, f"astral-sh/setup-uv@{self._setup_uv}")
        self._tell(Level.NOTE, line, scalar(uses), "uv installs, and finds, the Python that is named")
        self._settings(step, settings)
        name = get(step, "name")
        if name is not None and re.search(r"(?i)set ?up python", scalar(name)):
            new = re.sub(r"(?i)(set ?up )(python)", r"\1uv and \2", self._doc.raw(name))
            self._doc.replace(name.start_mark.index, name.end_mark.index, new)

    def _settings(self, step: yaml.Node, settings: yaml.Node | None) -> None:
        if not isinstance(settings, yaml.MappingNode):
            return
        kept = [key for key, _, _ in pairs(settings) if key in (*_CARRIED, "cache")]
        for key, key_node, value in pairs(settings):
            if key == "cache":
                self._doc.replace(key_node.start_mark.index, value.end_mark.index, "enable-cache: true")
            elif key in _DROPPED and kept:
                self._doc.delete_pair(settings, key_node, value)
        if not kept:
            assert isinstance(step, yaml.MappingNode)
            key_node = next(k for name, k, _ in pairs(step) if name == "with")
            self._doc.delete_pair(step, key_node, settings.value[-1][1])

    def _lines(self, run: yaml.Node) -> list[str]:
        """The script as it is written, without a block's header or a string's quotes."""
        raw = self._doc.raw(run)
        return raw.split("\n")[1:] if raw[:1] in "|>" else [raw.strip("\"'")]

    def _script(self, step: yaml.Node, uv: bool) -> None:
        run = get(step, "run")
        if not isinstance(run, yaml.ScalarNode):
            return
        raw, first = self._doc.raw(run), run.start_mark.line + 1
        is_block = raw[:1] in ("|", ">")
        lines = self._lines(run)
        if raw[:1] == ">":  # one command over several lines: only its beginning starts something
            head = next((i for i, line in enumerate(lines) if line.strip()), 0)
            done = script.edit(lines[head : head + 1], environment=uv)
            done.lines = [*lines[:head], *done.lines, *script.parallel_lines(lines[head + 1 :])]
        else:
            done = script.edit(lines, environment=uv)
        for number, reason in done.undecided:
            self._tell(
                Level.NOT_CARRIED, first + number + is_block, reason.split(": ")[0], f"left: {reason.split(': ')[1]}"
            )
        if done.lines == lines:
            return
        for number, was in done.done:
            self._tell(Level.NOTE, first + number + is_block, was, "runs in uv's environment, in parallel")
        self._put(step, run, raw, done.lines, is_block)
        self._comment(step, _SERIAL)

    def _put(self, step: yaml.Node, run: yaml.Node, raw: str, lines: list[str], is_block: bool) -> None:
        start, end = run.start_mark.index, run.end_mark.index
        full = [line for line in lines if line.strip()]
        if not full:
            self._tell(
                Level.DECISION,
                run.start_mark.line + 1,
                raw.strip(),
                "nothing is left to do in this step; `true` keeps its place",
            )
            self._doc.replace(start, end, "|\n" + lines[0] if is_block and lines else "true")
        elif not is_block:
            quote = raw[0] if raw[:1] in "\"'" else ""
            self._doc.replace(start, end, f"{quote}{lines[0]}{quote}")
        elif len(full) == 1 and full[0].strip() in (script.SYNC, script.SYNC_RUNTIME):
            tail = raw[len(raw.rstrip()) :]
            self._doc.replace(start, end, full[0].strip() + tail)
        else:
            self._doc.replace(start, end, "\n".join([raw.split("\n")[0], *lines]))
