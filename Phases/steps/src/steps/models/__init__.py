"""Model tests (2C): looks at mapped classes, writes tests of them, and measures by mutants what the tests notice."""
