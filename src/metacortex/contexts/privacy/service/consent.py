"""Consent: asked for before every use of an address, recorded with its proof, withdrawn as easily as given."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.models import Consent
from metacortex.contexts.privacy.rules import Refusal, judge_use, reaches
from metacortex.contexts.privacy.service.addresses import hash_address, list_addresses, read_address
from metacortex.contexts.privacy.service.suppression import find_erased
from metacortex.contexts.privacy.types import (
    Address,
    AddressKind,
    Channel,
    ConsentBasis,
    Decision,
    Enquiry,
    KeptConsent,
    Purpose,
    Said,
    SuppressionReason,
)
from metacortex.platform.database import Lock, new_id, utc_now
from metacortex.platform.errors import Invalid, Refused


class ConsentMissing(Refused):
    code = "consent_missing"
    title = "This person has not agreed to this use of their address. Ask for their consent first."


class Suppressed(Refused):
    code = "address_suppressed"
    title = "This address is on the list of those who must not be contacted. Do not use it."


class ChannelUnfit(Invalid):
    code = "channel_unfit"
    title = "This channel does not use that kind of address. Choose another channel or address."


class ConsentTextUnknown(Invalid):
    code = "consent_text_unknown"
    title = "This consent text does not exist. Load the form again, so that it shows the present text."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """A decision to record. With `text_id` purpose and channel are those of the text the person read."""

    address: Address
    purpose: Purpose
    channel: Channel
    decision: Decision
    source: str
    text_id: UUID | None = None
    at: datetime | None = None
    client_address: str | None = None
    proof: dict[str, Any] = field(default_factory=dict)
    actor_id: UUID | None = None


async def require(
    session: AsyncSession,
    *,
    purpose: Purpose,
    channel: Channel,
    address: str,
    country: str | None = None,
    enquiry: Enquiry | None = None,
) -> ConsentBasis:
    """Return the basis on which an address may be used now; raise Suppressed or ConsentMissing when there is none.

    Call it in the transaction that sends, dials or uploads: a withdrawal waits for that transaction to end, and is
    seen by every later one. `country` is the person's (ISO 3166-1 alpha-2); unknown means the strictest rules.
    """
    found = await judge_many(
        session, purpose=purpose, channel=channel, addresses=[address], country=country, enquiries={address: enquiry}
    )
    return _require_basis(found[address])


@dataclass(frozen=True, slots=True)
class Use:
    """What an address is to be used for, by its hash: for who reads its standing together with other things.

    The transaction takes `lock` before the statement that reads `queries.select_standing`: a withdrawal waits for its
    end, and is seen by every later one.
    """

    purpose: Purpose
    channel: Channel
    address_hash: str

    @property
    def lock(self) -> Lock:
        """What keeps decisions about the address away."""
        return Lock(self.address_hash, queries.LOCK_SEED, is_shared=True)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters by which its standing is read."""
        return {"purpose": self.purpose.value, "channel": self.channel.value, "address_hash": self.address_hash}


def plan_use(org_id: UUID, address: str, *, purpose: Purpose, channel: Channel) -> Use:
    """Return a use of an address; raises AddressUnusable or ChannelUnfit."""
    read = read_address(address)
    if not reaches(channel, read.kind):
        raise ChannelUnfit
    return Use(purpose, channel, hash_address(org_id, read))


async def take_free(session: AsyncSession, uses: Collection[Use]) -> set[Use]:
    """Take the locks of those uses about whose address nobody writes a decision now, and return these; wait never."""
    free = await queries.share_free_addresses(session, {use.address_hash for use in uses}) if uses else set()
    return {use for use in uses if use.address_hash in free}


def judge_standing(
    use: Use, standing: Mapping[str, Any], *, country: str | None, enquiry: Enquiry | None
) -> ConsentBasis:
    """Say by an address's standing what `require` says; raises Suppressed or ConsentMissing."""
    latest = standing["said"]
    judged = judge_use(
        purpose=use.purpose,
        channel=use.channel,
        country=country,
        suppressed={SuppressionReason(one) for one in standing["suppressed"] or ()},
        said=_read_said(latest) if latest else None,
        enquiry=enquiry,
        now=utc_now(),
    )
    return _require_basis(judged)


def require_no_refusal(standing: Mapping[str, Any]) -> None:
    """Let an address be used where no consent is needed: raises Suppressed or ConsentMissing if its owner said no."""
    if standing["suppressed"]:
        raise Suppressed
    if standing["said"] and _read_said(standing["said"]).decision is Decision.WITHDRAWN:
        raise ConsentMissing


def _read_said(latest: Mapping[str, Any]) -> Said:
    text_id = latest["text_id"]
    at, consent_id = datetime.fromisoformat(latest["at"]), UUID(latest["consent_id"])
    return Said(Decision(latest["decision"]), at, consent_id, UUID(text_id) if text_id else None)


def _require_basis(judged: ConsentBasis | Refusal) -> ConsentBasis:
    if isinstance(judged, ConsentBasis):
        return judged
    raise Suppressed if judged.reason else ConsentMissing


