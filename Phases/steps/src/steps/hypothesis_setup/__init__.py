"""hypothesis: the dependency, and the `ci` and `dev` profiles in the right conftest.py."""
