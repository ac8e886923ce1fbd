"""A Markdown document, block by block: what does not hold goes, commands become uv's, what is empty then goes too. Pure."""

import re
from dataclasses import dataclass

from steps.documents import commands, sentences, stale
from steps.documents.facts import Facts
from steps.documents.sentences import Told

_HEADING = re.compile(r"^(#+) +(.*)")
_ITEM = re.compile(r"^(\s*)([-*+]|\d+[.)])( +)(?=\S)")
_FENCE = re.compile(r"^\s*(```|~~~)(\w*)")
_SPAN = re.compile(r"`([^`\n]+)`")
_SHELL = frozenset({"", "sh", "bash", "shell", "console", "zsh"})
_REMARK = re.compile(r"^(?P<command>.*\S)(?P<gap>\s+# +)(?P<remark>\S.*)$")


@dataclass
class _Block:
    kind: str  # heading, fence, table, item, text, blank
    line: int  # of its first line, from 1
    lines: list[str]


def edited(text: str, told: Told) -> str:
    """The document as it is true now; the text itself when all of it holds."""
    blocks = _blocks(text.split("\n"))
    width = max([len(line) for b in blocks if b.kind in ("text", "item") for line in b.lines], default=80)
    result: list[_Block] = []
    heading, changed = "", False
    for block in blocks:
        if block.kind == "heading":
            heading = block.lines[0]
        new = _edited(block, heading, min(max(width, 72), 120), told)
        changed = changed or new != block.lines
        result.append(_Block(block.kind if new else "gone", block.line, new))
    return "\n".join(line for block in _tidied(result) for line in block.lines) if changed else text


def _blocks(lines: list[str]) -> list[_Block]:
    blocks: list[_Block] = []
    fence: str | None = None
    for number, line in enumerate(lines, start=1):
        last = blocks[-1] if blocks else None
        if fence is not None and last is not None:
            last.lines.append(line)
            fence = None if line.strip().startswith(fence) else fence
        elif match := _FENCE.match(line):
            fence = match[1]
            blocks.append(_Block("fence", number, [line]))
        elif not line.strip():
            blocks.append(_Block("blank", number, [line]))
        elif _HEADING.match(line):
            blocks.append(_Block("heading", number, [line]))
        elif _ITEM.match(line):
            blocks.append(_Block("item", number, [line]))
        elif line.lstrip().startswith("|"):
            if last is not None and last.kind == "table":
                last.lines.append(line)
            else:
                blocks.append(_Block("table", number, [line]))
        elif last is not None and last.kind in ("text", "item"):
            last.lines.append(line)
        else:
            blocks.append(_Block("text", number, [line]))
    return blocks


def _edited(block: _Block, heading: str, width: int, told: Told) -> list[str]:
    match block.kind:
        case "text":
            return _prose(block, "", heading, width, told, one_thought=False)
        case "item":
            marker = _ITEM.match(block.lines[0])
            assert marker is not None
            return _prose(block, marker[0], heading, width, told, one_thought=True)
        case "table":
            return _table(block, heading, width, told)
        case "fence":
            return _fence(block, heading, told)
    return block.lines


def _prose(block: _Block, first: str, heading: str, width: int, told: Told, *, one_thought: bool) -> list[str]:
    text = " ".join([block.lines[0][len(first) :].strip(), *(line.strip() for line in block.lines[1:])])
    new = sentences.judged(
        stale.corrected(_spans(text, told.facts), told.facts), heading, block.line, told, one_thought=one_thought
    )
    return sentences.rewritten(block.lines, text, new, width, first, " " * len(first))


def _spans(text: str, facts: Facts) -> str:
    """Commands in backticks."""

    def command(match: re.Match[str]) -> str:
        return f"`{commands.translated(match[1], facts) or match[1]}`" if " " in match[1] else match[0]

    return _SPAN.sub(command, text)


def _table(block: _Block, heading: str, width: int, told: Told) -> list[str]:
    about = f"{heading} {block.lines[0]}"
    kept, lost = block.lines[:2], None
    for number, row in enumerate(block.lines[2:], start=block.line + 2):
        new = stale.corrected(_spans(row, told.facts), told.facts)
        if verdict := stale.why(new, about, told.facts):
            told.removed.append((number, row.strip("| "), verdict.reason))
            lost = lost or verdict
        else:
            kept.append(new)
    if len(kept) > 2 or lost is None:
        return kept
    truth = told.truth(lost.topic)
    return sentences.wrapped(truth, width) if truth else []


def _fence(block: _Block, heading: str, told: Told) -> list[str]:
    opened = _FENCE.match(block.lines[0])
    if opened is None or opened[2] not in _SHELL or len(block.lines) < 2:
        return block.lines
    body = []
    for number, line in enumerate(block.lines[1:-1], start=block.line + 1):
        if match := _REMARK.match(line):
            remark = sentences.clauses(
                stale.corrected(match["remark"], told.facts), f"{heading} {match['command']}", number, told
            )
            line = match["command"] + (match["gap"] + remark if remark else "")
        body.append(line)
    body = commands.block(body, told.facts)
    return [block.lines[0], *body, block.lines[-1]] if body else []


def _tidied(blocks: list[_Block]) -> list[_Block]:
    """Without headings and introductions whose contents are gone, without doubled blank lines, lists counted anew."""
    # From the end: what introduces something looks at what is left of it.
    kept: list[_Block] = []
    lost = False  # whether something is gone between here and the next block that is left
    for block in reversed(blocks):
        following = next((b for b in reversed(kept) if b.kind != "blank"), None)
        if block.kind == "gone":
            lost = True
            continue
        if block.kind == "heading" and lost and _is_empty(block, following):
            continue
        introduces = block.kind == "text" and block.lines[-1].rstrip().endswith(":")
        # What it introduced is gone, unless more of the same list is left.
        if introduces and lost and (following is None or following.kind != "item"):
            continue
        lost = lost and block.kind == "blank"
        kept.append(block)
    kept.reverse()
    result: list[_Block] = []
    for block in kept:
        if block.kind == "blank" and (not result or result[-1].kind == "blank"):
            continue
        result.append(block)
    return _counted(result)


def _is_empty(heading: _Block, following: _Block | None) -> bool:
    if following is None:
        return True
    if following.kind != "heading":
        return False
    own, other = _HEADING.match(heading.lines[0]), _HEADING.match(following.lines[0])
    return own is not None and other is not None and len(other[1]) <= len(own[1])


def _counted(blocks: list[_Block]) -> list[_Block]:
    count: dict[int, int] = {}
    for block in blocks:
        marker = _ITEM.match(block.lines[0]) if block.kind == "item" else None
        if marker is None:
            if block.kind in ("heading", "text", "table"):
                count.clear()
            continue
        depth = len(marker[1])
        if marker[2][:-1].isdigit():
            count[depth] = count[depth] + 1 if depth in count else int(marker[2][:-1])
            block.lines[0] = f"{marker[1]}{count[depth]}{marker[2][-1]}{marker[3]}" + block.lines[0][len(marker[0]) :]
    return blocks
