"""What an operator does for keys and proofs: check the audit log, replace keys."""

from metacortex.contexts.identity import public as identity
from metacortex.platform.database import close_engines
from metacortex.platform.embedded import use_running_servers
from metacortex.platform.security import rotate_signing_key as replace_signing_key


async def verify_audit_logs() -> bool:
    """Print how each organization's audit log holds, and the hash to keep elsewhere; tell whether all do."""
    use_running_servers()
    is_whole = True
    try:
        async for finding in identity.verify_audit_logs():
            is_whole = is_whole and finding.broken is None
            state = "ok  " if finding.broken is None else "FAIL"
            print(f"{state}  {finding.org_id}: {finding.entries} entries, last {finding.last_hash}")
            if finding.broken:
                print(f"      {finding.broken}")
    finally:
        await close_engines()
    return is_whole


def rotate_signing_key() -> None:
    """Add a signing key and print its id."""
    print(f"Access tokens are signed by key {replace_signing_key()} from now on. Older ones stay valid for their hour.")
