"""INI text: read exactly as iniconfig (pytest's own reader) does, and edited without touching the rest."""

import iniconfig
import pytest

from steps.core import ini
from steps.core.errors import StepError

TEXTS = [
    "[pytest]\naddopts = -v -n 2\ntimeout: 30\n",
    "# head\n[pytest]\nmarkers =\n    a: one\n    # between\n    b: two = 2\n\n    c\n; after\nx = 1  # not a comment\n",
    "[pytest]\nlog_format = %(message)s 100%% %%\nurl = http://x:1/\n",
    "[a]\nurl: http://x.example/?a=1\n",
    "[a]\nx=1\n\n[b] # note\ny = \n  z\n",
    "[pytest]\r\na = 1\r\n  2\r\n",
    "[tool:pytest]\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_reads_as_iniconfig(text):
    theirs = iniconfig.IniConfig("x.ini", text)
    ours = ini.parse(text, "x.ini")
    assert {n: {o.name: o.value for o in s.options.values()} for n, s in ours.items()} == {
        section.name: dict(section.items()) for section in theirs
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1\n", "x.ini:1: an option before the first section: a = 1"),
        ("[a]\nword\n", "x.ini:2: neither an option nor a section: word"),
        ("[a]\n  deep\n", "x.ini:2: an indented line that continues nothing: deep"),
        ("[a]\nx=1\nx=2\n", "x.ini:3: option x again (first at line 2)"),
        ("[a]\n[b]\n[a]\n", "x.ini:3: section [a] again (first at line 1)"),
        ("[a\n", "x.ini:1: a section header without `]`: [a"),
    ],
)
def test_mistakes_are_located(text, message):
    with pytest.raises(StepError) as caught:
        ini.parse(text, "x.ini")
    assert str(caught.value) == message


def test_removal_keeps_the_neighbours():
    text = "# all\n\n[a]\nx = 1\n# of x\n\n# above b\n[b]\ny = 1\n  2\n# end of b\n\n# above c\n[c]\nz = 1\n"
    section = ini.parse(text, "x.ini")["b"]
    assert ini.without_section(text, section) == "# all\n\n[a]\nx = 1\n# of x\n\n# above c\n[c]\nz = 1\n"
    option = ini.parse(text, "x.ini")["b"].options["y"]
    assert "y = 1" not in ini.without_option(text, option)
    assert "# above b\n[b]\n# end of b\n" in ini.without_option(text, option)


def test_emptiness():
    assert not ini.has_content("# only\n\n; this\n")
    assert ini.has_content("[a]\n")
