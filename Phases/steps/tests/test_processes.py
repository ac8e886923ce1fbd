"""A tool that fails is told with what it printed; of an endless line, the ends."""

import sys
from pathlib import Path

import pytest

from steps.core.errors import StepError
from steps.core.processes import run


def test_output_of_a_failure(tmp_path: Path) -> None:
    code = "import sys; print('a' * 600); print('first' + ', 1.0' * 500 + 'last'); sys.exit(3)"
    with pytest.raises(StepError) as raised:
        run([sys.executable, "-c", code], cwd=tmp_path, what="asking")
    headline, whole, shortened = str(raised.value).splitlines()
    assert headline == "asking failed with exit code 3:"
    assert whole == "    " + "a" * 600
    assert shortened.startswith("    first, 1.0,") and " … " in shortened and shortened.endswith(", 1.0last")
    assert len(shortened) < 600
