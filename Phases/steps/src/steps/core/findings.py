"""What a step has to tell beside its changes: located findings, as JSON, Markdown and lines. Knows no step."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


@dataclass(frozen=True, order=True)
class Location:
    """A line of a file of the tree. `file` is relative to the tree, with `/`; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Level(StrEnum):
    """How much a finding asks of its reader."""

    NOT_CARRIED = "not carried"  # the new state lacks something the old one said
    DISAGREEMENT = "disagreement"  # two things in the tree that cannot both hold
    DECISION = "decision"  # carried, but there was a choice
    REFERENCE = "reference"  # something elsewhere still speaks of the old state
    NOTE = "note"  # carried; worth knowing


@dataclass(frozen=True)
class Finding:
    level: Level
    text: str  # what it is about, as written in the file
    reason: str
    location: Location | None = None

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        return f"{where}{self.level}: {self.text}: {self.reason}"


@dataclass
class Report:
    """One step's report. `data` holds the figures; findings keep the order in which they were made."""

    step: str
    summary: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, level: Level, text: str, reason: str, location: Location | None = None) -> None:
        finding = Finding(level, text, reason, location)
        if finding not in self.findings:
            self.findings.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.add(finding.level, finding.text, finding.reason, finding.location)

    def of(self, level: Level) -> list[Finding]:
        return [finding for finding in self.findings if finding.level is level]

    def as_json(self) -> str:
        findings = [
            {
                "level": str(f.level),
                "file": f.location.file if f.location else None,
                "line": f.location.line if f.location else None,
                "text": f.text,
                "reason": f.reason,
            }
            for f in self.findings
        ]
        document = {"step": self.step, "summary": self.summary, **self.data, "findings": findings}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

    def as_markdown(self) -> str:
        lines = [f"# {self.step}", "", self.summary, ""]
        for level in Level:
            found = self.of(level)
            if not found:
                continue
            lines += [f"## {str(level).capitalize()} ({len(found)})", ""]
            for f in found:
                where = f"`{f.location}` " if f.location else ""
                lines.append(f"- {where}`{f.text}`: {f.reason}")
            lines.append("")
        return "\n".join(lines)

    def write(self, path: Path | None) -> None:
        """Writes `path` as JSON and, beside it, the same as Markdown. Nothing when there is no path."""
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.as_json(), encoding="utf-8")
        path.with_suffix(".md").write_text(self.as_markdown(), encoding="utf-8")

    def tell(self) -> None:
        """The summary on stdout; what was not carried, disagrees or was decided on stderr. References and notes are for the report."""
        for finding in self.findings:
            if finding.level in (Level.NOT_CARRIED, Level.DISAGREEMENT, Level.DECISION):
                print(finding, file=sys.stderr)
        print(self.summary, flush=True)
