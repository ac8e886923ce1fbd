"""pip's requirement files as located values. Knows nothing of uv or of pyproject.toml."""
