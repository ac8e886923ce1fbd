import tinylib


def test_answer():
    assert tinylib.ANSWER == 42
