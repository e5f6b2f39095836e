"""The law of calling, by country, as data and judgements: when, how often, from which number."""

from metacortex.contexts.calls.rules.law.abandonment import AbandonmentBounds, bind_abandonment
from metacortex.contexts.calls.rules.law.book import (
    Abandonment,
    Duty,
    Law,
    Limit,
    Per,
    Purpose,
    Rule,
    Source,
    law_of,
    require_known,
    shipped_laws,
)
from metacortex.contexts.calls.rules.law.caller_id import CallerId, CallerIdUsage, choose_caller_id
from metacortex.contexts.calls.rules.law.consent import judge_enquiry
from metacortex.contexts.calls.rules.law.frequency import judge_frequency, own_limit
from metacortex.contexts.calls.rules.law.moment import judge_moment, next_opening
from metacortex.contexts.calls.rules.law.ringing import ring_least_seconds
from metacortex.contexts.calls.rules.law.verdict import Override, Verdict, recording_consent
from metacortex.contexts.calls.rules.law.week import Week, Window, read_week

__all__ = [
    "Abandonment",
    "AbandonmentBounds",
    "CallerId",
    "CallerIdUsage",
    "Duty",
    "Law",
    "Limit",
    "Override",
    "Per",
    "Purpose",
    "Rule",
    "Source",
    "Verdict",
    "Week",
    "Window",
    "bind_abandonment",
    "choose_caller_id",
    "judge_enquiry",
    "judge_frequency",
    "judge_moment",
    "law_of",
    "next_opening",
    "own_limit",
    "read_week",
    "recording_consent",
    "require_known",
    "ring_least_seconds",
    "shipped_laws",
]
