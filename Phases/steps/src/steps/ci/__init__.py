"""ci-blocking: workflows that stop a merge when a test fails, run tests in parallel, and install with uv."""
