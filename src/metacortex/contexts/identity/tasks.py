"""Jobs of identity: mail about accounts, and failed sign-ins.

Whether an address has an account is looked up only here, so that a request about one costs the same either way.
"""

from metacortex.contexts.identity.events import EmailVerificationRequested, PasswordResetRequested, SignInFailed
from metacortex.contexts.identity.service import recovery, sign_in
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work, job
from metacortex.platform.mail import send_mail


@job(queue="urgent")
async def mail_password_reset(work: Work[PasswordResetRequested]) -> None:
    """Send a link that sets a new password, if the address has an account."""
    for call in work.calls:
        async with transaction(None) as session:
            mail = await recovery.write_reset_mail(session, call.email)
        if mail is not None:
            await send_mail(mail.to, mail.subject, mail.text)


@job(queue="urgent")
async def mail_verification(work: Work[EmailVerificationRequested]) -> None:
    """Send a link that proves a person's address."""
    for call in work.calls:
        async with transaction(None) as session:
            mail = await recovery.write_verification_mail(session, call.user_id)
        if mail is not None:
            await send_mail(mail.to, mail.subject, mail.text)


@job(queue="bulk")
async def record_failed_sign_ins(work: Work[SignInFailed]) -> None:
    """Show failed sign-ins to the organizations of the person they were tried for."""
    async with work.finish() as session:
        for call in work.calls:
            await sign_in.record_failure(session, call)
