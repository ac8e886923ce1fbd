"""The controls of a page as a person with a screen reader finds them: role and name. Knows no application."""

from dataclasses import dataclass
from typing import Any

_ALL = """() => {
    const roles = {A: "link", BUTTON: "button", TEXTAREA: "textbox", SELECT: "combobox"};
    const inputs = {checkbox: "checkbox", radio: "radio", number: "spinbutton", search: "searchbox", range: "slider",
                    button: "button", submit: "button", reset: "button"};
    const plain = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
    const labelled = (e) => [...(e.labels ?? [])].map((label) => [...label.childNodes]
        .filter((n) => n !== e && !(n.contains && n.contains(e))).map((n) => n.textContent).join(" ")).join(" ");
    const named = (e) => plain(e.getAttribute("aria-label"))
        || plain((e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" "))
        || plain(labelled(e)) || (/^(A|BUTTON)$/.test(e.tagName) || e.getAttribute("role") ? plain(e.textContent) : plain(e.placeholder || e.title));
    const place = (e) => { const path = []; for (let p = e; p && p !== document.body; p = p.parentElement) path.push(
        p.tagName + (p.getAttribute("aria-label") && p !== e ? p.getAttribute("aria-label") : "")); return path.join(">"); };
    return [...document.querySelectorAll("a[href], button, input, select, textarea, [role=button], [role=tab], [role=switch]")]
        .filter((e) => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width)
        .map((e) => { const form = e.closest("form"); return {
            role: e.getAttribute("role") ?? roles[e.tagName] ?? inputs[e.type] ?? "textbox", name: named(e), place: place(e),
            form: form ? [...document.forms].indexOf(form) : -1, submit: e.tagName === "BUTTON" && form !== null && e.type === "submit",
            href: e.getAttribute("href"), required: !!e.required, pattern: e.pattern ?? "", min: e.min ?? "",
            options: e.tagName === "SELECT" ? [...e.options].map((o) => o.text) : [],
            selected: e.tagName === "SELECT" ? e.selectedOptions[0]?.text ?? "" : "", disabled: !!e.disabled,
            rows: !!e.closest("li, tr")}; })
        .filter((c) => c.name);
}"""


@dataclass(frozen=True)
class Control:
    """`index` counts controls of the same role and name on the page."""

    role: str
    name: str
    index: int
    facts: tuple[tuple[str, Any], ...]

    def __getitem__(self, fact: str) -> Any:
        return dict(self.facts)[fact]

    @property
    def kind(self) -> tuple[str, str, str]:
        """What controls of a list have in common: role, place and first word."""
        return self.role, self["place"], self.name.split(" ")[0] if self["rows"] else self.name

    def find(self, page: Any) -> Any:
        found = page.get_by_role(self.role, name=self.name, exact=True)
        return found.nth(self.index) if self.index else found.first


def controls(page: Any) -> list[Control]:
    """Every visible control that has a role and a name."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for facts in page.evaluate(_ALL):
        key = facts.pop("role"), facts.pop("name")
        facts["options"] = tuple(facts["options"])
        found.append(Control(*key, seen.get(key, 0), tuple(facts.items())))
        seen[key] = seen.get(key, 0) + 1
    return found


def typical(found: list[Control], most: int = 2) -> list[Control]:
    """At most so many of each kind: rows of a list behave alike."""
    kinds: dict[tuple[str, str, str], int] = {}
    chosen = []
    for control in found:
        kinds[control.kind] = kinds.get(control.kind, 0) + 1
        if kinds[control.kind] <= most:
            chosen.append(control)
    return chosen
