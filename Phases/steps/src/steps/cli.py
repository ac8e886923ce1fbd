"""The command line: one subcommand a step, exit codes, errors as one message. Knows each step's door and nothing behind it.

Exit codes: 0 done; 1 the step failed or its proof did not hold; 2 the command line is wrong; 3 `--strict` and something was not carried or disagrees.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from steps.core.errors import StepError
from steps.core.findings import Level, Report

_NOT_CARRIED_EXIT = 3
_E2E = "frontend/tests/e2e"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    directory: Path = options.directory
    if not directory.is_dir():
        print(f"steps {options.command}: {directory} is not a directory", file=sys.stderr)
        return 2
    try:
        report: Report = options.step(directory.resolve(), options)
    except StepError as error:
        print(f"steps {options.command}: {error}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    report.write(options.report)
    report.tell()
    unsettled = report.of(Level.NOT_CARRIED) or report.of(Level.DISAGREEMENT)
    return _NOT_CARRIED_EXIT if options.strict and unsettled else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="steps", description="The plan's steps. Each changes one tree, proves that the result means the same, and reports.",
        epilog="Exit codes: 0 done, 1 failed or not proved, 2 wrong command line, 3 --strict and something was not carried or disagrees.",
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="STEP")
    add = _Adder(commands)

    migrate = add("uv-migrate", "requirement files and setup metadata become [project] and uv.lock", _uv_migrate)
    migrate.add_argument(
        "--python", metavar="X.Y", default=_running(), help="the Python to migrate for (default: %(default)s)"
    )
    migrate.add_argument("--name", metavar="NAME", help="the project's name (default: what the tree says)")
    migrate.add_argument("--no-equivalence", action="store_true", help="do not ask pip what it would have installed")

    times = add("install-times", "what pip and uv take to install the same requirements, side by side", _install_times)
    times.add_argument(
        "--python", metavar="X.Y", default=_running(), help="the Python to install for (default: %(default)s)"
    )

    before = add("pip-venv", "make .venv as it was made before: by pip, from the requirement files", _pip_venv)
    before.add_argument(
        "--python", metavar="X.Y", default=_running(), help="the Python to install for (default: %(default)s)"
    )

    add("venv", "make .venv from uv.lock, so that the same lock always gives the same bytes", _venv)

    config = add("pytest-config", "an ini section for pytest becomes [tool.pytest.ini_options]", _pytest_config)
    config.add_argument("--no-collect", action="store_true", help="do not ask pytest whether it means the same")

    add("hypothesis", "hypothesis joins the dev group, no other version moves", _hypothesis)
    profiles = add("hypothesis-profiles", "the profiles ci and dev are registered in the right conftest.py", _profiles)
    profiles.add_argument("--no-check", action="store_true", help="do not load the profiles in the environment")

    isolate = add("isolate-fixtures", "shared services behind locks become the test module's own", _isolate)
    isolate.add_argument(
        "--plugin", metavar="PATH", type=Path, help="pytest-taskgraph, a wheel or its project: joins the dev group"
    )
    add("xdist-worksteal", "addopts says worksteal, xdist_group markers become serial leases", _worksteal)
    add("worksteal-lint", "say where markers, fixture scopes and state disagree with worksteal", _lint)
    block = add("ci-blocking", "workflows block, run tests in parallel, and install with uv", _block)
    block.add_argument(
        "--setup-uv", metavar="REF", default="v6", help="the version of astral-sh/setup-uv (default: %(default)s)"
    )
    docs = add("docs", "documents, scripts and builds say how things are now, and no more how they were", _docs)
    cleanup = add("cleanup", "say which lines still refer to files that are gone", _cleanup)
    for parser_ in (docs, cleanup):
        parser_.add_argument("--before", metavar="DIR", type=Path, required=True, help="the tree before the plan")
    tests = add(
        "model-tests", "tests of SQLAlchemy's mapped classes, from what PostgreSQL accepts and refuses", _models
    )
    tests.add_argument("--tests", metavar="DIR", default="tests/models", help="their directory (default: %(default)s)")
    tests.add_argument("--count", action="store_true", help="only count the models that tests make rows of")
    tests.add_argument("--no-check", action="store_true", help="do not run the new tests once")
    mutants = add("model-mutation", "which mapped elements have a mutant that the models' tests kill", _mutation)
    mutants.add_argument("--tests", metavar="DIR", default="tests/models", help="their tests (default: %(default)s)")
    mutants.add_argument(
        "--until-killed", action="store_true", help="no more mutants of an element once one was killed"
    )
    mutants.add_argument("--workers", metavar="N", type=int, default=0, help="processes (default: the processors)")
    fixtures = add(
        "e2e-fixtures", "explore the running web application; write shared mocks and recorded data", _e2e_fixtures
    )
    fixtures.add_argument(
        "--base-url", metavar="URL", required=True, help="where the application runs; its data may change"
    )
    fixtures.add_argument("--chromium", metavar="PATH", help="the browser (default: CHROMIUM, else /usr/bin/chromium)")
    objects = add("page-objects", "a page object for each explored page, controls by role and name", _page_objects)
    specs = add("e2e-specs", "specs by category from what was explored; tests that are there are kept", _e2e_specs)
    for parser_ in (fixtures, objects, specs):
        parser_.add_argument("--e2e", metavar="DIR", default=_E2E, help="the browser tests (default: %(default)s)")
    specs.add_argument(
        "--base-url", metavar="URL", help="run them there, and take out those that fail (default: do not)"
    )
    faults = add("ui-faults", "how many faults of a web UI its browser tests notice", _ui_faults)
    faults.add_argument("--base-url", metavar="URL", required=True, help="where the application runs")
    faults.add_argument(
        "--public", metavar="DIR", default="frontend/public", help="the UI's sources (default: %(default)s)"
    )
    faults.add_argument("--tests", metavar="DIR", default=f"{_E2E}/specs", help="its tests (default: %(default)s)")
    faults.add_argument("--workers", metavar="N", type=int, default=2, help="processes (default: %(default)s)")
    faults.add_argument("--sample", metavar="N", type=int, default=0, help="only so many, at random (default: all)")
    faults.add_argument("--seconds", metavar="S", type=float, default=0, help="stop after that long (default: never)")
    return parser


class _Adder:
    """Adds subcommands that all take DIR, --report and --strict."""

    def __init__(self, commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        self._commands = commands

    def __call__(
        self, name: str, text: str, step: Callable[[Path, argparse.Namespace], Report]
    ) -> argparse.ArgumentParser:
        parser = self._commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        parser.add_argument("directory", metavar="DIR", type=Path, help="the tree to work on")
        parser.add_argument(
            "--report", metavar="FILE.json", type=Path, help="write the report here, and as Markdown beside it"
        )
        parser.add_argument(
            "--strict", action="store_true", help="exit 3 when something was not carried over, or disagrees"
        )
        parser.set_defaults(step=step)
        return parser


def _running() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


# The steps are imported when asked for: `--help` and a wrong option should not wait for LibCST.


def _uv_migrate(root: Path, options: argparse.Namespace) -> Report:
    from steps.migrate.step import Options, migrate

    return migrate(root, Options(options.python, options.name, ask_pip=not options.no_equivalence))


def _install_times(root: Path, options: argparse.Namespace) -> Report:
    from steps.measure.install_times import measure

    return measure(root, options.python)


def _pip_venv(root: Path, options: argparse.Namespace) -> Report:
    from steps.measure.pip_venv import make

    return make(root, options.python)


def _venv(root: Path, options: argparse.Namespace) -> Report:
    from steps.core.venv import make

    return make(root)


def _pytest_config(root: Path, options: argparse.Namespace) -> Report:
    from steps.pytest_config.step import convert

    return convert(root, collect=not options.no_collect)


def _hypothesis(root: Path, options: argparse.Namespace) -> Report:
    from steps.hypothesis_setup.dependency import add

    return add(root)


def _profiles(root: Path, options: argparse.Namespace) -> Report:
    from steps.hypothesis_setup.step import register

    return register(root, check=not options.no_check)


def _isolate(root: Path, options: argparse.Namespace) -> Report:
    from steps.isolation.step import isolate

    return isolate(root, plugin_path=options.plugin.resolve() if options.plugin else None)


def _block(root: Path, options: argparse.Namespace) -> Report:
    from steps.ci.step import block

    return block(root, setup_uv=options.setup_uv)


def _worksteal(root: Path, options: argparse.Namespace) -> Report:
    from steps.worksteal.step import switch

    return switch(root)


def _lint(root: Path, options: argparse.Namespace) -> Report:
    from steps.worksteal.lint import lint

    return lint(root)


def _docs(root: Path, options: argparse.Namespace) -> Report:
    from steps.documents.step import update

    return update(root, options.before.resolve())


def _cleanup(root: Path, options: argparse.Namespace) -> Report:
    from steps.documents.step import clean

    return clean(root, options.before.resolve())


def _models(root: Path, options: argparse.Namespace) -> Report:
    from steps.models.step import Options, count, write

    return (count if options.count else write)(root, Options(options.tests, check=not options.no_check))


def _mutation(root: Path, options: argparse.Namespace) -> Report:
    from steps.models.mutation import Options, measure

    return measure(root, Options(options.tests, options.workers, options.until_killed))


def _e2e_fixtures(root: Path, options: argparse.Namespace) -> Report:
    from steps.e2e.step import fixtures

    return fixtures(root, options.e2e, options.base_url, options.chromium)


def _page_objects(root: Path, options: argparse.Namespace) -> Report:
    from steps.e2e.step import page_objects

    return page_objects(root, options.e2e)


def _e2e_specs(root: Path, options: argparse.Namespace) -> Report:
    from steps.e2e.step import specs

    return specs(root, options.e2e, options.base_url)


def _ui_faults(root: Path, options: argparse.Namespace) -> Report:
    from steps.uifaults.run import Options, measure

    return measure(
        root, Options(options.public, options.tests, options.base_url, options.workers, options.sample, options.seconds)
    )
