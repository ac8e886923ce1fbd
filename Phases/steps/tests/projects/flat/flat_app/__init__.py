__version__ = "1.2.3"


def main():
    return 0
