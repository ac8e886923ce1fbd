"""`python -m steps`: the same program as the `steps` script."""

import sys

from steps.cli import main

sys.exit(main())
