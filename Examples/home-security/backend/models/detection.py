"""One object that the detector saw in one picture."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.clock import utcnow
from backend.models.base import Base
from backend.models.enums import ObjectType, enum_column

if TYPE_CHECKING:
    from backend.models.camera import Camera
    from backend.models.event import Event

#: Left, top, width and height as fractions of the picture.
BoundingBox = tuple[float, float, float, float]

_BOX_COLUMNS = ("bbox_x", "bbox_y", "bbox_width", "bbox_height")


class Detection(Base):
    """A box around an object, how sure the detector is, and which entity it was taken for."""

    __tablename__ = "detections"
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
        CheckConstraint("bbox_x BETWEEN 0 AND 1", name="bbox_x_range"),
        CheckConstraint("bbox_y BETWEEN 0 AND 1", name="bbox_y_range"),
        CheckConstraint("bbox_width BETWEEN 0 AND 1", name="bbox_width_range"),
        CheckConstraint("bbox_height BETWEEN 0 AND 1", name="bbox_height_range"),
        Index("ix_detections_camera_id_detected_at", "camera_id", "detected_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("events.id", ondelete="SET NULL"), index=True
    )
    object_type: Mapped[ObjectType] = mapped_column(enum_column(ObjectType, "object_type"))
    confidence: Mapped[float]
    bbox_x: Mapped[float]
    bbox_y: Mapped[float]
    bbox_width: Mapped[float]
    bbox_height: Mapped[float]
    entity: Mapped[str | None] = mapped_column(String(64), index=True)
    media_path: Mapped[str | None] = mapped_column(String(500))
    detected_at: Mapped[datetime] = mapped_column(default=utcnow)

    camera: Mapped["Camera"] = relationship(back_populates="detections")
    event: Mapped["Event | None"] = relationship(back_populates="detections")

    @property
    def bbox(self) -> BoundingBox:
        """The box as left, top, width, height."""
        return (self.bbox_x, self.bbox_y, self.bbox_width, self.bbox_height)

    @bbox.setter
    def bbox(self, box: BoundingBox) -> None:
        self.bbox_x, self.bbox_y, self.bbox_width, self.bbox_height = box

    @property
    def center(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.bbox_x + self.bbox_width / 2, self.bbox_y + self.bbox_height / 2)

    def is_confident(self, threshold: float) -> bool:
        """Whether the detector was at least that sure."""
        return self.confidence >= threshold

    def to_dict(self) -> dict[str, Any]:
        """The dictionary form; the box is one list rather than four columns."""
        data = super().to_dict()
        data["bbox"] = [data.pop(name) for name in _BOX_COLUMNS]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The reverse of `to_dict`; raises ValueError for other keys and other than four sides."""
        columns = dict(data)
        if "bbox" in columns:
            columns.update(zip(_BOX_COLUMNS, columns.pop("bbox"), strict=True))
        return super().from_dict(columns)
