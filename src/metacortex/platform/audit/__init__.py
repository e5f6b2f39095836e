"""The audit log: who did what, when, from where; append-only, each organization's entries chained by keyed hashes."""

from metacortex.platform.audit.models import AuditEntry, AuditHead
from metacortex.platform.audit.record import record
from metacortex.platform.audit.verify import Finding, verify_chain
from metacortex.platform.origin import Origin, current_origin, start_origin

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Finding",
    "Origin",
    "current_origin",
    "record",
    "start_origin",
    "verify_chain",
]
