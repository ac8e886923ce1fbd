"""pytest-config: an ini section becomes `[tool.pytest.ini_options]`, and pytest itself says whether it means the same."""
