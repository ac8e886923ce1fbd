"""Does the steps of a scenario on a page. The specs say the same in Python; see write.py."""

from typing import Any


def play(shown: Any, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        verb = step["verb"]
        if verb == "back":
            shown.page.go_back()
        elif verb == "heal":
            answer = step["value"]
            shown.api.answer(step["name"], answer["body"], answer["status"])
        elif verb == "send":
            shown.live.send(step["value"])
        elif verb == "cut":
            shown.live.cut()
        elif verb == "later":
            shown.later(step["value"])
        else:
            control = shown.page.get_by_role(step["role"], name=step["name"], exact=True).nth(step["index"])
            _use(control, verb, step["value"])
        shown.settle()


def _use(control: Any, verb: str, value: str | None) -> None:
    if verb == "click":
        control.click()
    elif verb == "fill":
        control.fill(value)
    elif verb == "select":
        control.select_option(label=value)
    else:
        raise ValueError(verb)
