"""Page objects and specs as Python texts, from what was explored. Knows no browser and no file system."""

import json
from typing import Any

from steps.e2e.names import camel, snake, unique

# Where the scenarios of a page go, by the seed's files; a page without a file of its own gets one by its name.
_FILES = {
    "smoke": "smoke",
    "navigation": "navigation",
    "errors": "error_handling",
    "responsive": "responsive",
    "realtime": "realtime",
}


def page_names(pages: dict[str, Any]) -> dict[str, str]:
    """The class of each page: `Dashboard` of `/` and so on."""
    names = unique(camel(page["heading"]) for page in pages.values())
    return {path: f"{name}Page" for path, name in zip(pages, names, strict=True)}


def control_names(pages: dict[str, Any]) -> dict[str, dict[tuple[str, str, int], str]]:
    """The attribute of each control, page by page."""
    result = {}
    for path, page in pages.items():
        keys = list(dict.fromkeys((role, name, index) for role, name, index in page["controls"]))
        plain = [snake(name) for _, name, _ in keys]
        taken = {"open", "page", "api", "live", "path", "lines", "settle", "timeout", "later", "resize", "outside"}
        named = [
            f"{n}_{snake(k[0])}" if plain.count(n) > 1 or n in taken else n for n, k in zip(plain, keys, strict=True)
        ]
        result[path] = dict(zip(keys, unique(named), strict=True))
    return result


def page_object(path: str, page: dict[str, Any], class_name: str, names: dict[tuple[str, str, int], str]) -> str:
    lines = [f'"""The page {page["heading"]}: where its controls are."""', "# ruff: noqa: E501", "", "from pages.base_page import BasePage", "", "",
             f"class {class_name}(BasePage):", f"    path = {_text(path)}"]  # fmt: skip
    for (role, name, index), attribute in names.items():
        nth = f".nth({index})" if index else ""
        lines += ["", "    @property", f"    def {attribute}(self):",
                  f"        return self.page.get_by_role({_text(role)}, name={_text(name)}, exact=True){nth}"]  # fmt: skip
    return "\n".join(lines) + "\n"


def spec_of(scenario: dict[str, Any], class_name: str) -> str:
    """The spec file (without `test_`) that a scenario belongs to."""
    own = snake(class_name.removesuffix("Page"))
    return _FILES.get(scenario["category"], "events" if own == "timeline" else own)


def specs(exploration: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """By file: names and texts of its tests."""
    pages = exploration["pages"]
    classes, attributes = page_names(pages), control_names(pages)
    found: dict[str, list[tuple[str, str]]] = {}
    titles: dict[str, list[str]] = {}
    for scenario in exploration["scenarios"]:
        class_name = classes[scenario["page"]]
        file = spec_of(scenario, class_name)
        subject = snake(class_name.removesuffix("Page"))
        titles.setdefault(file, []).append(f"test_{subject}_{snake(scenario['title'])}")
        body = _test(scenario, class_name, attributes[scenario["page"]])
        found.setdefault(file, []).append((class_name, body))
    return {file: [(name, f"def {name}{body}") for name, (_, body) in zip(unique(titles[file]), tests, strict=True)]
            for file, tests in found.items()}  # fmt: skip


def header(file: str, texts: list[str]) -> str:
    """The docstring and imports of a new spec file."""
    used = sorted({word for text in texts for word in _classes(text)})
    imports = [f"from pages.{snake_file(name)} import {name}" for name in used]
    return (
        "\n".join(
            [
                f'"""{file.replace("_", " ").capitalize()}: what a person sees and what the page asks for."""',
                "# ruff: noqa: E501",
                "",
                *sorted(imports),
            ]
        )
        + "\n"
    )


def snake_file(class_name: str) -> str:
    return snake(class_name.removesuffix("Page")) + "_page"


def _classes(text: str) -> list[str]:
    import re

    return re.findall(r"visit\((\w+)\)", text)


def _test(scenario: dict[str, Any], class_name: str, names: dict[tuple[str, str, int], str]) -> str:
    steps, verbs = scenario.get("steps", []), {step["verb"] for step in scenario.get("steps", [])}
    needs = ["visit"]
    if scenario.get("changes") or steps or "calls" in scenario:
        needs.append("api")
    if verbs & {"send", "cut"}:
        needs.append("live")
    if scenario.get("size"):
        needs.append("page")
    lines = [f"({', '.join(needs)}):"]
    if size := scenario.get("size"):
        lines.append(f'    page.set_viewport_size({{"width": {size[0]}, "height": {size[1]}}})')
    for method, *arguments in scenario.get("changes", []):
        lines.append(f"    api.{method}({', '.join(_literal(argument) for argument in arguments)})")
    lines.append(f"    shown = visit({class_name})")
    if steps:
        lines.append("    api.forget()")
    lines += [line for step in steps for line in _step(step, names)]
    lines += _expectations(scenario)
    return "\n".join(lines) + "\n"


def _step(step: dict[str, Any], names: dict[tuple[str, str, int], str]) -> list[str]:
    verb, value = step["verb"], step["value"]
    if verb == "back":
        return ["    shown.page.go_back()", "    shown.settle()"]
    if verb == "heal":
        return [f"    api.answer({_text(step['name'])}, {_literal(value['body'])}, {value['status']})"]
    if verb == "send":
        return [f"    live.send({_literal(value)})", "    shown.settle()"]
    if verb == "cut":
        return ["    live.cut()", "    shown.settle()"]
    if verb == "later":
        return [f"    shown.later({value})"]
    key = (step["role"], step["name"], step["index"])
    where = f"shown.{names[key]}" if key in names else f"shown.page.get_by_role({_text(key[0])}, name={_text(key[1])}, exact=True).nth({key[2]})"  # fmt: skip
    action = {
        "click": "click()",
        "fill": f"fill({_literal(value)})",
        "select": f"select_option(label={_literal(value)})",
    }[verb]
    return [f"    {where}.{action}", "    shown.settle()"]


def _expectations(scenario: dict[str, Any]) -> list[str]:
    lines = []
    if "exactly" in scenario:
        lines += ["    shown.expect_lines(", *(f"        {_text(line)}," for line in scenario["exactly"]), "    )"]
    for name, call in (("shown", "expect_change"),):
        if name in scenario or "gone" in scenario:
            lines.append(f"    shown.{call}(")
            for part in ("shown", "gone"):
                if part in scenario:
                    lines += [
                        f"        {part}=[",
                        *(f"            {_text(line)}," for line in scenario[part]),
                        "        ],",
                    ]
            lines.append("    )")
    if "calls" in scenario:
        lines += ["    shown.expect_calls(", *(f"        {_text(call)}," for call in scenario["calls"]), "    )"] if scenario["calls"] else [
            "    shown.expect_calls()"]  # fmt: skip
    if "at" in scenario:
        lines.append(f'    assert shown.page.evaluate("location.pathname") == {_text(scenario["at"])}')
    if scenario.get("heading"):
        lines.append(
            f'    assert shown.page.get_by_role("heading", level=1).first.inner_text() == {_text(scenario["heading"])}'
        )
    if scenario.get("fits"):
        width = scenario.get("size", [375])[0]
        lines.append(
            "    shown.expect_fits()" if width <= 375 else f"    shown.expect_fits({width}, {scenario['size'][1]})"
        )
    return lines


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _literal(value: Any) -> str:
    """As Python: JSON's true and null have other names."""
    return _text(value) if isinstance(value, str) else repr(value)
