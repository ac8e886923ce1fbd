"""Names in Python for what is called something in a user interface. Knows no browser."""

import keyword
import re
from collections.abc import Iterable


def snake(text: str) -> str:
    """`Delete rule "A"` is `delete_rule_a`; never empty, never a keyword."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:60].strip("_") or "unnamed"
    return f"{name}_" if keyword.iskeyword(name) else f"n{name}" if name[0].isdigit() else name


def camel(text: str) -> str:
    return "".join(part.capitalize() for part in snake(text).split("_"))


def unique(names: Iterable[str]) -> list[str]:
    """The names in their order; one that was there already gets a number."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result
