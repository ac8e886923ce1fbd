"""The base class of all models: constraint names, defaults, and the dictionary form.

Knows nothing about any particular table.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Self

from sqlalchemy import DateTime, MetaData, inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

#: Explicit names, so that an error names the rule that was broken.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """A row; its defaults are visible from construction on, not only after a flush."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[list[float]]: JSONB,
    }

    #: Columns that never leave the process, such as hashes of secrets.
    private_columns: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, **values: Any) -> None:
        for name in values:
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no attribute {name!r}")
        for attribute in inspect(type(self)).column_attrs:
            default = attribute.columns[0].default
            if default is not None and attribute.key not in values:
                setattr(
                    self, attribute.key, default.arg(None) if default.is_callable else default.arg
                )
        for name, value in values.items():
            setattr(self, name, value)

    @classmethod
    def public_columns(cls) -> list[str]:
        """The names of the columns in the dictionary form, in declaration order."""
        names = (attribute.key for attribute in inspect(cls).column_attrs)
        return [name for name in names if name not in cls.private_columns]

    def to_dict(self) -> dict[str, Any]:
        """The public columns as values that JSON can carry."""
        return {name: _encode(getattr(self, name)) for name in self.public_columns()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The row that `to_dict` described; raises ValueError for any other key."""
        columns = inspect(cls).columns
        public = cls.public_columns()
        unknown = sorted(set(data) - set(public))
        if unknown:
            raise ValueError(f"{cls.__name__} has no public column {', '.join(unknown)}")
        return cls(
            **{name: _decode(value, columns[name].type.python_type) for name, value in data.items()}
        )

    def __repr__(self) -> str:
        identity = inspect(self).mapper.primary_key_from_instance(self)
        return f"<{type(self).__name__} {', '.join(map(str, identity))}>"


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def _decode(value: Any, kind: type) -> Any:
    if isinstance(value, str) and issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and issubclass(kind, Enum):
        return kind(value)
    return value
