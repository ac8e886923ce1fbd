import idna
import pytest


@pytest.mark.slow
def test_slow():
    pass


class TestEncode:
    def test_encode(self):
        assert idna.encode("ü.example")
