"""The door of the privacy context: ask for consent before acting, answer for your rows when a person asks."""

from metacortex.contexts.privacy.queries import select_standing
from metacortex.contexts.privacy.rules import (
    ENQUIRY_DAYS,
    ConsentUnclear,
    Refusal,
    normalise_email,
    normalise_phone,
    read_kept_consent,
)
from metacortex.contexts.privacy.service.addresses import list_addresses
from metacortex.contexts.privacy.service.consent import (
    ConsentMissing,
    ConsentTextUnknown,
    NewConsent,
    Suppressed,
    Use,
    judge_standing,
    plan_use,
    record_consents,
    record_kept,
    record_ticked,
    require_no_refusal,
    take_free,
)
from metacortex.contexts.privacy.service.consent import judge_many as judge_consents
from metacortex.contexts.privacy.service.consent import require as require_consent
from metacortex.contexts.privacy.service.parts import erase_part, export_part, keep_export
from metacortex.contexts.privacy.service.requests import (
    read_subject,
    record_located,
    record_part,
    show_failed,
)
from metacortex.contexts.privacy.service.retention import read_limit, run_retention
from metacortex.contexts.privacy.service.suppression import (
    ERASED_ROW,
    PersonErased,
    find_erased,
    find_erased_rows,
    suppress,
)
from metacortex.contexts.privacy.service.unsubscribing import write_token as write_unsubscribe_token
from metacortex.contexts.privacy.types import (
    Address,
    AddressKind,
    BasisKind,
    Channel,
    ConsentBasis,
    DataKind,
    Decision,
    Enquiry,
    KeptConsent,
    Part,
    Purpose,
    Subject,
    SuppressionReason,
)

__all__ = [
    "ENQUIRY_DAYS",
    "ERASED_ROW",
    "Address",
    "AddressKind",
    "BasisKind",
    "Channel",
    "ConsentBasis",
    "ConsentMissing",
    "ConsentTextUnknown",
    "ConsentUnclear",
    "DataKind",
    "Decision",
    "Enquiry",
    "KeptConsent",
    "NewConsent",
    "Part",
    "PersonErased",
    "Purpose",
    "Refusal",
    "Subject",
    "Suppressed",
    "SuppressionReason",
    "Use",
    "erase_part",
    "export_part",
    "find_erased",
    "find_erased_rows",
    "judge_consents",
    "judge_standing",
    "keep_export",
    "list_addresses",
    "normalise_email",
    "normalise_phone",
    "plan_use",
    "read_kept_consent",
    "read_limit",
    "read_subject",
    "record_consents",
    "record_kept",
    "record_located",
    "record_part",
    "record_ticked",
    "require_consent",
    "require_no_refusal",
    "run_retention",
    "select_standing",
    "show_failed",
    "suppress",
    "take_free",
    "write_unsubscribe_token",
]
