"""The values that a requirement file says. Knows neither how they are written nor what becomes of them."""

from dataclasses import dataclass, field
from enum import StrEnum

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from steps.core.findings import Finding, Location


@dataclass(frozen=True)
class Entry:
    """One thing to install: from an index, from a direct reference (`url`) or from the tree (`path`)."""

    location: Location
    name: str  # as written; empty while a path or URL has not been asked for its name
    extras: frozenset[str] = frozenset()
    specifier: SpecifierSet = field(default_factory=SpecifierSet)
    marker: Marker | None = None
    url: str | None = None
    path: str | None = None  # relative to the tree
    editable: bool = False
    hashes: tuple[str, ...] = ()  # "sha256:…"
    above: tuple[str, ...] = ()
    beside: str = ""

    @property
    def key(self) -> str:
        return canonicalize_name(self.name)

    @property
    def pin(self) -> str | None:
        """The exact version that the specifier admits, when it is of the form `==1.2.3`."""
        for part in self.specifier:
            if part.operator in ("==", "===") and not part.version.endswith(".*"):
                return part.version
        return None

    def text(self) -> str:
        """The entry as PEP 508 text; a path without its place."""
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        what = f"{self.name}{extras}"
        if self.url:
            what += f" @ {self.url}"
        elif self.specifier:
            what += ",".join(sorted((str(s) for s in self.specifier), key=_specifier_order))
        if self.marker:
            what += f" ; {_single_quoted(str(self.marker))}"
        return what


class OptionKind(StrEnum):
    INDEX = "index-url"
    EXTRA_INDEX = "extra-index-url"
    FIND_LINKS = "find-links"
    NO_INDEX = "no-index"
    PRE = "pre"
    NO_BINARY = "no-binary"
    ONLY_BINARY = "only-binary"
    TRUSTED_HOST = "trusted-host"


@dataclass(frozen=True)
class Option:
    location: Location
    kind: OptionKind
    value: str = ""


@dataclass(frozen=True)
class Include:
    location: Location
    path: str  # relative to the tree
    is_constraint: bool


@dataclass
class RequirementFile:
    """One file's content, in the order of its lines."""

    path: str
    entries: list[Entry] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    is_compiled: bool = False  # written by pip-compile or `uv pip compile`


def _single_quoted(marker: str) -> str:
    """A marker that can stand in a double-quoted TOML string without escapes."""
    return marker if "'" in marker else marker.replace('"', "'")


def _specifier_order(text: str) -> tuple[int, str]:
    """Lower bounds before upper bounds before exclusions, as people write them."""
    order = ("===", "==", "~=", ">=", ">", "<=", "<", "!=")
    for rank, operator in enumerate(order):
        if text.startswith(operator):
            return rank, text
    return len(order), text
