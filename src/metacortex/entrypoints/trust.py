"""What an operator does for keys and proofs: check the audit log, replace keys."""

from metacortex.contexts.identity import public as identity
from metacortex.migrations import tables
from metacortex.platform.database import close_engines
from metacortex.platform.embedded import use_running_servers
from metacortex.platform.security import rotate_signing_key as add_signing_key
from metacortex.platform.security.encryption import prune_data_keys as remove_unused_keys
from metacortex.platform.security.encryption import rotate_data_keys as bring_under_new_key

assert tables.metadata


async def verify_audit_logs() -> bool:
    """Print how each organization's audit log holds, and the hash to keep elsewhere; tell whether all do."""
    use_running_servers()
    is_whole = True
    try:
        async for finding in identity.verify_audit_logs():
            is_whole = is_whole and finding.broken is None
            print(
                f"{'ok  ' if finding.broken is None else 'FAIL'}  {finding.org_id}: "
                f"{finding.entries} entries, last {finding.last_hash}"
            )
            if finding.broken:
                print(f"      {finding.broken}")
    finally:
        await close_engines()
    return is_whole


def rotate_signing_key() -> None:
    """Add a signing key and print its id."""
    print(f"Access tokens are signed by key {add_signing_key()} from now on. Older ones stay valid for their hour.")


async def rotate_data_keys() -> bool:
    """Bring every encrypted field under a fresh key; tell whether none was left."""
    use_running_servers()
    try:
        rotated = await bring_under_new_key()
    finally:
        await close_engines()
    print(f"{rotated.rewrapped} values are now under data key {rotated.key_id}; {rotated.left} were left.")
    if rotated.left:
        print("Run the same again; the log names values that no key opens.")
    return rotated.left == 0


async def prune_data_keys() -> None:
    """Remove the data keys that no value is under."""
    use_running_servers()
    try:
        pruned = await remove_unused_keys()
    finally:
        await close_engines()
    print(f"Removed {len(pruned.removed)} data keys; in use: {', '.join(sorted(pruned.values)) or 'none'}.")
