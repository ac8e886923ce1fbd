"""The plan's Python steps: each changes one tree and proves that what it changed means the same. Knows no task graph."""
