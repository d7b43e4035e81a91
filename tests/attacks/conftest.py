"""What the attacks on models share with the tests of the core."""

from tests.core.conftest import rows, run

__all__ = ["rows", "run"]
