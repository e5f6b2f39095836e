"""Which fact starts which job: the journey of a lead on one screen.

    mail server says 250 ─ MessageArrived ─▶ read_messages      parse, find the person, put the lead on the board
                         ─ MessageReceived ▶ qualify_messages   understand, score, explain
                         ─ LeadQualified                        (routing will enter here)

Every fact also reaches the organization's browsers by WebSocket, with no entry here.
"""

from metacortex.contexts.conversations.events import MessageReceived
from metacortex.contexts.identity.events import EmailVerificationRequested, PasswordResetRequested
from metacortex.contexts.identity.tasks import mail_password_reset, mail_verification
from metacortex.contexts.intake.events import ImportStarted, MessageArrived
from metacortex.contexts.intake.tasks import import_rows, read_messages
from metacortex.contexts.qualification.events import IdealCustomerChanged
from metacortex.contexts.qualification.tasks import qualify_messages, rescore_leads
from metacortex.platform.events import subscribe

subscribe(
    {
        MessageArrived: [read_messages],
        MessageReceived: [qualify_messages],
        ImportStarted: [import_rows],
        IdealCustomerChanged: [rescore_leads],
        PasswordResetRequested: [mail_password_reset],
        EmailVerificationRequested: [mail_verification],
    }
)
