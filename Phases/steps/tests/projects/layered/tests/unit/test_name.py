from layered import NAME


def test_name():
    assert NAME
