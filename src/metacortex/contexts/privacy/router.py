"""Privacy over HTTP: consent texts and consents, the suppression list, requests of people, retention."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from metacortex.contexts.privacy import queries, schemas
from metacortex.contexts.privacy.service import consent, finishing, requests, retention, suppression, texts
from metacortex.contexts.privacy.service.addresses import AddressUnusable, hash_address, read_address
from metacortex.contexts.privacy.service.unsubscribing import LinkInvalid
from metacortex.contexts.privacy.service.unsubscribing import unsubscribe as withdraw_by_link
from metacortex.contexts.privacy.types import ConsentBasis, DataKind, SuppressionReason
from metacortex.platform import audit
from metacortex.platform.http import (
    Envelope,
    IdempotencyKey,
    IdempotentRoute,
    Page,
    Session,
    envelope,
    page,
    problems,
    read_cursor,
    write_cursor,
)
from metacortex.platform.http.addresses import client_address
from metacortex.platform.http.envelope import BadCursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import ProofNeeded, RecentProof, require

router = APIRouter(prefix="/api/v1/privacy", tags=["privacy"], route_class=IdempotentRoute)
Viewer = Annotated[Principal, Depends(require("privacy:view"))]
Editor = Annotated[Principal, Depends(require("privacy:edit"))]
Cursor = Annotated[str | None, Query(max_length=300)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/consent-texts", response_model=Envelope[list[schemas.ConsentTextOut]])
async def list_consent_texts(session: Session, _: Viewer) -> Any:
    """What people are asked to agree to, the newest version of each text first."""
    return envelope(await queries.list_texts(session))


@router.post("/consent-texts", status_code=201, response_model=Envelope[schemas.ConsentTextOut])
async def publish_consent_text(
    body: schemas.NewConsentTextIn, session: Session, member: Editor, _: IdempotencyKey
) -> Any:
    """Publish the next version of a text; the earlier ones stay as they were."""
    row = await texts.publish_text(session, **body.model_dump(), member_id=member.member_id)
    after = {"purpose": row.purpose, "channel": row.channel, "language": row.language, "version": row.version}
    audit.record(session, "consent_text.published", subject=f"consent_text:{row.id}", after=after)
    return envelope(schemas.ConsentTextOut.model_validate(row))


@router.get("/consents", response_model=Page[schemas.ConsentOut], responses=problems(BadCursor, AddressUnusable))
async def list_consents(
    session: Session,
    _: Viewer,
    address: Annotated[str | None, Query(min_length=3, max_length=320, pattern=r"^[^\x00]*$")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """Decisions, newest first; with `address` those of one person."""
    wanted = hash_address(session.info["org_id"], read_address(address)) if address else None
    rows = await queries.page_consents(session, address_hash=wanted, before=_read_id(cursor), limit=limit + 1)
    return page(rows[:limit], next_cursor=write_cursor([rows[limit - 1].id]) if len(rows) > limit else None)


@router.post(
    "/consents",
    status_code=201,
    response_model=Envelope[schemas.ConsentOut],
    responses=problems(AddressUnusable, consent.ChannelUnfit, consent.ConsentTextUnknown),
)
async def record_consent(body: schemas.NewConsentIn, session: Session, member: Editor, request: Request) -> Any:
    """Record what a person told you, given or withdrawn. The latest decision counts."""
    [row] = await consent.record_consents(
        session,
        [
            consent.NewConsent(
                address=read_address(body.address),
                purpose=body.purpose,
                channel=body.channel,
                decision=body.decision,
                text_id=body.text_id,
                source=body.source,
                at=body.at,
                client_address=client_address(request.scope),
                proof={"by": "member", **({"note": body.note} if body.note else {})},
                actor_id=member.member_id,
            )
        ],
    )
    after = {"purpose": row.purpose, "channel": row.channel}
    audit.record(session, f"consent.{row.decision}", subject=f"consent:{row.id}", after=after)
    return envelope(schemas.ConsentOut.model_validate(row))


@router.post(
    "/checks",
    response_model=Envelope[schemas.CheckOut],
    responses=problems(AddressUnusable, consent.ChannelUnfit),
)
async def check_consent(body: schemas.CheckIn, session: Session, _: Viewer) -> Any:
    """Say whether an address may be used for a purpose by a channel now, on what basis, or why not."""
    judged = (
        await consent.judge_many(
            session, purpose=body.purpose, channel=body.channel, addresses=[body.address], country=body.country
        )
    )[body.address]
    if isinstance(judged, ConsentBasis):
        basis = {"basis": judged.kind, "since": judged.since, "law": judged.law, "refused_for": None}
        return envelope({"allowed": True, **basis})
    refused = {"basis": None, "since": None, "law": None, "refused_for": judged.reason or "no_consent"}
    return envelope({"allowed": False, **refused})


@router.get("/suppressions", response_model=Envelope[list[schemas.SuppressionCountOut]])
async def count_suppressions(session: Session, _: Viewer) -> Any:
    """How many addresses are on the list, by kind and reason. Which ones nobody can read, not even here."""
    return envelope(await queries.count_suppressions(session))


@router.post(
    "/suppressions",
    status_code=201,
    response_model=Envelope[schemas.SuppressedOut],
    responses=problems(AddressUnusable),
)
async def add_suppression(body: schemas.NewSuppressionIn, session: Session, _: Editor) -> Any:
    """Leave an address alone from now on."""
    address, reason = read_address(body.address), SuppressionReason(body.reason)
    await suppression.suppress(session, [address], reason)
    hashed = hash_address(session.info["org_id"], address)
    audit.record(session, "suppression.added", subject=f"address:{hashed}", after={"reason": reason.value})
    return envelope({"suppressed": True, "reasons": await suppression.find_suppressions(session, address)})


@router.post("/suppressions/check", response_model=Envelope[schemas.SuppressedOut], responses=problems(AddressUnusable))
async def check_suppression(body: schemas.AddressIn, session: Session, _: Viewer) -> Any:
    """Say whether an address is on the list, and why."""
    reasons = await suppression.find_suppressions(session, read_address(body.address))
    return envelope({"suppressed": bool(reasons), "reasons": reasons})


@router.post(
    "/suppressions/remove",
    response_model=Envelope[schemas.RemovedOut],
    responses=problems(AddressUnusable, suppression.NotSuppressed),
)
async def remove_suppression(body: schemas.AddressIn, session: Session, _: Editor) -> Any:
    """Take an address off the list; an erasure stays."""
    address = read_address(body.address)
    removed = await suppression.unsuppress(session, address)
    hashed = hash_address(session.info["org_id"], address)
    audit.record(session, "suppression.removed", subject=f"address:{hashed}", before={"entries": removed})
    return envelope({"removed": removed})


@router.post(
    "/requests",
    status_code=201,
    response_model=Envelope[schemas.PrivacyRequestOut],
    responses=problems(AddressUnusable, requests.RequestRunning, requests.PersonIsMember, ProofNeeded),
    dependencies=[RecentProof],
)
async def create_privacy_request(body: schemas.NewRequestIn, session: Session, member: Editor) -> Any:
    """Gather everything about a person, or forget them. Make sure first that the request is theirs."""
    row = await requests.open_request(
        session, kind=body.kind, email=body.email, phone=body.phone, member_id=member.member_id
    )
    audit.record(session, f"privacy_request.{row.kind}_created", subject=f"privacy_request:{row.id}")
    return envelope(schemas.PrivacyRequestOut.model_validate(row))


@router.get("/requests", response_model=Page[schemas.PrivacyRequestOut], responses=problems(BadCursor))
async def list_privacy_requests(session: Session, _: Viewer, cursor: Cursor = None, limit: Limit = 50) -> Any:
    """Requests of people, newest first."""
    rows = await queries.page_requests(session, before=_read_id(cursor), limit=limit + 1)
    return page(rows[:limit], next_cursor=write_cursor([rows[limit - 1].id]) if len(rows) > limit else None)


@router.get(
    "/requests/{request_id}",
    response_model=Envelope[schemas.PrivacyRequestOut],
    responses=problems(requests.RequestNotFound),
)
async def read_privacy_request(request_id: UUID, session: Session, _: Viewer) -> Any:
    """How far a request is, and what was found or erased so far."""
    return envelope(await requests.read_request(session, request_id))


@router.get(
    "/requests/{request_id}/certificate",
    response_model=Envelope[dict[str, Any]],
    responses=problems(requests.RequestNotFound, requests.NotFinished),
)
async def read_erasure_certificate(request_id: UUID, session: Session, _: Viewer) -> Any:
    """What was erased, when, and what the product cannot reach; it names nobody."""
    return envelope(await finishing.read_certificate(session, request_id))


@router.get(
    "/requests/{request_id}/download",
    response_class=Response,
    responses={
        200: {"content": {"application/zip": {}}},
        **problems(requests.RequestNotFound, requests.ExportGone, requests.NotFinished, ProofNeeded),
    },
    dependencies=[RecentProof],
)
async def download_privacy_export(request_id: UUID, member: Editor) -> Response:
    """Everything kept about a person, as a ZIP of JSON files."""
    content = await finishing.read_export(member.org_id, request_id)
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="export-{request_id}.zip"', "Cache-Control": "no-store"},
    )


@router.get("/retention", response_model=Envelope[list[schemas.RetentionRuleOut]])
async def list_retention_rules(session: Session, _: Viewer) -> Any:
    """How many days each kind of data is kept."""
    return envelope(await retention.list_rules(session))


@router.put(
    "/retention/{kind}",
    response_model=Envelope[schemas.RetentionRuleOut],
    responses=problems(retention.KeepDaysOutOfRange),
)
async def change_retention_rule(
    kind: DataKind, body: schemas.ChangeRetentionRuleIn, session: Session, _: Editor
) -> Any:
    """Keep a kind of data for so many days, from the next nightly run on."""
    before = await retention.read_keep_days(session, kind)
    rule = await retention.change_rule(session, kind, body.keep_days)
    audit.record(
        session,
        "retention_rule.changed",
        subject=f"retention:{kind}",
        before={"keep_days": before},
        after={"keep_days": body.keep_days},
    )
    return envelope(rule)


@router.post("/unsubscribe/{token}", response_model=Envelope[schemas.UnsubscribedOut], responses=problems(LinkInvalid))
async def unsubscribe(token: Annotated[str, Path(max_length=200)], request: Request) -> Any:
    """Withdraw a consent by the link of a message, without signing in (one-click, RFC 8058)."""
    await withdraw_by_link(token, client_address=client_address(request.scope))
    return envelope({"unsubscribed": True})


def _read_id(cursor: str | None) -> UUID | None:
    position = read_cursor(cursor, size=1)
    try:
        return UUID(position[0]) if position else None
    except (AttributeError, TypeError, ValueError) as error:
        raise BadCursor from error
