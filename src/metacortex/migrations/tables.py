"""Every table of the product, gathered so that migrations can be compared with the models."""

from metacortex.contexts.calls import models as calls
from metacortex.contexts.conversations import models as conversations
from metacortex.contexts.identity import models as identity
from metacortex.contexts.intake import models as intake
from metacortex.contexts.leads import models as leads
from metacortex.contexts.privacy import models as privacy
from metacortex.contexts.qualification import models as qualification
from metacortex.platform.audit import models as audit
from metacortex.platform.database import Base
from metacortex.platform.events import models as events
from metacortex.platform.http import idempotency
from metacortex.platform.jobs import models as jobs
from metacortex.platform.security import revocations

TABLE_MODULES = (
    identity,
    privacy,
    leads,
    conversations,
    intake,
    qualification,
    calls,
    audit,
    revocations,
    events,
    idempotency,
    jobs,
)
metadata = Base.metadata
