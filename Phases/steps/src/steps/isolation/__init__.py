"""isolate-fixtures: shared services behind locks become the module's own, and every test gets a transaction that is rolled back."""
