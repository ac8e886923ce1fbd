"""The faults that are put into a web UI, one at a time, to see whether its tests notice. Knows no UI and no test.

An operator finds every place in a source text where its fault fits, and says what stands there instead. The places are
found by form alone: no place is left out because it would be hard to notice.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from steps.uifaults.scan import arrow_end, block_end, code_only

Edit = tuple[int, int, str]  # from offset, to offset, text instead


@dataclass(frozen=True)
class Operator:
    """One kind of fault. `suffixes` are the files it applies to."""

    name: str
    says: str
    suffixes: tuple[str, ...]
    find: Callable[[str], Iterator[Edit]]


_EVENTS = "click|dblclick|change|input|submit|reset|keydown|keyup|focus|blur|popstate|open|message|close|error|abort|scroll|toggle"


def _substitute(pattern: str, group: int | str, instead: Callable[[str], str], flags: int = 0) -> Callable[[str], Iterator[Edit]]:  # fmt: skip
    """Edits the group of every match; the pattern is looked for outside comments."""
    compiled = re.compile(pattern, flags)

    def find(text: str) -> Iterator[Edit]:
        for match in compiled.finditer(code_only(text)):
            yield match.start(group), match.end(group), instead(text[match.start(group) : match.end(group)])

    return find


def _listener_arguments(text: str) -> Iterator[Edit]:
    """`name("…", () => …)` and `{click: () => …}`: every function that is handed over, emptied."""
    for match in re.finditer(
        r"(?<=[(,:]) ?((?:async )?(?:\(\w*\)|\(\{[^{}()]*\}\)|\(\w+, \w+\)|\w+) => )", code_only(text)
    ):
        yield match.end(), arrow_end(text, match.end()), "{}"


def _catch_blocks(text: str) -> Iterator[Edit]:
    for match in re.finditer(r"\bcatch\s*(?:\(\w*\)\s*)?\{", code_only(text)):
        yield match.end(), block_end(text, match.end() - 1), ""


def _overflow(text: str) -> Iterator[Edit]:
    """Every rule of a class or an element that is not of a state: wider than any phone."""
    for match in re.finditer(r"(?m)^\s*([.\w][^{}:@]*)\{", code_only(text)):
        yield match.end(), match.end(), " min-width: 1200px; "


OPERATORS: tuple[Operator, ...] = (
    Operator("drop-listener", "an event listener is never called", (".js", ".mjs"),
             _substitute(rf"addEventListener\(\s*[\"'](?P<event>{_EVENTS})[\"']", "event", lambda was: f"no-{was}")),
    Operator("drop-handler", "a handler given as a property is never called", (".js", ".mjs"),
             _substitute(rf"[{{,]\s*(?P<event>{_EVENTS}): (?:async )?[\w(]", "event", lambda was: f"no_{was}")),
    Operator("empty-function", "a function that is handed over does nothing", (".js", ".mjs"), _listener_arguments),
    Operator("break-link", "a link leads nowhere", (".html", ".js", ".mjs"),
             _substitute(r"<a\b[^>]*\bhref=\"(?P<to>[/#][^\"]*)\"|h\(\"a\", \{[^}]*\bhref: \"(?P<js>[^\"]*)\"", 0,
                         lambda was: re.sub(r"(href(?:=|: )\")[^\"]*", r"\1/nowhere", was))),
    Operator("swallow-error", "an error is caught and forgotten", (".js", ".mjs"), _catch_blocks),
    Operator("no-throw", "what should fail goes on", (".js", ".mjs"), _substitute(r"\bthrow [^;]*;", 0, lambda was: ";")),
    Operator("remove-label", "a control or a part loses its accessible name", (".html", ".js", ".mjs"),
             _substitute(r"aria-label(?:ledby)?(?=[\"']?[=:])", 0, lambda was: "data-no-label")),
    Operator("no-label-element", "a label does not belong to its control", (".html", ".js", ".mjs"),
             _substitute(r"<label\b|h\(\"label\"|createElement\(\"label\"", 0, lambda was: was.replace("label", "span"))),
    Operator("drop-state", "an attribute that tells a state is never set", (".js", ".mjs"),
             _substitute(r"(?:set|toggle|remove)Attribute\(\s*[\"'](?P<name>[\w-]+)[\"']", "name", lambda was: f"data-no-{was}")),
    Operator("drop-property", "a control may be used when it should not, or the other way round", (".js", ".mjs"),
             _substitute(r"[{,]\s*(?P<name>disabled|required|checked|min|max|step|value|hidden|pattern): ", "name",
                         lambda was: f"no_{was}")),
    Operator("overflow", "a container is wider than a phone", (".css",), _overflow),
    Operator("hide", "a container is not shown", (".css",),
             lambda text: ((at, to, " display: none !important; ") for at, to, _ in _overflow(text))),
    Operator("kill-socket", "the WebSocket is opened where nobody listens", (".js", ".mjs"),
             _substitute(r"new WebSocket\((?P<url>[^;]*)\);", "url", lambda was: '"ws://127.0.0.1:9/"')),
    Operator("no-timer", "what should happen later never does", (".js", ".mjs"),
             _substitute(r"\bset(?:Timeout|Interval)\(", 0, lambda was: "void (")),
    Operator("wrong-address", "a request goes elsewhere", (".js", ".mjs"),
             _substitute(r"\.(?:get|post|put|patch|delete)\([\"'`](?P<path>/[^\"'`$?]*)", "path", lambda was: "/nowhere/")),
    Operator("wrong-method", "a request changes nothing", (".js", ".mjs"),
             _substitute(r"\bapi\.(?P<method>post|put|patch|delete)\(", "method", lambda was: "get")),
    Operator("never", "what a condition guards never happens", (".js", ".mjs"),
             _substitute(r"\bif \((?=[^\n]*\))", 0, lambda was: was + "false && ")),
    Operator("always", "what a condition guards always happens", (".js", ".mjs"),
             _substitute(r"\bif \((?=[^\n]*\))", 0, lambda was: was + "true || ")),
)  # fmt: skip
