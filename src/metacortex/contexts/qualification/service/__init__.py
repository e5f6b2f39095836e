"""Use cases of the qualification context."""

from metacortex.contexts.qualification.service.deciding import list_deciding
from metacortex.contexts.qualification.service.ideal_customer import (
    ImpossibleWeights,
    change_ideal_customer,
    read_ideal_customer,
)
from metacortex.contexts.qualification.service.labels import NotQualifiedYet, read_qualification, record_feedback
from metacortex.contexts.qualification.service.reading import (
    Judged,
    judge_again,
    judge_messages,
    read_unread,
    save_judged,
)

__all__ = [
    "ImpossibleWeights",
    "Judged",
    "NotQualifiedYet",
    "change_ideal_customer",
    "judge_again",
    "judge_messages",
    "list_deciding",
    "read_ideal_customer",
    "read_qualification",
    "read_unread",
    "record_feedback",
    "save_judged",
]
