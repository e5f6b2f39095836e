"""The door of the qualification context."""

from metacortex.contexts.qualification.service import NotQualifiedYet, read_qualification
from metacortex.contexts.qualification.types import Band, Intent

__all__ = ["Band", "Intent", "NotQualifiedYet", "read_qualification"]
