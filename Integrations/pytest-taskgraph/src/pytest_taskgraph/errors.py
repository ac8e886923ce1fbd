"""What goes wrong between a test and the services that it wants. Knows nothing else of this package."""


class LeaseError(Exception):
    """A request that cannot be met. `kind` is a word of the lease protocol, or `lost`, `timeout`, `unavailable`."""

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
