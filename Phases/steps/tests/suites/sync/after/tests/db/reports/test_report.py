from time import sleep


def test_report(warm, quarter):
    sleep(3)
    assert quarter == "Q1"
