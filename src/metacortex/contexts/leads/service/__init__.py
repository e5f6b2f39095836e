"""Use cases of the leads context."""

from metacortex.contexts.leads.service.editing import (
    ContactExists,
    LeadNotFound,
    StaleLead,
    TaskNotFound,
    UnknownMember,
    UnknownStage,
    add_note,
    add_task,
    add_timeline,
    change_lead,
    change_task,
    move_lead_to_kind,
    owe_task,
)
from metacortex.contexts.leads.service.pipeline import first_stage, place_lead, read_pipeline
from metacortex.contexts.leads.service.receiving import receive_leads
from metacortex.contexts.leads.service.scoring import mark_unscored, record_scores

__all__ = [
    "ContactExists",
    "LeadNotFound",
    "StaleLead",
    "TaskNotFound",
    "UnknownMember",
    "UnknownStage",
    "add_note",
    "add_task",
    "add_timeline",
    "change_lead",
    "change_task",
    "first_stage",
    "mark_unscored",
    "move_lead_to_kind",
    "owe_task",
    "place_lead",
    "read_pipeline",
    "receive_leads",
    "record_scores",
]
