"""Learning what is usual from the detections of past hours."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.models import Baseline, Detection


async def learn_hour(session: AsyncSession, start: datetime) -> list[Baseline]:
    """Take the hour that begins at `start` into the baselines; the caller commits."""
    counts = await session.execute(
        select(Detection.camera_id, Detection.object_type, func.count())
        .where(Detection.detected_at >= start, Detection.detected_at < start + timedelta(hours=1))
        .group_by(Detection.camera_id, Detection.object_type)
        .order_by(Detection.camera_id, Detection.object_type)
    )
    learned = []
    for camera_id, object_type, count in counts.all():
        key = {
            "camera_id": camera_id,
            "object_type": object_type,
            "weekday": start.weekday(),
            "hour": start.hour,
        }
        baseline = await session.scalar(select(Baseline).filter_by(**key))
        if baseline is None:
            baseline = Baseline(**key)
            session.add(baseline)
        baseline.add(count)
        learned.append(baseline)
    return learned
