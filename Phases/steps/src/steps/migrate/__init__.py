"""uv-migrate: requirement files and setup metadata become `[project]`, `[dependency-groups]` and `uv.lock`."""
