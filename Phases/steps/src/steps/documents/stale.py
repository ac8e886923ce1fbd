"""Which sentence does not hold any more, and why; which words are put right; and what is true instead. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from steps.documents.facts import Facts


class Topic(Enum):
    """What a stale sentence was about. Its text is told once in each document, where the first such sentence stood."""

    DEPENDENCIES = (
        "Dependencies are declared in `pyproject.toml`, and `uv.lock` has the exact version of each: `uv sync --dev --locked` "
        "makes `.venv` from it, `uv add NAME` adds one, `uv add --dev NAME` a tool."
    )
    PARALLEL = "Tests run in parallel: pytest's options are in `pyproject.toml`, with `-n auto --dist=worksteal`."
    PRIVATE = (
        "Each module of the integration tests leases a PostgreSQL and a Redis of its own, so that no test waits for another "
        "or sees its rows."
    )
    BLOCKING = "In CI every failing test stops the merge."
    SLEEP = ""
    COUNT = ""
    NAME = ""


@dataclass(frozen=True)
class Stale:
    """Why a sentence goes."""

    topic: Topic
    reason: str


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    holds: Callable[[Facts], bool]
    topic: Topic
    reason: str
    # What the sentence, its paragraph or the heading above must speak of for the rule to be meant.
    about: re.Pattern[str] = re.compile("")


_TESTS = re.compile(r"(?i)\btests?\b|pytest|\bsuite\b|\bCI\b")
_IN_PARALLEL = r"(?:in parallel|\bxdist\b|-n[ =]?(?:[1-9]\d*|auto)\b)"
_UNRELIABLE = r"(?:\bfail|\bflak|\brac(?:e|es|ing|y)\b|\bred\b|disturb|each other's way|deadlock)"
# How a user gets some package (`pip install NAME`, "using pip") is not what uv changed.
_PIP = re.compile(
    r"(?<!uv )(?<!using )(?<!using `)(?<!with )(?<!with `)(?<!via )(?<!via `)\bpip\b(?! install (?!-r)[\w.\[-])"
    r"|\bvirtualenv\b|-m venv\b"
)
_RULES = [
    _Rule(re.compile(r"(?i)\bno lock ?-?file\b"), lambda f: f.locked, Topic.DEPENDENCIES, "there is a lock file"),
    _Rule(_PIP, lambda f: f.locked, Topic.DEPENDENCIES, "uv installs now"),
    _Rule(re.compile(r"(?i)pyproject\.toml`?[^.;]*\bonly\b|\bonly\b[^.;]*\bconfigured here\b"), lambda f: f.locked, Topic.DEPENDENCIES,
          "pyproject.toml has the dependencies and pytest's options too"),
    _Rule(re.compile(r"(?<![\w-])-n[ =]?0\b|loadgroup|xdist_group"), lambda f: f.parallel, Topic.PARALLEL, "tests run with worksteal now"),
    _Rule(re.compile(r"(?i)\bone after the other\b|\bserial(?:ly)?\b|\bone at a time\b"), lambda f: f.parallel, Topic.PARALLEL,
          "tests run in parallel now", _TESTS),
    _Rule(re.compile(rf"(?is){_IN_PARALLEL}.*{_UNRELIABLE}|{_UNRELIABLE}.*{_IN_PARALLEL}"), lambda f: f.parallel and f.private, Topic.PARALLEL,
          "tests in parallel do not disturb each other any more"),
    _Rule(re.compile(r"(?i)\bfails? (?:too|more) often\b|\bflaky\b"), lambda f: f.parallel and f.private, Topic.PARALLEL,
          "the tests do not race any more", _TESTS),
    _Rule(re.compile(r"(?i)advisory[ _]|\b(?:the|these|those|its) locks?\b(?! ?file)|\bunder the same lock\b"), lambda f: f.private, Topic.PRIVATE,
          "no test takes a lock", _TESTS),
    _Rule(re.compile(r"(?i)\b(?:one|same|share[sd]?|sharing)(?: one| a| the)? (?:PostgreSQL|Redis|database)\b"), lambda f: f.private, Topic.PRIVATE,
          "each module has services of its own", _TESTS),
    _Rule(re.compile(r"\btime\.sleep\b|\bwait_for_timeout\b"), lambda f: f.private, Topic.SLEEP, "tests wait for conditions"),
    _Rule(re.compile(r"continue-on-error"), lambda f: f.blocking, Topic.BLOCKING, "no workflow tolerates a failure"),
    _Rule(re.compile(r"(?i)\bonly\b.*\bha(?:ve|s) any\b|\bha(?:ve|s) no tests?\b|\bnot in\s+CI yet\b|\d+ of (?:its|the) \d+ (?:pages|routes)"),
          lambda f: f.more_tests, Topic.COUNT, "there are more tests now", _TESTS),
]  # fmt: skip
_PHRASES = [
    (re.compile(r"\bpip and venv\b|\bvenv and pip\b"), "uv", lambda f: f.locked),
    (re.compile(r"\bwith pip\b(?=.*`uv )"), "with uv", lambda f: f.locked),
    (re.compile(r"\b(?:the|a|one) shared (?=PostgreSQL|Redis|database)"), "a private ", lambda f: f.private),
    (
        re.compile(r"\b(tests?\b[^.:;]*,) (?:serially|one after the other)(?=$|[,.;:])"),
        r"\1 in parallel",
        lambda f: f.parallel,
    ),
    (re.compile(r"^everything, serially(?=$|[,.;:])"), "everything, in parallel", lambda f: f.parallel),
]


def corrected(text: str, facts: Facts) -> str:
    """The text with phrases that have a counterpart put right."""
    for pattern, new, holds in _PHRASES:
        if holds(facts):
            text = pattern.sub(new, text)
    return text


def why(sentence: str, about: str, facts: Facts) -> Stale | None:
    """Why the sentence does not hold; None when nothing speaks against it. `about`: its paragraph and the heading above."""
    for name in gone_files(sentence, facts):
        topic = Topic.PARALLEL if "pytest" in name or name.endswith(("tox.ini", "setup.cfg")) else Topic.DEPENDENCIES
        return Stale(topic, f"{name} is gone")
    for rule in _RULES:
        if rule.holds(facts) and rule.pattern.search(sentence) and rule.about.search(f"{about} {sentence}"):
            return Stale(rule.topic, rule.reason)
    for name in re.findall(r"`@?(\w+)(?:\(\))?`", sentence):
        if name in facts.gone_names:
            return Stale(Topic.NAME, f"{name} is gone")
    return None


def gone_files(text: str, facts: Facts) -> list[str]:
    """The gone files that a text names, by path or by name alone, or by a pattern such as `requirements*.txt`."""
    found = []
    for path in sorted(facts.gone_files, key=len, reverse=True):
        name = path.rsplit("/")[-1]
        stem = re.split(r"[-_.]", name)[0]
        if re.search(
            rf"(?<![\w.-])(?:{re.escape(path)}|{re.escape(name)}|{re.escape(stem)}[-\w]*\*[-\w*]*\.(?:txt|in))(?![\w-])",
            text,
        ):
            found.append(path)
    return found
