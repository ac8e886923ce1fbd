"""Bytes of a requirement file to logical lines: encodings, line ends, continuations, comments."""

import codecs

import pytest

from steps.core.errors import StepError
from steps.requirements.lines import split


def _read(data: bytes) -> list[tuple[int, str, tuple[str, ...], str]]:
    return [(line.location.line, line.text, line.above, line.beside) for line in split(data, "r.txt").logical]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"six\nidna", [(1, "six", (), ""), (2, "idna", (), "")]),
        (codecs.BOM_UTF8 + b"six\r\nidna\r\n", [(1, "six", (), ""), (2, "idna", (), "")]),
        (codecs.BOM_UTF16_LE + "six # é".encode("utf-16-le"), [(1, "six", (), "é")]),
        ("# -*- coding: latin-1 -*-\nsix # é".encode("latin-1"), [(2, "six", ("-*- coding: latin-1 -*-",), "é")]),
        (b"six \\\n  >=1 \\\n  # end\nidna", [(1, "six   >=1", (), "end"), (4, "idna", (), "")]),
        (b"six==1 \\\n    --hash=sha256:00", [(1, "six==1     --hash=sha256:00", (), "")]),
        (b"# a\n# b\nsix\n", [(3, "six", ("a", "b"), "")]),
        (b"# loose\n\nsix\n", [(3, "six", (), "")]),
        (b"six  # why\n", [(1, "six", (), "why")]),
        (b"x @ git+https://h.example/x#egg=x\n", [(1, "x @ git+https://h.example/x#egg=x", (), "")]),
        (b"six \\", [(1, "six", (), "")]),
        (b"", []),
    ],
)
def test_logical_lines(data, expected):
    assert _read(data) == expected


def test_loose_comments_are_kept_apart():
    lines = split(b"# header\n\nsix\n# trailer", "r.txt")
    assert [(c.location.line, c.text) for c in lines.loose_comments] == [(1, "header"), (4, "trailer")]


def test_undecodable_file_is_named():
    with pytest.raises(StepError, match=r"^r.txt: cannot be read as utf-8"):
        split(b"six # \xff", "r.txt")
