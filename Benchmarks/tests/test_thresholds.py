"""The check of limits: that it fails when it must, and what it says then."""

from pathlib import Path

import pytest

from bench import running, thresholds
from bench.figures import Case, metrics
from bench.measure import CommandFailed, Sample
from bench.sections import SECTIONS
from bench.thresholds import BadThresholds, Limit

LIMIT = Limit("layered-1000/no-op/cpu/ninja", 2.0, "no-op against ninja")


def test_at_the_limit_it_holds():
    assert thresholds.passed([LIMIT], {LIMIT.figure: 2.0}) == []


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({LIMIT.figure: 2.5}, "layered-1000/no-op/cpu/ninja: 2.5 is past the limit of 2 (no-op against ninja)"),
        (
            {LIMIT.figure: float("nan")},
            "layered-1000/no-op/cpu/ninja: nan is past the limit of 2 (no-op against ninja)",
        ),
        (
            {},
            "layered-1000/no-op/cpu/ninja: not measured; is a tool missing? Benchmarks/setup installs them "
            "(no-op against ninja)",
        ),
        (
            {"layered-1000/noop/cpu/ninja": 1.0},
            "layered-1000/no-op/cpu/ninja: not measured; there is layered-1000/noop/cpu/ninja (no-op against ninja)",
        ),
    ],
)
def test_past_the_limit_it_says_what_and_by_how_much(measured: dict[str, float], said: str):
    assert thresholds.passed([LIMIT], measured) == [said]


def test_every_limit_is_looked_at():
    other = Limit("counts/no-op/syscalls", 10, "calls")
    assert len(thresholds.passed([LIMIT, other], {LIMIT.figure: 9, other.figure: 11})) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "wants tables [[limit]] and nothing else"),
        ("[[limits]]\n", "wants tables [[limit]] and nothing else"),
        (
            '[[limit]]\nfigure = "a"\nat_most = 1\nmeaning = "b"\n',
            "limit 1: wants the keys figure, at-most and meaning; has figure, at_most, meaning",
        ),
        ('[[limit]]\nfigure = "a"\nat-most = "1"\nmeaning = "b"\n', "limit 1: at-most is '1', not a number"),
        ('[[limit]]\nfigure = "a"\nat-most = true\nmeaning = "b"\n', "limit 1: at-most is True, not a number"),
    ],
)
def test_mistakes_in_the_file_are_errors(text: str, said: str, tmp_path: Path):
    file = tmp_path / "t.toml"
    file.write_text(text)
    with pytest.raises(BadThresholds) as raised:
        thresholds.read(file)
    assert str(raised.value) == f"{file}: {said}"


def test_the_limits_that_ship_name_sections_that_there_are():
    limits = thresholds.read(running.THRESHOLDS)
    assert {limit.section for limit in limits} <= set(SECTIONS)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A section with known figures, and a limit on its ratio; returns the arguments of the command."""
    cases = [Case("startup", "up to date", {"taskgraph": [Sample(cpu=3.0)], "make": [Sample(cpu=1.0)]})]
    monkeypatch.setitem(SECTIONS, "startup", lambda rig: iter(cases))
    (tmp_path / "t.toml").write_text('[[limit]]\nfigure = "startup/up to date/cpu/make"\nat-most = 4\nmeaning = "m"\n')
    assert metrics(cases)["startup/up to date/cpu/make"] == 3.0
    return ["--taskgraph", "/bin/true", "--check", str(tmp_path / "t.toml")]


def test_the_command_ends_with_0_when_all_limits_hold(project: list[str], capsys: pytest.CaptureFixture[str]):
    assert running.main(project) == 0
    assert "all 1 limits hold" in capsys.readouterr().out


def test_the_command_ends_with_1_past_a_limit(project: list[str], capsys: pytest.CaptureFixture[str]):
    file = Path(project[-1])
    file.write_text(file.read_text().replace("4", "2.9"))
    assert running.main(project) == 1
    assert "error: startup/up to date/cpu/make: 3 is past the limit of 2.9 (m)\n" in capsys.readouterr().err


def test_a_section_that_fails_is_an_error_and_the_others_go_on(
    project: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def failing(rig):
        raise CommandFailed("ninja ended with 1")
        yield

    monkeypatch.setitem(SECTIONS, "tiny", failing)
    assert running.main([*project, "startup", "tiny"]) == 1
    captured = capsys.readouterr()
    assert "error: section tiny: ninja ended with 1\n" in captured.err
    assert "up to date" in captured.out


def test_what_was_measured_before_an_interrupt_is_shown(
    project: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(rig):
        yield Case("tiny", "cold", {"taskgraph": [Sample(cpu=1.0)]})
        raise KeyboardInterrupt

    monkeypatch.setitem(SECTIONS, "tiny", interrupted)
    assert running.main([*project, "startup", "tiny"]) == 1
    captured = capsys.readouterr()
    assert "error: section tiny: interrupted\n" in captured.err
    assert "1.00 s" in captured.out


def test_a_peer_that_is_not_here_is_said_so(
    project: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("bench.tools.find_peer", lambda name: None)
    assert running.main(project) == 0
    assert "ninja: not here; Benchmarks/setup installs it" in capsys.readouterr().out
