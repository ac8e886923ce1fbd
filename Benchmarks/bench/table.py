"""Cases as a table of text: ratios first, then the figures. Returns text, writes nothing."""

from collections.abc import Callable

from .figures import QUANTITIES, Case, Spread, ratio, spread

HEADS = {"cpu": "CPU", "wall": "wall", "memory": "memory", "syscalls": "syscalls"}


def render(cases: list[Case]) -> str:
    """One block a section. `CPU ×` and the like are taskgraph's cost as a multiple of that line's tool's."""
    blocks = []
    for section in dict.fromkeys(case.section for case in cases):
        blocks.append(block(section, [case for case in cases if case.section == section]))
    return "\n\n".join(blocks)


def block(section: str, cases: list[Case]) -> str:
    shown = [quantity for quantity in QUANTITIES if any(spread(c, t, quantity) for c in cases for t in c.samples)]
    head = [section, "", *(f"{HEADS[q]} ×" for q in shown), *(HEADS[q] for q in shown), ""]
    rows = [head]
    for case in cases:
        title = case.name
        for tool in case.samples:
            rows.append([title, tool, *figures(case, tool, shown), case.notes.get(tool, "")])
            title = ""
    return align(rows)


def figures(case: Case, tool: str, shown: list[str]) -> list[str]:
    ratios = [show_ratio(ratio(case, tool, q) if tool != "taskgraph" else None) for q in shown]
    return ratios + [show(spread(case, tool, q), q) for q in shown]


def show_ratio(value: Spread | None) -> str:
    return with_range(value, "", ratio_digits) if value else ""


def show(value: Spread | None, quantity: str) -> str:
    """One unit for the median and its range: that of the median."""
    if not value:
        return ""
    if quantity == "syscalls":
        return with_range(value, "", lambda number: f"{number:,.0f}")
    if quantity == "memory":
        return with_range(value.scaled(1e-6), " MB", lambda number: f"{number:.1f}")
    if value.median < 1:
        return with_range(value.scaled(1e3), " ms", milliseconds)
    return with_range(value, " s", lambda number: f"{number:.2f}")


def with_range(value: Spread, unit: str, form: Callable[[float], str]) -> str:
    if value.low == value.high:
        return form(value.median) + unit
    return f"{form(value.median)} ({form(value.low)}–{form(value.high)}){unit}"


def ratio_digits(value: float) -> str:
    # What costs a thousandth is not nothing.
    if value < 0.095:
        return f"{value:.2g}"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def milliseconds(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def align(rows: list[list[str]]) -> str:
    """Columns as wide as their widest cell, the last as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)
