"""Lets the folder be run as a program (`python Phases/steps/src …`), so that its environment needs no install of it."""

import sys

from steps.cli import main

sys.exit(main())
