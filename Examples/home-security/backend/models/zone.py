"""A part of a camera's picture that means something to the household."""

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.models.base import Base
from backend.models.enums import ZoneKind, enum_column

if TYPE_CHECKING:
    from backend.models.camera import Camera


class Zone(Base):
    """A polygon; its points are fractions of the picture's width and height."""

    __tablename__ = "zones"
    __table_args__ = (
        UniqueConstraint("camera_id", "name"),
        CheckConstraint("length(name) > 0", name="name_not_empty"),
        CheckConstraint("jsonb_array_length(polygon) >= 3", name="polygon_has_area"),
        CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="color_is_hex"),
        CheckConstraint("priority BETWEEN 0 AND 100", name="priority_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ZoneKind] = mapped_column(
        enum_column(ZoneKind, "zone_kind"), default=ZoneKind.YARD
    )
    polygon: Mapped[list[list[float]]]
    color: Mapped[str] = mapped_column(String(7), default="#3b82f6")
    priority: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_enabled: Mapped[bool] = mapped_column(default=True)

    camera: Mapped["Camera"] = relationship(back_populates="zones")

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside, by the even-odd rule."""
        inside = False
        previous_x, previous_y = self.polygon[-1]
        for point_x, point_y in self.polygon:
            crosses = (point_y > y) != (previous_y > y)
            if (
                crosses
                and x < (previous_x - point_x) * (y - point_y) / (previous_y - point_y) + point_x
            ):
                inside = not inside
            previous_x, previous_y = point_x, point_y
        return inside
