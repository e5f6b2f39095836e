"""Wrapping keys of one test, in a folder of its own or wherever its settings say."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from pydantic import SecretStr

from metacortex.platform.security import keys as key_files
from metacortex.platform.security.encryption import keys, sealing
from metacortex.platform.security.encryption.settings import EncryptionSettings
from metacortex.platform.settings import Settings

_generated: dict[tuple[int, int], RSAPrivateKey] = {}


def reuse_generated_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test be given the keys that were generated for the one before: a key of 3072 bits takes long to find."""
    number = count()

    def generate(*, key_size: int, **options: Any) -> RSAPrivateKey:
        place = (key_size, next(number))
        if place not in _generated:
            _generated[place] = generate_private_key(key_size=key_size, **options)
        return _generated[place]

    monkeypatch.setattr(key_files, "generate_private_key", generate)


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
