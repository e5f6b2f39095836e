"""Fields that only a key kept apart from the data can open: AES-256-GCM under data keys that RSA key pairs wrap."""

from metacortex.platform.security.encryption.column import Encrypted, SealedFieldMisused, unlock
from metacortex.platform.security.encryption.keys import UnknownDataKey, UnusableDataKey, WrappingKey
from metacortex.platform.security.encryption.kms import KeyServiceUnavailable
from metacortex.platform.security.encryption.rotation import (
    CannotPrune,
    Pruned,
    Rotated,
    prune_data_keys,
    rewrap_values,
    rotate_data_keys,
)
from metacortex.platform.security.encryption.sealing import CannotOpen

__all__ = [
    "CannotOpen",
    "CannotPrune",
    "Encrypted",
    "KeyServiceUnavailable",
    "Pruned",
    "Rotated",
    "SealedFieldMisused",
    "UnknownDataKey",
    "UnusableDataKey",
    "WrappingKey",
    "prune_data_keys",
    "rewrap_values",
    "rotate_data_keys",
    "unlock",
]
