"""The steps of a scenario: what is put into a control, and what the control itself says that it does not take."""

from typing import Any

from steps.e2e.controls import Control


def bare(step: dict[str, Any]) -> dict[str, Any]:
    return {"role": "", "name": "", "index": 0, "value": None, **step}


def use(verb: str, control: Control, value: str | None = None) -> dict[str, Any]:
    return {"verb": verb, "role": control.role, "name": control.name, "index": control.index, "value": value}


def filled(control: Control) -> dict[str, Any] | None:
    if control.role == "spinbutton":
        return use("fill", control, control["min"] or "1")
    if control.role in ("textbox", "searchbox"):
        return use("fill", control, "somewhere" if control["pattern"] else "Something new")
    if control.role == "combobox" and len(control["options"]) > 1:
        return use("select", control, control["options"][-1])
    return None


def refused(control: Control) -> list[str]:
    """Values that the control itself says it does not take."""
    refused = [""] if control["required"] and control.role in ("textbox", "spinbutton", "searchbox") else []
    if control.role == "spinbutton":
        refused += ["-1", "100000", "0.123"]
    if control["pattern"]:
        refused.append("Not like that!")
    return refused
