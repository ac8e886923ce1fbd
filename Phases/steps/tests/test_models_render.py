"""Mutants of mapped classes, counting without an environment, and the rendering of what a probe saw. No tool runs."""

from pathlib import Path

import pytest

from steps.models import render
from steps.models.mutants import mutants
from steps.models.names import Models
from steps.models.properties_of import beyond, strategy
from steps.models.step import Options, count

SOURCE = '''
from enum import StrEnum
class Colour(StrEnum):
    RED = "red"
class Thing(Base):
    """A thing."""
    __tablename__ = "things"
    __table_args__ = (CheckConstraint("size BETWEEN 1 AND 9", name="size_range"), UniqueConstraint("a", "b"))
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(5), unique=True, default="x")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))
    owner: Mapped["Owner"] = relationship(back_populates="things")
    classic = Column(Integer, nullable=False)

    def big(self) -> bool:
        """Whether it is."""
        return self.size > 5
class Plain:
    def f(self): return 1
'''


def test_every_mapped_element_has_mutants() -> None:
    elements = {mutant.element for mutant in mutants(SOURCE)}
    assert elements == {
        "Colour.RED", "Thing CheckConstraint size_range", 'Thing UniqueConstraint "a", "b"', "Thing.id", "Thing.size", "Thing.name",
        "Thing.owner_id", "Thing.owner", "Thing.classic", "Thing.big",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("element", "says", "line"),
    [
        ("Thing.size", "is required", "    size: Mapped[int]\n"),
        (
            "Thing.name",
            "is nullable",
            '    name: Mapped[str | None] = mapped_column(String(5), unique=True, default="x")\n',
        ),
        ("Thing.name", "is 6", '    name: Mapped[str] = mapped_column(String(6), unique=True, default="x")\n'),
        ("Thing.owner_id", "lacks ondelete", '    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ))\n'),
        ('Thing UniqueConstraint "a", "b"', 'lacks "b"', 'UniqueConstraint("a", ))\n'),
        ("Thing.classic", "is not nullable=False", "    classic = Column(Integer, nullable=True)\n"),
        ("Thing.big", "compares by GreaterThanEqual", "        return self.size >= 5\n"),
        ("Thing.big", "does nothing", "        return None\n"),
        (
            "Thing CheckConstraint size_range",
            'says "size BETWEEN 1 AND 8"',
            '(CheckConstraint("size BETWEEN 1 AND 8", ',
        ),
    ],
)
def test_a_mutant_is_the_source_with_one_fault(element: str, says: str, line: str) -> None:
    [mutant] = [m for m in mutants(SOURCE) if (m.element, m.says) == (element, says)]
    assert line in mutant.source
    assert line not in SOURCE


def test_counting_needs_no_environment(tree) -> None:
    root = tree({
        "app/__init__.py": "", "app/models.py": 'class A(Base):\n    """Doc."""\n\n    __tablename__ = "a"\n\n\nclass B(Base):\n    __tablename__ = "b"\n',
        "tests/test_a.py": "def make():\n    return A(x=1)\n", "tests/test_b.py": "# B( is only spoken of\n",
    })  # fmt: skip
    assert count(root, Options("tests")).data | {"share": 0} == {"models": 2, "tested": 1, "names": ["A"], "share": 0}


def test_a_model_whose_name_goes_on_stands_with_the_shorter() -> None:
    models = Models(
        {
            "models": [
                {"name": n, "factory": f}
                for n, f in (("Alert", "alert"), ("AlertRule", "alert_rule"), ("Zone", "zone"))
            ],
            "imports": {},
        }
    )
    assert {k: [m["name"] for m in v] for k, v in render.groups(models).items()} == {
        "alert": ["Alert", "AlertRule"],
        "zone": ["Zone"],
    }


def _column(**more: object) -> dict[str, object]:
    return {"key": "n", "kind": "integer", "foreign": False, "primary": False, "alone": True, "accepted": ["1", "9"], "refused": [["0", "ck"], ["10", "ck"]],
            "limit": 100, "nullable": False, "default": None, "checked": ["ck"], "length": None, "enum": None, "zone": False} | more  # fmt: skip


def test_a_range_that_the_database_told_bounds_what_is_drawn() -> None:
    assert strategy(_column()) == "st.integers(1, 9)"
    assert beyond(_column()) == ["st.integers(-100, 0)", "st.integers(10, 99)"]
    assert strategy(_column(refused=[["0", "ck"]])) == "st.integers(1, 99)"
    assert strategy(_column(alone=False)) is None
    assert strategy(_column(refused=[["5", "ck"]])) == "st.sampled_from([1, 9])"


def test_support_files_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    from steps.models.step import _directory

    (tmp_path / "conftest.py").write_text("x = 1\n")
    assert _directory(tmp_path) == tmp_path / "mapped"


def test_the_report_tells_kinds_elements_and_survivors(tmp_path: Path) -> None:
    from steps.models.mutation import _report

    faults = [(tmp_path / "models.py", mutant) for mutant in mutants(SOURCE)]
    # Every mutant of `Thing.big` survives, one of a constraint was not tried.
    codes = {n: 0 if mutant.element == "Thing.big" else 1 for n, (_, mutant) in enumerate(faults)}
    unique = next(n for n, (_, mutant) in enumerate(faults) if mutant.says == 'lacks "b"')
    codes[unique] = -2
    data = _report(tmp_path, faults, codes).data
    assert (data["elements"], data["covered"], data["uncovered"]) == (10, 9, ["Thing.big"])
    assert data["mutants"] == len(faults) == data["tried"] + 1
    assert data["kinds"]["foreign key"] == {"tried": 2, "killed": 2}
    assert sum(kind["killed"] for kind in data["kinds"].values()) == data["killed"]
