"""The RSA keys of access tokens: one signs, several may verify, so that a key can be replaced without signing out."""

import base64
import hashlib
import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from metacortex.platform.security.secret_key import write_once
from metacortex.platform.security.settings import security_settings
from metacortex.platform.settings import settings

_FIRST_KEY = "0000-first.pem"
_SMALLEST_BITS = 2048
PEM_BLOCK = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)


class UnusableSigningKey(RuntimeError):
    """A key given for signing access tokens cannot be used."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The private key that signs, by its id, and every public key that verifies."""

    signing_kid: str
    signing_key: RSAPrivateKey
    public_keys: dict[str, RSAPublicKey]


def key_ring() -> KeyRing:
    """Return the keys: those of METACORTEX_SIGNING_KEY, else those in data_dir/keys, made if missing.

    The folder is listed at each call, so that a key another process added is known here before a token bears it.
    """
    given = security_settings().signing_key
    if given is not None and given.get_secret_value().strip():
        return _read_given(given.get_secret_value())
    folder = settings().data_dir / "keys"
    names = list_keys(folder)
    if not names:
        make_key(folder, _FIRST_KEY)
        names = list_keys(folder)
    return _read_folder(folder, names)


def find_public_key(kid: str) -> RSAPublicKey | None:
    """Return the key a token names."""
    return key_ring().public_keys.get(kid)


def list_keys(folder: Path) -> tuple[str, ...]:
    """Return the names of the keys, the one that signs first: a new key takes over by sorting behind the others."""
    with suppress(FileNotFoundError):
        return tuple(sorted((path.name for path in folder.iterdir() if path.suffix == ".pem"), reverse=True))
    return ()


@lru_cache(maxsize=1)
def _read_given(pems: str) -> KeyRing:
    return _build_ring("METACORTEX_SIGNING_KEY", PEM_BLOCK.findall(pems.replace("\\n", "\n")))


@lru_cache(maxsize=1)
def _read_folder(folder: Path, names: tuple[str, ...]) -> KeyRing:
    return _build_ring(str(folder), [(folder / name).read_text() for name in names])


def rotate_signing_key() -> str:
    """Add a key to data_dir/keys that signs from now on, while the older ones go on verifying; return its id."""
    key_ring()
    if security_settings().signing_key is not None:
        message = (
            "The signing keys come from METACORTEX_SIGNING_KEY. Put a new key in front of it and restart, one by one."
        )
        raise UnusableSigningKey(message)
    make_key(settings().data_dir / "keys", f"{time.time_ns()}.pem")
    return key_ring().signing_kid


def public_key_set() -> dict[str, list[dict[str, str]]]:
    """Return the public keys as a JSON Web Key Set (RFC 7517)."""
    keys = key_ring().public_keys.items()
    return {"keys": [{**_to_jwk(key), "kid": kid, "use": "sig", "alg": "RS256"} for kid, key in keys]}


def make_key(folder: Path, name: str, bits: int = _SMALLEST_BITS) -> None:
    """Write a new RSA key unless one of that name is there."""
    pem = generate_private_key(public_exponent=65537, key_size=bits).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_once(folder / name, pem)


def _build_ring(source: str, texts: list[str]) -> KeyRing:
    signing: RSAPrivateKey | None = None
    public: dict[str, RSAPublicKey] = {}
    for text in texts:
        private, key = read_pem(source, text)
        signing = signing or private
        public[thumbprint(key)] = key
    if signing is None:
        message = f"{source} holds no private key. Give an RSA private key in PEM of at least {_SMALLEST_BITS} bits."
        raise UnusableSigningKey(message)
    return KeyRing(thumbprint(signing.public_key()), signing, public)


def read_pem(source: str, text: str) -> tuple[RSAPrivateKey | None, RSAPublicKey]:
    """Return the private key, if the PEM holds one, and the public key; raises UnusableSigningKey naming the source."""
    pem = text.encode()
    try:
        if "PUBLIC KEY" in text:
            private, public = None, serialization.load_pem_public_key(pem)
        else:
            private = serialization.load_pem_private_key(pem, password=None)
            public = private.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"A key in {source} is not readable PEM without a password."
        raise UnusableSigningKey(message) from error
    if not isinstance(public, RSAPublicKey) or public.key_size < _SMALLEST_BITS:
        message = f"A key in {source} is not RSA of at least {_SMALLEST_BITS} bits."
        raise UnusableSigningKey(message)
    return (private if isinstance(private, RSAPrivateKey) else None), public


def _to_jwk(key: RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {"kty": "RSA", "n": _encode_number(numbers.n), "e": _encode_number(numbers.e)}


def _encode_number(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def thumbprint(key: RSAPublicKey) -> str:
    """Name a key by its content (RFC 7638)."""
    canonical = json.dumps(_to_jwk(key), sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
