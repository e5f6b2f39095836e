"""What one process of the calls API alone holds."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.service.alone import metrics
from metacortex.contexts.calls.service.alone.attempts import Attempts
from metacortex.contexts.calls.service.alone.do_not_call import DoNotCallFile
from metacortex.contexts.calls.service.alone.signing_in import Users
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.memory import MemoryCalls
from metacortex.contexts.calls.settings import AloneSettings, CallsSettings


class NotConfigured(RuntimeError):
    """Something without which no call could be placed is not set; says what."""


@dataclass(frozen=True, slots=True)
class Office:
    """The one organization that calls: its calls, its users and its rules."""

    org_id: UUID
    settings: AloneSettings
    store: MemoryCalls
    engine: Engine
    users: Users
    attempts: Attempts
    do_not_call: DoNotCallFile


def open_office(calls: CallsSettings, alone: AloneSettings) -> Office:
    """Return an office ready to work; raises NotConfigured or DoNotCallUnreadable, in words for the operator."""
    if not calls.servers:
        raise NotConfigured(
            "There is no Asterisk to call through. Set METACORTEX_CALLS_ASTERISK_URL and _PASSWORD, or "
            "METACORTEX_CALLS_EMULATED=true to try everything out."
        )
    if not alone.users:
        raise NotConfigured(
            "Nobody could sign in. Make a hash with `metacortex hash-password`, then set "
            'METACORTEX_CALLS_USERS=\'{"name": "hash"}\'.'
        )
    # Two installations at one Asterisk need two application names, which tell their channels apart as well.
    org_id = uuid5(NAMESPACE_URL, f"urn:metacortex:calls-alone:{calls.servers[0].app}")
    do_not_call = DoNotCallFile(alone.do_not_call_file)
    store = MemoryCalls(alone.kept, metrics.count_ended, do_not_call.forbids)
    return Office(
        org_id=org_id,
        settings=alone,
        store=store,
        engine=Engine(store, Fleet(calls)),
        users=Users(org_id, alone.users),
        attempts=Attempts(),
        do_not_call=do_not_call,
    )
