"""Prose as sentences: split, judged, put together again within a width. Pure; knows no file format."""

import re
import textwrap
from dataclasses import dataclass, field

from steps.documents import stale
from steps.documents.facts import Facts
from steps.documents.stale import Stale, Topic

_END = re.compile(r"(?<=[.!?])(\*\*)?\s+(?=[A-Z`*\"“(\[])")
_SPAN = re.compile(r"`[^`]*`")
# What a sentence begins with that leans on the one before.
_LEANS = re.compile(r"^(?:It|They|This|That|These|Those|Then|So|Use it|Rerun|A red one|What you will see)\b")


@dataclass
class Told:
    """What was taken out of one document, and which topics were told anew there."""

    facts: Facts
    topics: set[Topic] = field(default_factory=set)
    removed: list[tuple[int, str, str]] = field(default_factory=list)  # line, sentence, reason

    def truth(self, topic: Topic) -> str:
        """What is true instead, the first time that the topic comes up; else nothing."""
        if topic in self.topics:
            return ""
        self.topics.add(topic)
        return topic.value


def split(text: str) -> list[str]:
    """The sentences of one paragraph. What stands in backticks is never split."""
    masked = _SPAN.sub(lambda match: "`" + "x" * (len(match[0]) - 2) + "`", text)
    result, start = [], 0
    for match in _END.finditer(masked):
        result.append(text[start : match.start()] + (match[1] or ""))
        start = match.end()
    return [*result, text[start:]]


def judged(text: str, about: str, line: int, told: Told, *, one_thought: bool, tells: bool = True) -> str:
    """The paragraph without what does not hold; what is true stands where the first such sentence stood.

    `one_thought`: it goes as a whole when its first sentence does, as an item of a list. Else it goes as a whole when most of
    it does. `tells`: what is true may be put into it.
    """
    sentences = split(text)
    verdicts = _verdicts(sentences, f"{about} {text}", told.facts)
    stale_ones = [verdict for verdict in verdicts if verdict is not None]
    if not stale_ones:
        return text
    if (one_thought and verdicts[0] is not None) or 2 * len(stale_ones) > len(sentences):
        verdicts = [verdict or stale_ones[0] for verdict in verdicts]
    kept: list[str] = []
    for sentence, verdict in zip(sentences, verdicts, strict=True):
        if verdict is None:
            kept.append(sentence)
            continue
        told.removed.append((line, sentence, verdict.reason))
        if tells and (truth := told.truth(verdict.topic)):
            kept.append(truth)
    return " ".join(kept)


def _verdicts(sentences: list[str], about: str, facts: Facts) -> list[Stale | None]:
    verdicts: list[Stale | None] = []
    for sentence in sentences:
        verdict = stale.why(sentence, about, facts)
        if verdict is None and verdicts and verdicts[-1] is not None and _LEANS.match(sentence):
            verdict = verdicts[-1]
        verdicts.append(verdict)
    return verdicts


def clauses(text: str, about: str, line: int, told: Told) -> str:
    """A remark at the end of a line: of its clauses, parted by `:` or `;`, those that hold."""
    parts = re.split(r"(?<=[:;]) ", text)
    kept = []
    for part in parts:
        # What a clause says stands beside the first, which says what it is about.
        sense = part if part is parts[0] else f"{parts[0]} {part}"
        if verdict := stale.why(sense, about, told.facts):
            told.removed.append((line, part, verdict.reason))
        else:
            kept.append(part)
    result = " ".join(kept)
    return result.rstrip(":;") if len(kept) < len(parts) else result


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """The text within the width, `first` before the first line and `rest` before the others; code is never broken."""
    masked = _SPAN.sub(lambda match: match[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(
        masked, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines]


def rewritten(lines: list[str], text: str, new: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """The lines as they are when nothing changed, else the new text wrapped; nothing for nothing."""
    if new == text:
        return lines
    return wrapped(new, width, first, rest) if new.strip() else []
