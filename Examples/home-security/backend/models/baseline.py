"""What is usual: how often a kind of object is seen by a camera at an hour of the week."""

import math
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.models.base import Base
from backend.models.enums import ObjectType, enum_column

if TYPE_CHECKING:
    from backend.models.camera import Camera

#: Below this many samples nothing is called unusual.
MINIMUM_SAMPLES = 10


class Baseline(Base):
    """A running mean and variance of hourly counts, by Welford's method."""

    __tablename__ = "baselines"
    __table_args__ = (
        UniqueConstraint("camera_id", "weekday", "hour", "object_type"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_range"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_range"),
        CheckConstraint("sample_count >= 0", name="sample_count_not_negative"),
        CheckConstraint("mean >= 0", name="mean_not_negative"),
        CheckConstraint("squared_deviation >= 0", name="squared_deviation_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    object_type: Mapped[ObjectType] = mapped_column(enum_column(ObjectType, "object_type"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    hour: Mapped[int] = mapped_column(SmallInteger)
    sample_count: Mapped[int] = mapped_column(default=0)
    mean: Mapped[float] = mapped_column(default=0.0)
    squared_deviation: Mapped[float] = mapped_column(default=0.0)

    camera: Mapped["Camera"] = relationship(back_populates="baselines")

    def add(self, count: float) -> None:
        """Take one more hourly count into account; raises ValueError if it is negative."""
        if count < 0:
            raise ValueError(f"a count cannot be negative, this one is {count}")
        self.sample_count += 1
        distance = count - self.mean
        self.mean += distance / self.sample_count
        self.squared_deviation += distance * (count - self.mean)

    @property
    def standard_deviation(self) -> float:
        """Of the samples so far; 0 for fewer than two."""
        if self.sample_count < 2:
            return 0.0
        return math.sqrt(self.squared_deviation / (self.sample_count - 1))

    def is_unusual(self, count: float, sigmas: float = 3.0) -> bool:
        """Whether a count lies more than `sigmas` deviations from the mean."""
        if self.sample_count < MINIMUM_SAMPLES:
            return False
        return abs(count - self.mean) > sigmas * self.standard_deviation
