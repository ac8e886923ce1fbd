"""A sample of the GPU that runs the detector."""

from datetime import datetime

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.clock import utcnow
from backend.models.base import Base


class GPUStats(Base):
    """Load, memory and heat at one moment. What a card does not report is null."""

    __tablename__ = "gpu_stats"
    __table_args__ = (
        CheckConstraint("utilization BETWEEN 0 AND 100", name="utilization_range"),
        CheckConstraint("memory_total_mb > 0", name="memory_total_positive"),
        CheckConstraint("memory_used_mb BETWEEN 0 AND memory_total_mb", name="memory_used_range"),
        CheckConstraint("temperature_c BETWEEN -20 AND 130", name="temperature_range"),
        CheckConstraint("power_watts >= 0", name="power_not_negative"),
        CheckConstraint("inference_fps >= 0", name="inference_fps_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    gpu_name: Mapped[str] = mapped_column(String(120))
    utilization: Mapped[float]
    memory_used_mb: Mapped[int]
    memory_total_mb: Mapped[int]
    temperature_c: Mapped[int | None] = mapped_column(SmallInteger)
    power_watts: Mapped[float | None]
    inference_fps: Mapped[float | None]

    @property
    def memory_fraction(self) -> float:
        """The used part of the memory, 0 to 1."""
        return self.memory_used_mb / self.memory_total_mb

    def is_hot(self, limit_c: int = 85) -> bool:
        """Whether the card is at the limit or above; never when it reports no temperature."""
        return self.temperature_c is not None and self.temperature_c >= limit_c
