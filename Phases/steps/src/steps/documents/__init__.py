"""docs: what people read and type says how things are now: uv, tests in parallel, services of their own. cleanup: nothing refers to what is gone."""
