"""The hypothesis-profiles step: choose the conftest.py, edit it, and let pytest say which profile it loads."""

from pathlib import Path

from steps.core import tree
from steps.core.errors import StepError
from steps.core.findings import Level, Report
from steps.core.pytest_probe import ask
from steps.hypothesis_setup.conftests import choose
from steps.hypothesis_setup.profiles import PROFILES, with_profiles


def register(root: Path, *, check: bool) -> Report:
    """Registers and returns the report. On `StepError` the tree is as it was."""
    report = Report("hypothesis-profiles")
    path = choose(root)
    name = tree.relative(path, root)
    with tree.undone_on_failure(root, (name,)):
        data = path.read_bytes() if path.is_file() else b""
        text = data.decode("utf-8-sig")
        edited = with_profiles(text.replace("\r\n", "\n"), name)
        if edited.registered or edited.loads:
            newline = "\r\n" if "\r\n" in text else "\n"
            path.write_bytes(edited.source.replace("\n", newline).encode("utf-8"))
        if not data:
            report.add(Level.DECISION, name, "made anew: no conftest.py stood above all tests")
        if not edited.loads:
            report.add(Level.DECISION, name, "it loads a profile by itself; which one is left to it")
        if check:
            report.data["loaded"] = _loaded(root, path.parent, own=not edited.loads)
    report.data |= {"conftest": name, "registered": list(edited.registered), "loads": edited.loads}
    what = " and ".join(edited.registered) or "nothing new"
    checked = "; pytest loads each when asked" if check and edited.loads else ""
    report.summary = f"hypothesis-profiles: {what} registered in {name}{checked}"
    return report


def _loaded(root: Path, folder: Path, *, own: bool) -> dict[str, str | None]:
    """The profile that pytest ends up with, by HYPOTHESIS_PROFILE. A conftest that loads its own decides for itself."""
    loaded = {}
    for name in PROFILES:
        seen = ask(root, arguments=[tree.relative(folder, root)], stop=True, extra={"HYPOTHESIS_PROFILE": name})
        loaded[name] = seen.profile
        if not own and seen.profile != name:
            raise StepError(
                f"HYPOTHESIS_PROFILE={name} loads the profile {seen.profile}",
                hint="another conftest.py or a command line option in addopts loads a profile later",
            )
    return loaded
