"""How an organization calls: settings, phones, and whom it does not call."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import AgentPhone, CallingSettings
from metacortex.contexts.calls.router.calls import Limit, Placer, Viewer
from metacortex.contexts.calls.schemas import (
    AddedOut,
    CallingSettingsOut,
    ChangeCallingSettings,
    ChangePhone,
    DoNotCallOut,
    NewDoNotCall,
    PhoneOut,
)
from metacortex.contexts.calls.service import setting
from metacortex.contexts.calls.service.refusals import NumberInvalid
from metacortex.contexts.calls.service.setting import (
    AccountTaken,
    EntryNotFound,
    HoursUnclear,
    MemberUnknown,
    PhoneUnclear,
)
from metacortex.platform.http import Envelope, Page, Session, envelope, page, problems, read_cursor, write_cursor
from metacortex.platform.http.envelope import BadCursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1", tags=["calls"])
_LISTED = re.compile(r"\+[0-9]{2,15}\*?")
Editor = Annotated[Principal, Depends(require("calls:edit"))]


@router.get("/calling/settings", response_model=Envelope[CallingSettingsOut])
async def read_calling_settings(session: Session, _: Viewer) -> Any:
    """How the organization calls."""
    return envelope(_show(await setting.read_settings(session)))


@router.patch(
    "/calling/settings",
    response_model=Envelope[CallingSettingsOut],
    responses=problems(NumberInvalid, HoursUnclear),
)
async def change_calling_settings(body: ChangeCallingSettings, session: Session, _: Editor) -> Any:
    """Change what is named; the law of the callee's country stays the outer limit whatever is said here."""
    return envelope(_show(await setting.change_settings(session, body.model_dump(exclude_unset=True))))


@router.get("/calling/phones", response_model=Envelope[list[PhoneOut]])
async def list_phones(session: Session, _: Viewer) -> Any:
    """Where each member's phone rings."""
    return envelope([_show_phone(phone) for phone in await queries.list_phones(session)])


@router.put(
    "/calling/phones/me",
    response_model=Envelope[PhoneOut | None],
    responses=problems(PhoneUnclear, NumberInvalid, MemberUnknown, AccountTaken),
)
async def set_own_phone(body: ChangePhone, session: Session, member: Placer) -> Any:
    """Say where your phone rings; with neither account nor number it rings nowhere."""
    phone = await setting.set_phone(session, member.member_id, account=body.account, number=body.number)
    return envelope(_show_phone(phone) if phone else None)


@router.put(
    "/calling/phones/{member_id}",
    response_model=Envelope[PhoneOut | None],
    responses=problems(PhoneUnclear, NumberInvalid, MemberUnknown, AccountTaken),
)
async def set_phone(member_id: UUID, body: ChangePhone, session: Session, _: Editor) -> Any:
    """Say where a member's phone rings."""
    phone = await setting.set_phone(session, member_id, account=body.account, number=body.number)
    return envelope(_show_phone(phone) if phone else None)


@router.get("/do-not-call", response_model=Page[DoNotCallOut], responses=problems(BadCursor))
async def list_do_not_call(
    session: Session,
    _: Viewer,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = 100,
) -> Any:
    """Numbers that are not called, in order."""
    position = read_cursor(cursor, size=1)
    after = _read_number(position[0]) if position else None
    rows = await queries.list_do_not_call(session, after=after, limit=limit + 1)
    next_cursor = write_cursor([rows[limit - 1].number]) if len(rows) > limit else None
    return page(rows[:limit], next_cursor=next_cursor)


@router.post("/do-not-call", status_code=201, response_model=Envelope[AddedOut], responses=problems(NumberInvalid))
async def add_do_not_call(body: NewDoNotCall, session: Session, member: Placer) -> Any:
    """Never call these numbers again; anybody who calls may say so, since callers hear it first."""
    added = await setting.add_do_not_call(session, body.numbers, reason=body.reason, member_id=member.member_id)
    return envelope({"added": added})


@router.delete("/do-not-call/{entry_id}", status_code=204, responses=problems(EntryNotFound))
async def remove_do_not_call(entry_id: UUID, session: Session, _: Editor) -> Response:
    """Let a number be called again."""
    await setting.remove_do_not_call(session, entry_id)
    return Response(status_code=204)


def _read_number(value: Any) -> str:
    if not isinstance(value, str) or not _LISTED.fullmatch(value):
        raise BadCursor
    return value


def _show(row: CallingSettings) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CallingSettingsOut.model_fields}


def _show_phone(phone: AgentPhone) -> dict[str, Any]:
    return {"member_id": phone.member_id, "account": phone.account, "number": phone.number}
