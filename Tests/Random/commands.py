"""What the commands of `scripts.py` do, as functions on a disk in memory: the half of the model that computes contents."""

import hashlib

from declare import Settings
from nodes import Disk, Node
from scripts import forgets

FILE, EXECUTABLE, DIRECTORY = 0o644, 0o755, 0o755


def text_read(node: Node, settings: Settings, group: int | None, files: Disk) -> str:
    """What the command works on: its heading, and what it takes from each file."""
    task = node.task
    words = [node.name]
    words += [settings.passed if settings.passed is not None else "unset"] if task.passes else []
    words += ["args=" + settings.args] if task.uses_args else []
    words += [settings.var] if task.uses_var else []
    text = " ".join(words) + f" {'' if group is None else f'g{group}'}e{task.value}\n"
    for path in sorted(files):
        kind, content, *mode = files[path]
        if kind == "l":
            text += f"{path}@{content}\n"
        elif kind == "f" and task.function == "all":
            text += path + ("x" if mode[0] & 0o100 else "") + "\n" + content
        elif kind == "f" and task.function == "first":
            text += f"{path} {content.partition(chr(10))[0]}\n"
        elif kind == "f":
            text += path + "\n"
    return text


def summed(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest() + "  -\n"


def make(node: Node, text: str, disk: Disk) -> None:
    """Writes what the command makes."""
    where = f"o{node.task.stage}/{node.stem}"
    match node.task.form:
        case "file":
            _write(disk, where + ".t", summed(text))
        case "two":
            _write(disk, where + ".t", summed(text))
            _write(disk, where + ".s", "stamp " + summed(text))
            disk[where + ".s"] = (*disk[where + ".s"][:2], EXECUTABLE)
        case "directory":
            disk.setdefault(where, ("d", "", DIRECTORY))
            for line in text.splitlines():
                _write(disk, f"{where}/n{line[-1]}.t", line + "\n")
            disk[where + "/link"] = ("l", "z.t")
        case "glob":
            for line in text.splitlines():
                disk[f"{where}-n{line[-1]}.t"] = ("f", line + "\n", EXECUTABLE)


def spoil(node: Node, disk: Disk) -> None:
    """What a failing attempt leaves behind."""
    where = f"o{node.task.stage}/{node.stem}"
    match node.task.form:
        case "file" | "two":
            _write(disk, where + ".t", "garbage\n")
        case "directory":
            disk.setdefault(where, ("d", "", DIRECTORY))
            _write(disk, where + "/g.t", "garbage\n")
        case "glob":
            _write(disk, where + "-g.t", "garbage\n")


def _write(disk: Disk, path: str, content: str) -> None:
    """As `>` does it: a file that is there keeps its mode."""
    mode = disk[path][2] if disk.get(path, ("",))[0] == "f" else FILE
    disk[path] = ("f", content, mode)


def edit(node: Node, text: str, view: Disk) -> Disk:
    """The view after the command's edits."""
    view = dict(view)
    for step in node.task.edits:
        found = view.get(step.path)
        is_file = found is not None and found[0] == "f"
        parent = step.path.rpartition("/")[0]
        if parent and step.action in ("write", "link"):
            view.setdefault(parent, ("d", "", DIRECTORY))
        match step.action:
            case "write":
                view[step.path] = ("f", summed(text), FILE)
            case "append" if is_file:
                view[step.path] = ("f", found[1] + "more\n", found[2])
            case "delete":
                view.pop(step.path, None)
            case "link":
                view[step.path] = ("l", "elsewhere")
            case "chmod" if is_file:
                view[step.path] = ("f", found[1], EXECUTABLE)
    return view


def difference(before: Disk, after: Disk) -> Disk:
    """The layer that makes one tree out of the other; ("x",) where something is gone."""
    layer = {path: entry for path, entry in after.items() if before.get(path) != entry}
    return layer | {path: ("x",) for path in before if path not in after}


def lay(tree: Disk, layer: Disk) -> Disk:
    result = tree | layer
    return {path: entry for path, entry in result.items() if entry != ("x",)}


__all__ = ["difference", "edit", "forgets", "lay", "make", "spoil", "summed", "text_read"]
