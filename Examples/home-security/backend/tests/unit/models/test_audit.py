"""Unit tests for the Audit model. No database."""

from datetime import UTC, datetime

import pytest

from backend.models import Audit, AuditAction, AuditOutcome

pytestmark = pytest.mark.unit


def make_audit(**values) -> Audit:
    return Audit(**{"action": AuditAction.CREATE, "resource_type": "camera"} | values)


def test_defaults():
    entry = make_audit()

    assert entry.actor == "system"
    assert entry.outcome is AuditOutcome.SUCCESS
    assert entry.details == {}
    assert entry.resource_id is None
    assert entry.ip_address is None


def test_created_at_is_aware_and_now():
    before = datetime.now(UTC)
    entry = make_audit()

    assert before <= entry.created_at <= datetime.now(UTC)


def test_default_details_are_not_shared():
    first, second = make_audit(), make_audit()
    first.details["seen"] = True

    assert second.details == {}


def test_explicit_values_win_over_defaults():
    entry = make_audit(actor="maria", outcome=AuditOutcome.DENIED)

    assert entry.actor == "maria"
    assert entry.outcome is AuditOutcome.DENIED


def test_unknown_attribute_is_refused():
    with pytest.raises(TypeError, match="Audit has no attribute 'colour'"):
        make_audit(colour="red")


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [(AuditOutcome.SUCCESS, False), (AuditOutcome.DENIED, True), (AuditOutcome.ERROR, True)],
)
def test_is_failure(outcome, failed):
    assert make_audit(outcome=outcome).is_failure is failed


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "system: create camera"),
        ({"resource_id": "porch"}, "system: create camera porch"),
        (
            {"actor": "maria", "action": AuditAction.DELETE, "outcome": AuditOutcome.DENIED},
            "maria: delete camera (denied)",
        ),
    ],
)
def test_describe(values, line):
    assert make_audit(**values).describe() == line


def test_round_trip_through_dictionary():
    data = make_audit(id=7, resource_id="porch", details={"fields": ["name"]}).to_dict()

    assert Audit.from_dict(data).to_dict() == data


def test_dictionary_is_plain_data():
    data = make_audit().to_dict()

    assert data["action"] == "create"
    assert isinstance(data["created_at"], str)


def test_from_dict_refuses_unknown_keys():
    with pytest.raises(ValueError, match="Audit has no public column colour"):
        Audit.from_dict({"colour": "red"})
