"""A YAML file as text with a node tree beside it: edits by position, so that all else keeps its bytes. Knows no workflow."""

from collections.abc import Iterator

import yaml

from steps.core.errors import StepError


class YamlText:
    """The text, its root node, and the edits collected so far. Positions are those of the original text."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise StepError(f"{name}:{line}: not YAML: {error.problem}") from error
        self._edits: dict[tuple[int, int], str] = {}

    def replace(self, start: int, end: int, new: str) -> None:
        self._edits[start, end] = new

    def raw(self, node: yaml.Node) -> str:
        return self.text[node.start_mark.index : node.end_mark.index]

    def result(self) -> str:
        """The text with all edits; one that lies within another is covered by it."""
        pieces, at = [], 0
        for (start, end), new in sorted(self._edits.items(), key=lambda item: (item[0][0], -item[0][1])):
            if start < at:
                continue
            pieces += [self.text[at:start], new]
            at = end
        return "".join([*pieces, self.text[at:]])

    def delete_pair(self, mapping: yaml.MappingNode, key: yaml.Node, value: yaml.Node) -> None:
        """Removes a key with a scalar value: its line; or, where the line holds more, just the two."""
        start, end = key.start_mark.index, value.end_mark.index
        line = self.line_start(start)
        if not self.text[line:start].strip() and not mapping.flow_style:
            self.replace(line, self._after_line(end), "")
            return
        following = [k.start_mark.index for k, _ in mapping.value if k.start_mark.index > start]
        if following:
            self.replace(start, min(following), "")
        elif mapping.flow_style:
            before = [v.end_mark.index for _, v in mapping.value if v.end_mark.index <= start]
            self.replace(max(before, default=start), end, "")
        else:
            self.replace(start, end, "")

    def comments_above(self, index: int) -> tuple[int, int, str]:
        """Where the comment block directly above the line of `index` begins and ends, and what it says."""
        end = start = self.line_start(index)
        while start > 0:
            previous = self.line_start(start - 1)
            if not self.text[previous:start].lstrip().startswith("#"):
                break
            start = previous
        return start, end, self.text[start:end]

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _after_line(self, index: int) -> int:
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1


def pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """The key's text, the key and the value of each entry of a mapping; nothing for what is no mapping."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, key, value


def get(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, _, value in pairs(node) if key == name), None)


def scalar(node: yaml.Node | None) -> str:
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
