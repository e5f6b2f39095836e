"""The door of the qualification context."""

from metacortex.contexts.qualification.service import NotQualifiedYet, read_qualification
from metacortex.contexts.qualification.service.readers import load_models
from metacortex.contexts.qualification.types import Band, Intent

__all__ = ["Band", "Intent", "NotQualifiedYet", "load_models", "read_qualification"]
