"""Random projects, edits, failures and kills on the real program against the model.

`run` beside this file starts it; how many cases and from which seed is its business."""

import os

import hypothesis.internal.conjecture.engine as engine
from actions import Case
from hypothesis import HealthCheck, Phase, given, settings
from player import play
from strategies import cases

# A case takes about a second, so that shrinking would be as long as Hypothesis allows: five minutes.
engine.MAX_SHRINKING_SECONDS = int(os.environ.get("RANDOM_SHRINK_SECONDS", "60"))
COUNT = int(os.environ.get("RANDOM_EXAMPLES", "40"))
profile = settings(
    max_examples=COUNT,
    deadline=None,
    derandomize="RANDOM_DERANDOMIZE" in os.environ,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink) if engine.MAX_SHRINKING_SECONDS else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@profile
@given(cases(disturbed=False))
def test_undisturbed(case: Case):
    play(case)


@profile
@given(cases(disturbed=True))
def test_disturbed(case: Case):
    play(case)
