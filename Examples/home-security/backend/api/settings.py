"""The Settings page: preferences of the household, and API keys."""

from typing import Any

from fastapi import APIRouter, Request, status
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import select

from backend.api.dependencies import RedisDep, SessionDep, found_or_404
from backend.models import APIKey, AuditAction
from backend.schemas.settings import APIKeyCreate, PreferencesUpdate
from backend.services.auditing import write_audit
from backend.services.preferences import Preferences, load_preferences, save_preferences

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("")
async def read_preferences(redis: RedisDep) -> Preferences:
    """The household's choices."""
    return await load_preferences(redis)


@router.patch("")
async def update_preferences(
    body: PreferencesUpdate, redis: RedisDep, session: SessionDep, request: Request
) -> Preferences:
    """Change what the body names; 422 when a value is out of range."""
    current = await load_preferences(redis)
    try:
        changed = Preferences.model_validate(current.model_dump() | body.changes())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_context=False)) from error
    write_audit(session, request, AuditAction.UPDATE, "settings", fields=sorted(body.changes()))
    await session.commit()
    await save_preferences(redis, changed)
    return changed


@router.get("/api-keys")
async def list_keys(session: SessionDep) -> list[dict[str, Any]]:
    """All keys, without what would open anything."""
    return [key.to_dict() for key in await session.scalars(select(APIKey).order_by(APIKey.id))]


@router.post("/api-keys", status_code=status.HTTP_201_CREATED)
async def create_key(body: APIKeyCreate, session: SessionDep, request: Request) -> dict[str, Any]:
    """A new key; `key` in the answer is shown this once."""
    row, key = APIKey.issue(body.name, body.scope, body.expires_at)
    session.add(row)
    await session.flush()
    write_audit(session, request, AuditAction.CREATE, "api_key", row.id, scope=row.scope)
    await session.commit()
    return row.to_dict() | {"key": key}


@router.delete("/api-keys/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_key(key_id: int, session: SessionDep, request: Request) -> None:
    """Make a key useless; the row stays for the audit log's sake."""
    row = await found_or_404(session, APIKey, key_id)
    row.is_active = False
    write_audit(session, request, AuditAction.DELETE, "api_key", key_id)
    await session.commit()
