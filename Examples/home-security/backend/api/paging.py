"""One page of a query, in dictionary form."""

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.schemas.common import Page


async def page_of(session: AsyncSession, query: Select, limit: int, offset: int) -> Page:
    """The rows from `offset` on, and the number of all rows. The query must be ordered."""
    total = await session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    rows = await session.scalars(query.limit(limit).offset(offset))
    return Page(items=[row.to_dict() for row in rows], total=total, limit=limit, offset=offset)
