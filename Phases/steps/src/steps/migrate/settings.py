"""pip's options in requirement files as `[tool.uv]` settings: indexes, links, binaries. Pure; writes nothing."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from steps.core.findings import Finding, Level
from steps.requirements.closure import Closure
from steps.requirements.model import Option, OptionKind


@dataclass
class Settings:
    """`values` are keys of `[tool.uv]`; `indexes` are `[[tool.uv.index]]` tables in order."""

    values: dict[str, object] = field(default_factory=dict)
    indexes: list[dict[str, object]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def settings(closure: Closure, exists: Callable[[str], bool]) -> Settings:
    """`exists` says whether a path relative to the tree is there, on which pip's reading of `--find-links` depends."""
    result = Settings()
    for file in (*closure.files.values(), *closure.constraints.values()):
        for option in file.options:
            _read(option, exists, result)
    return result


def _read(option: Option, exists: Callable[[str], bool], into: Settings) -> None:
    match option.kind:
        case OptionKind.INDEX:
            _index(option, into, default=True)
        case OptionKind.EXTRA_INDEX:
            _index(option, into, default=False)
        case OptionKind.FIND_LINKS:
            _add(into, "find-links", _link(option, exists))
        case OptionKind.NO_INDEX:
            into.values["no-index"] = True
        case OptionKind.PRE:
            into.values["prerelease"] = "allow"
        case OptionKind.NO_BINARY:
            _binary(option, into, every="no-binary", some="no-binary-package")
        case OptionKind.ONLY_BINARY:
            _binary(option, into, every="no-build", some="no-build-package")
        case OptionKind.TRUSTED_HOST:
            _add(into, "allow-insecure-host", option.value)


def _index(option: Option, into: Settings, *, default: bool) -> None:
    url = _without_credentials(option, into)
    if "${" in url:
        into.findings.append(
            Finding(
                Level.NOT_CARRIED,
                f"--{option.kind} {option.value}",
                "pyproject.toml holds no environment variables; set UV_INDEX",
                option.location,
            )
        )
        return
    if any(index["url"] == url for index in into.indexes):
        return
    earlier = next((index for index in into.indexes if index.get("default")), None)
    if default and earlier is not None:
        into.findings.append(
            Finding(
                Level.NOT_CARRIED,
                f"--index-url {url}",
                f"{earlier['url']} is the default index already",
                option.location,
            )
        )
        return
    taken = {index["name"] for index in into.indexes}
    into.indexes.append({"name": _index_name(url, taken), "url": url, **({"default": True} if default else {})})
    if not default:
        into.findings.append(Finding(
            Level.DECISION, f"--extra-index-url {url}",
            "uv takes a package from the first index that has it; pip took the best version of all", option.location,
        ))  # fmt: skip


def _without_credentials(option: Option, into: Settings) -> str:
    parts = urlsplit(option.value)
    if "@" not in parts.netloc:
        return option.value
    url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    variable = _index_name(url, set()).upper().replace("-", "_")
    into.findings.append(Finding(
        Level.NOT_CARRIED, f"--{option.kind} {url}",
        f"credentials are not written to pyproject.toml: set UV_INDEX_{variable}_USERNAME and UV_INDEX_{variable}_PASSWORD", option.location,
    ))  # fmt: skip
    return url


def _index_name(url: str, taken: set[object]) -> str:
    parts = urlsplit(url)
    base = re.sub(r"[^a-z0-9]+", "-", (parts.hostname or posixpath.basename(parts.path) or "index").lower()).strip("-")
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _link(option: Option, exists: Callable[[str], bool]) -> str:
    """pip takes a relative place from beside the requirement file if it is there, else from where it runs."""
    if "://" in option.value or option.value.startswith("/"):
        return option.value
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(option.location.file), option.value))
    return beside if exists(beside) else posixpath.normpath(option.value)


def _binary(option: Option, into: Settings, *, every: str, some: str) -> None:
    for name in option.value.split(","):
        if name == ":all:":
            into.values[every] = True
        elif name == ":none:":
            into.values.pop(every, None)
            into.values.pop(some, None)
        elif name:
            _add(into, some, name)


def _add(into: Settings, key: str, value: str) -> None:
    values = into.values.setdefault(key, [])
    assert isinstance(values, list)
    if value not in values:
        values.append(value)
