import pytest


@pytest.mark.slow
def test_main(app):
    assert app.main() == 0


@pytest.mark.parametrize("text", ["a b", "ü"])
def test_text(text):
    assert text
