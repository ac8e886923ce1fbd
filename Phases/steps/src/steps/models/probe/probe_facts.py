"""Small facts of columns, constraints and relationships, as text. Asks no database."""

from sqlalchemy.dialects import postgresql


def annotation(mapper, key):
    """What the class says that an attribute holds, as text."""
    return next(
        (
            str(c.__dict__["__annotations__"][key])
            for c in mapper.class_.__mro__
            if key in c.__dict__.get("__annotations__", {})
        ),
        "",
    )


def remote(one):
    """For a list: the attributes of its members that point back, with ours that they point to."""
    pairs = []
    for ours, theirs in one.synchronize_pairs:
        for attribute in one.mapper.column_attrs:
            if theirs in attribute.columns:
                mine = [a.key for a in one.parent.column_attrs if ours in a.columns]
                pairs.append([attribute.key, mine[0] if mine else None])
    return pairs


def column_text(column):
    """As the generated conftest.py says it: type, nullability, default of the server."""
    text = str(column["type"].compile(dialect=postgresql.dialect()))
    if hasattr(column["type"], "enums"):
        text = column["type"].name or text
    text += "" if column["nullable"] else " NOT NULL"
    default = column.get("default")
    return text if default is None or "nextval(" in default else f"{text} DEFAULT {default}"


def name_of(constraint):
    """As the database calls it: naming conventions applied, or the name that PostgreSQL itself makes up."""
    if constraint.name is None:
        kinds = {"UniqueConstraint": "key", "ForeignKeyConstraint": "fkey", "CheckConstraint": "check"}
        columns = [column.name for column in constraint.columns]
        if type(constraint).__name__ == "CheckConstraint" and len(columns) != 1:
            columns = []
        return "_".join([constraint.table.name, *columns, kinds.get(type(constraint).__name__, "pkey")])
    return str(postgresql.dialect().identifier_preparer.format_constraint(constraint)).strip('"')
