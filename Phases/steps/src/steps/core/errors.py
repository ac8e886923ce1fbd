"""The one failure a step reports to its user. Knows no step and prints nothing."""


class StepError(Exception):
    """A step cannot go on. Says what and where; `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str | None = None, exit_code: int = 1) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = exit_code
