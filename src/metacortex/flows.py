"""Which fact starts which job: the journey of a lead on one screen.

    mail server says 250 ─ MessageArrived ─▶ read_messages      parse, find the person, put the lead on the board
                         ─ MessageReceived ▶ qualify_messages   understand, score, explain
                         ─ LeadQualified ─ ▶ call_hot_leads       ring an agent and the lead (routing will enter here)

    a call ends     ─ CallRecorded ─────────▶ store_recording      fetched from Asterisk, sealed, kept
                    ─ RecordingChanged ─────▶ clear_recording      nothing left where it is not needed

    a person asks   ─ PersonErasureRequested ▶ erase_person_from_leads ─ PersonLocated ▶ all who hold rows about them
                    ─ PersonErased ─────────▶ finish_erasure_pass      once more later, then the certificate
                    ─ PersonExportRequested ▶ export_person_from_leads ─ PersonLocatedForExport ▶ all who hold rows
                    ─ PersonExported ───────▶ finish_export            the archive

Every fact also reaches the organization's browsers by WebSocket, with no entry here.
"""

from metacortex.contexts.calls.events import (
    CallRecorded,
    CampaignOrderDue,
    FillStarted,
    PreflightStarted,
    RecordingChanged,
)
from metacortex.contexts.calls.tasks import (
    call_hot_leads,
    clear_recording,
    count_callable,
    erase_person_from_calls,
    export_person_from_calls,
    fill_list,
    forget_old_call_events,
    forget_old_recordings,
    order_list,
    store_recording,
)
from metacortex.contexts.conversations.events import MessageReceived
from metacortex.contexts.conversations.tasks import (
    erase_person_from_conversations,
    export_person_from_conversations,
    forget_closed_messages,
)
from metacortex.contexts.identity.events import EmailVerificationRequested, PasswordResetRequested, SignInFailed
from metacortex.contexts.identity.tasks import mail_password_reset, mail_verification, record_failed_sign_ins
from metacortex.contexts.intake.events import ImportStarted, MessageArrived
from metacortex.contexts.intake.tasks import (
    begin_import_erasure,
    erase_person_from_mails,
    export_person_from_imports,
    export_person_from_mails,
    forget_import_files,
    forget_raw_mails,
    import_rows,
    read_messages,
)
from metacortex.contexts.leads.tasks import erase_person_from_leads, export_person_from_leads
from metacortex.contexts.privacy.events import (
    PersonErased,
    PersonErasureRequested,
    PersonExported,
    PersonExportRequested,
    PersonLocated,
    PersonLocatedForExport,
    RetentionDue,
)
from metacortex.contexts.privacy.tasks import finish_erasure_pass, finish_export, forget_old_records
from metacortex.contexts.qualification.events import IdealCustomerChanged, LeadQualified
from metacortex.contexts.qualification.tasks import (
    erase_person_from_qualification,
    export_person_from_qualification,
    qualify_messages,
    rescore_leads,
)
from metacortex.platform.events import subscribe

subscribe(
    {
        MessageArrived: [read_messages],
        MessageReceived: [qualify_messages],
        ImportStarted: [import_rows],
        IdealCustomerChanged: [rescore_leads],
        LeadQualified: [call_hot_leads],
        FillStarted: [fill_list],
        PreflightStarted: [count_callable],
        CampaignOrderDue: [order_list],
        PasswordResetRequested: [mail_password_reset],
        EmailVerificationRequested: [mail_verification],
        SignInFailed: [record_failed_sign_ins],
        PersonErasureRequested: [erase_person_from_leads],
        PersonLocated: [
            erase_person_from_conversations,
            erase_person_from_mails,
            begin_import_erasure,
            erase_person_from_qualification,
            erase_person_from_calls,
        ],
        PersonErased: [finish_erasure_pass],
        PersonExportRequested: [export_person_from_leads],
        PersonLocatedForExport: [
            export_person_from_conversations,
            export_person_from_mails,
            export_person_from_imports,
            export_person_from_qualification,
            export_person_from_calls,
        ],
        PersonExported: [finish_export],
        CallRecorded: [store_recording],
        RecordingChanged: [clear_recording],
        RetentionDue: [
            forget_closed_messages,
            forget_raw_mails,
            forget_import_files,
            forget_old_records,
            forget_old_recordings,
            forget_old_call_events,
        ],
    }
)
