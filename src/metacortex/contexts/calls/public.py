"""The door of the calls context."""

from metacortex.contexts.calls.clients.asterisk import Connection, Fleet, listen
from metacortex.contexts.calls.service.agents import WAKE as CAMPAIGNS
from metacortex.contexts.calls.service.comparing import compare
from metacortex.contexts.calls.service.dialling import run_campaigns
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.judging import read_override
from metacortex.contexts.calls.service.presence import read_heard, record_presence
from metacortex.contexts.calls.service.reconciling import end_stranded, look_at, repair
from metacortex.contexts.calls.service.store import PostgresCalls
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.calls.types import AsteriskUnreachable, RequestRefused, Signal, SignalKind, locate

__all__ = [
    "CAMPAIGNS",
    "AsteriskUnreachable",
    "Connection",
    "Engine",
    "Fleet",
    "PostgresCalls",
    "RequestRefused",
    "Signal",
    "SignalKind",
    "calls_settings",
    "compare",
    "end_stranded",
    "listen",
    "locate",
    "look_at",
    "read_heard",
    "read_override",
    "record_presence",
    "repair",
    "run_campaigns",
]
