"""The door of the leads context."""

from metacortex.contexts.leads.queries import (
    find_lead_person,
    find_person_by_phone,
    lead_exists,
    list_closed_lead_ids,
    list_countries,
    list_lead_people,
    list_open_lead_ids,
    list_people,
    read_person,
    select_person_by_phone,
)
from metacortex.contexts.leads.rules import normalise_email, normalise_phone
from metacortex.contexts.leads.rules.places import read_place
from metacortex.contexts.leads.service import (
    LeadNotFound,
    add_note,
    add_timeline,
    mark_unscored,
    move_lead_to_kind,
    owe_task,
    place_lead,
    read_pipeline,
    receive_leads,
    record_scores,
)
from metacortex.contexts.leads.service.erasing import find_person
from metacortex.contexts.leads.types import FoundPerson, LeadChoice, LeadPerson, LeadScore, NewLead, Place, ReceivedLead

__all__ = [
    "FoundPerson",
    "LeadChoice",
    "LeadNotFound",
    "LeadPerson",
    "LeadScore",
    "NewLead",
    "Place",
    "ReceivedLead",
    "add_note",
    "add_timeline",
    "find_lead_person",
    "find_person",
    "find_person_by_phone",
    "lead_exists",
    "list_closed_lead_ids",
    "list_countries",
    "list_lead_people",
    "list_open_lead_ids",
    "list_people",
    "mark_unscored",
    "move_lead_to_kind",
    "normalise_email",
    "normalise_phone",
    "owe_task",
    "place_lead",
    "read_person",
    "read_pipeline",
    "read_place",
    "receive_leads",
    "record_scores",
    "select_person_by_phone",
]
