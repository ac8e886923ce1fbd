"""xdist-worksteal and worksteal-lint: one scheduler, markers that it honours, and what still disagrees with it."""
