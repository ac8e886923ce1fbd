"""What requests have in common."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict


class RequestModel(BaseModel):
    """A request body; a misspelt field is an error rather than ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def changes(self) -> dict[str, Any]:
        """Only what the caller sent."""
        return self.model_dump(exclude_unset=True)


class Page(BaseModel):
    """Part of a list, and how long the whole is."""

    items: list[dict[str, Any]]
    total: int
    limit: int
    offset: int


Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0)]
