"""What the pages say about the repository is true: rooms and who imports whom, links, commands of the help."""

import re
import subprocess

import pytest
from program import PROGRAM, REPOSITORY

PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])


def rooms_of_the_page() -> dict[str, set[str]]:
    page = (REPOSITORY / "docs/architecture.md").read_text().split("## Rooms")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| `")
    ]
    return {
        name: {
            word.strip()
            for word in imports.split(",")
            if word.strip() not in ("", "everything", "the standard library")
        }
        for names, _, imports in rows
        for name in re.findall(r"`(\w+)`", names)
    }


def rooms_of_the_package() -> dict[str, set[str]]:
    text = (REPOSITORY / "Package.swift").read_text()
    rooms = {
        name: set(re.findall(r'"(\w+)"', imports))
        for name, imports in re.findall(r'\n        room\(\s*"(\w+)"(?:,\s*\[(.*?)\])?\s*\)', text, re.DOTALL)
    }
    libraries = re.findall(r'\.(?:systemLibrary|target)\(\s*name: "(C\w+)"', text)
    return rooms | {name: set() for name in libraries} | {"taskgraph": set()}


def test_the_table_of_rooms_is_true():
    assert rooms_of_the_page() == rooms_of_the_package()
    assert len(rooms_of_the_page()) > 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_changelog_names_every_command():
    help_text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    section = help_text.split("Commands:\n")[1].split("\n\n")[0]
    commands = [line.split()[0] for line in section.splitlines()]
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    assert [name for name in commands if not re.search(rf"`{name}( \w+)?`", changelog)] == []


def test_every_sourced_or_run_script_is_there_and_parses():
    scripts = [path for path in (REPOSITORY / "scripts").iterdir() if path.is_file()]
    for script in [REPOSITORY / ".ci/run", *scripts]:
        subprocess.run(["bash", "-n", script], check=True)
