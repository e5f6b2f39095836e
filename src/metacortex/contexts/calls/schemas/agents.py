"""Shapes of requests and answers about agents on calls: their states, pause codes, dispositions and scripts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from metacortex.contexts.calls.schemas import NO_NUL, Sent
from metacortex.contexts.calls.types.campaigns import AgentState, Effect

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$"), Field(examples=["lunch"])]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000, pattern=NO_NUL)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=NO_NUL)]


class AgentOut(BaseModel):
    """What an agent is doing now, and since when."""

    member_id: UUID
    state: AgentState
    pause_code: str | None
    next_pause_code: str | None = Field(description="The pause that begins when the call at hand is over.")
    since_at: datetime
    until_at: datetime | None = Field(description="When wrap-up ends by itself.")
    campaign_id: UUID | None
    call_id: UUID | None
    is_line_up: bool = Field(description="Whether the agent's phone is connected and waits for calls.")


class SignIn(Sent):
    """The campaign whose calls you take; your phone rings once and stays connected."""

    campaign_id: UUID


class Pause(Sent):
    """Why you pause; during a call the pause begins after it."""

    code: Code


class AgentChangeOut(BaseModel):
    """A state an agent was in, from one moment to the next change."""

    at: datetime
    state: AgentState
    pause_code: str | None
    campaign_id: UUID | None
    call_id: UUID | None


class PauseCodeOut(BaseModel):
    """A reason to pause."""

    id: UUID
    code: str
    label: str


class NewPauseCode(Sent):
    """A reason to pause."""

    code: Code
    label: Label


class DispositionOut(BaseModel):
    """How a conversation can end in the agent's words, and what follows for the target and the lead."""

    id: UUID
    code: str
    label: str
    effect: Effect
    again_after_seconds: int | None
    stage_kind: Literal["open", "won", "lost"] | None
    is_contact: bool


class NewDisposition(Sent):
    """A way a conversation can end: what it means for the person called, and where the lead moves."""

    code: Code
    label: Label
    effect: Effect
    again_after_seconds: int | None = Field(None, ge=60, le=90 * 86_400, description="For `again`: after how long.")
    stage_kind: Literal["open", "won", "lost"] | None = Field(
        None, description="Move the lead to the first stage of this kind; null leaves it."
    )
    is_contact: bool = Field(True, description="Whether somebody was spoken with.")


class ScriptOut(BaseModel):
    """What an agent says, with placeholders."""

    id: UUID
    name: str
    text: str
    updated_at: datetime


class NewScript(Sent):
    """What an agent says; `{contact.name}`, `{contact.number}`, `{agent.name}`, `{campaign.name}` are filled in."""

    name: Label
    text: Prose


class SpokenScriptOut(BaseModel):
    """A call's script, filled in; null where its campaign has none."""

    text: str | None


class Dispose(Sent):
    """How the conversation ended."""

    code: Code
    note: Note = ""
    callback_at: AwareDatetime | None = Field(None, description="The agreed minute; for dispositions that call back.")
    callback_mine: bool = Field(True, description="Whether you call back yourself, or anybody.")


class DispositionGivenOut(BaseModel):
    """What was noted of a conversation."""

    call_id: UUID
    code: str
    note: str
    effect: Effect
    callback_at: datetime | None