async def judge_many(
    session: AsyncSession,
    *,
    purpose: Purpose,
    channel: Channel,
    addresses: Sequence[str],
    country: str | None = None,
    countries: Mapping[str, str | None] | None = None,
    enquiries: Mapping[str, Enquiry | None] | None = None,
    is_acted_on: bool = True,
) -> dict[str, ConsentBasis | Refusal]:
    """Answer `require` for many addresses by three statements: each maps to its basis, or to why there is none.

    `countries` are those of single addresses; where nothing is done with the answer but counting, nobody is held up.
    """
    org_id, now = session.info["org_id"], utc_now()
    hashes: dict[str, str] = {}
    for typed in addresses:
        address = read_address(typed)
        if not reaches(channel, address.kind):
            raise ChannelUnfit
        hashes[typed] = hash_address(org_id, address)
    if is_acted_on:
        await queries.share_addresses(session, hashes.values())
    suppressed = await queries.read_suppressions(session, list(hashes.values()))
    said = await queries.read_decisions(session, list(hashes.values()), purpose=purpose, channel=channel)
    return {
        typed: judge_use(
            purpose=purpose,
            channel=channel,
            country=(countries or {}).get(typed, country),
            suppressed={SuppressionReason(one) for one in suppressed.get(hashed, ())},
            said=said.get(hashed),
            enquiry=(enquiries or {}).get(typed),
            now=now,
        )
        for typed, hashed in hashes.items()
    }


async def record_consents(session: AsyncSession, decisions: Iterable[NewConsent]) -> list[Consent]:
    """Keep decisions with their proof; raise ChannelUnfit or ConsentTextUnknown before any is kept."""
    decisions = list(decisions)
    org_id, now = session.info["org_id"], utc_now()
    texts = await queries.find_texts(session, {one.text_id for one in decisions if one.text_id})
    rows = []
    for one in decisions:
        shown = texts.get(one.text_id) if one.text_id else None
        if one.text_id and (shown is None or (shown.purpose, shown.channel) != (one.purpose, one.channel)):
            raise ConsentTextUnknown(errors=[{"field": "text_id", "message": ConsentTextUnknown.title}])
        if not reaches(one.channel, one.address.kind):
            raise ChannelUnfit(errors=[{"field": "channel", "message": ChannelUnfit.title}])
        rows.append(
            Consent(
                org_id=org_id,
                id=new_id(),
                address_kind=one.address.kind.value,
                address_hash=hash_address(org_id, one.address),
                address=one.address.value,
                purpose=one.purpose.value,
                channel=one.channel.value,
                decision=one.decision.value,
                text_id=one.text_id,
                at=one.at or now,
                source=one.source,
                client_address=one.client_address,
                proof=one.proof,
                actor_id=one.actor_id,
            )
        )
    await queries.hold_addresses(session, {row.address_hash for row in rows})
    session.add_all(rows)
    await session.flush()
    return rows


async def record_kept(
    session: AsyncSession,
    kept: Mapping[str, KeptConsent],
    *,
    purpose: Purpose,
    channel: Channel,
    proof: Mapping[str, Any],
    actor_id: UUID | None = None,
) -> int:
    """Keep consents that a table names, by phone number (E.164), with their proof; return how many that were.

    Of people who were erased nothing is kept. A decision that somebody took later goes on to count.
    """
    addresses = {number: Address(AddressKind.PHONE, number) for number in kept}
    erased = await find_erased(session, addresses.values())
    decisions = [
        NewConsent(
            address=addresses[number],
            purpose=purpose,
            channel=channel,
            decision=Decision.GIVEN,
            source=one.source,
            at=one.at,
            proof={"by": "table", **proof, **({"text": one.text} if one.text else {})},
            actor_id=actor_id,
        )
        for number, one in kept.items()
        if addresses[number] not in erased
    ]
    return len(await record_consents(session, decisions)) if decisions else 0


async def record_ticked(
    session: AsyncSession,
    *,
    text_ids: Sequence[UUID],
    email: str | None,
    phone: str | None,
    source: str,
    client_address: str | None,
) -> int:
    """Keep what a visitor ticked in a form, for the addresses they left; return how many decisions that were."""
    texts = await queries.find_texts(session, set(text_ids))
    if len(texts) < len(set(text_ids)):
        raise ConsentTextUnknown(errors=[{"field": "consent", "message": ConsentTextUnknown.title}])
    decisions = [
        NewConsent(
            address=address,
            purpose=Purpose(shown.purpose),
            channel=Channel(shown.channel),
            decision=Decision.GIVEN,
            text_id=shown.id,
            source=source,
            client_address=client_address,
            proof={"text_version": shown.version, "language": shown.language, "by": "form"},
        )
        for shown in texts.values()
        for address in list_addresses([email], [phone])
        if reaches(Channel(shown.channel), address.kind)
    ]
    return len(await record_consents(session, decisions)) if decisions else 0
