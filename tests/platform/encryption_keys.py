"""Wrapping keys of one test, in a folder of its own or wherever its settings say."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import SecretStr

from metacortex.platform.security.encryption import keys, sealing
from metacortex.platform.security.encryption.settings import EncryptionSettings
from metacortex.platform.settings import Settings


def use_folder(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Path:
    """Keep keys under this data folder, in a process that remembers none; return the keys' folder."""
    monkeypatch.setattr(keys, "settings", lambda: Settings(data_dir=data_dir))
    forget_keys(monkeypatch)
    return data_dir / "keys" / "data"


def use_settings(monkeypatch: pytest.MonkeyPatch, given: EncryptionSettings) -> None:
    """Start anew with these settings."""
    monkeypatch.setattr(keys, "encryption_settings", lambda: given)
    forget_keys(monkeypatch)


def give_pems(monkeypatch: pytest.MonkeyPatch, *pems: str) -> None:
    """Take the keys from METACORTEX_DATA_KEYS."""
    use_settings(monkeypatch, EncryptionSettings(data_keys=SecretStr("".join(pems).replace("\n", "\\n"))))


def forget_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process know no data key and no wrapping key, as if it had just started."""
    monkeypatch.setattr(sealing, "_current", None)
    for cache in (sealing._unwrap, sealing._wrap_anew, keys._load_kms_key, keys._read_file, keys._read_given):
        cache.cache_clear()


def private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key: RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
