"""Access tokens against the known attacks on JSON Web Tokens."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from metacortex.platform.database import new_id
from metacortex.platform.errors import Unauthenticated
from metacortex.platform.security import (
    Principal,
    Role,
    issue_access_token,
    key_ring,
    keys,
    public_key_set,
    read_access_token,
    rotate_signing_key,
)
from metacortex.platform.security.keys import UnusableSigningKey
from metacortex.platform.security.settings import SecuritySettings
from metacortex.platform.settings import Settings

ASHA = Principal(
    org_id=new_id(), member_id=new_id(), user_id=new_id(), role=Role.MANAGER, session_id=new_id(), proved_at=1_000_000
)


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keys of this test alone."""
    monkeypatch.setattr(keys, "settings", lambda: Settings(data_dir=tmp_path))
    yield tmp_path / "keys"


def read_claims(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def sign(claims: dict[str, object], **header: str) -> str:
    ring = key_ring()
    headers = {"kid": ring.signing_kid, "typ": "at+jwt", **header}
    return jwt.encode(claims, ring.signing_key, algorithm="RS256", headers=headers)


def encode_part(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def read_owner(token: str) -> Principal:
    """Return whom a token speaks for, without when it was made."""
    return replace(read_access_token(token), issued_at=0)


def assert_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        read_access_token(token)


def test_token_says_whom_it_was_issued_for() -> None:
    token = issue_access_token(ASHA)
    claims = read_claims(token)
    assert read_owner(token) == ASHA
    assert UUID(str(claims["sid"])) == ASHA.session_id
    assert int(str(claims["exp"])) - int(float(str(claims["iat"]))) == 3600
    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "typ": "at+jwt",
        "kid": key_ring().signing_kid,
    }


def test_unsigned_token_is_refused() -> None:
    claims = read_claims(issue_access_token(ASHA))
    for algorithm in ("none", "None", "NONE", ""):
        header = {"alg": algorithm, "typ": "at+jwt", "kid": key_ring().signing_kid}
        assert_refused(f"{encode_part(header)}.{encode_part(claims)}.")


def test_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    claims = read_claims(issue_access_token(ASHA))
    public = key_ring().public_keys[key_ring().signing_kid]
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        secret = public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        header = {"alg": "HS256", "typ": "at+jwt", "kid": key_ring().signing_kid}
        signed = f"{encode_part(header)}.{encode_part(claims)}"
        digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert_refused(f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}")


def test_other_rsa_algorithms_are_refused() -> None:
    claims = read_claims(issue_access_token(ASHA))
    ring = key_ring()
    for algorithm in ("RS384", "RS512", "PS256"):
        headers = {"kid": ring.signing_kid, "typ": "at+jwt"}
        assert_refused(jwt.encode(claims, ring.signing_key, algorithm=algorithm, headers=headers))


@pytest.mark.parametrize("kid", ["nobody", "", "../../../dev/null", "0000-first.pem", "' OR 1=1 --"])
def test_unknown_key_is_refused(kid: str) -> None:
    assert_refused(sign(read_claims(issue_access_token(ASHA)), kid=kid))


def test_key_inside_the_token_is_not_used() -> None:
    claims = read_claims(issue_access_token(ASHA))
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key()))
    for kid in ("stranger", key_ring().signing_kid):
        headers = {"kid": kid, "typ": "at+jwt", "jwk": public, "jku": "http://127.0.0.1:1/keys"}
        assert_refused(jwt.encode(claims, stranger, algorithm="RS256", headers=headers))


@pytest.mark.parametrize(
    "change",
    [
        {"exp": int(time.time()) - 60},
        {"iat": int(time.time()) + 86_400},
        {"aud": "another-api"},
        {"aud": []},
        {"iss": "http://elsewhere.example"},
        {"role": "emperor"},
        {"org": "not-an-id"},
        {"org": None},
        {"sub": 7},
        {"exp": "tomorrow"},
    ],
)
def test_wrong_claim_is_refused(change: dict[str, object]) -> None:
    claims = read_claims(issue_access_token(ASHA))
    header, _, signature = sign(claims).split(".")
    with_our_key = f"{header}.{encode_part({**claims, **change})}"
    ring = key_ring()
    signed = jwt.api_jws.encode(
        json.dumps({**claims, **change}).encode(),
        ring.signing_key,
        algorithm="RS256",
        headers={"kid": ring.signing_kid, "typ": "at+jwt"},
    )
    assert_refused(signed)
    assert_refused(f"{with_our_key}.{signature}")


def test_token_that_was_valid_is_refused_when_its_hour_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_access_token(ASHA)
    assert read_owner(token) == ASHA
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3599)
    assert read_owner(token) == ASHA
    monkeypatch.setattr(time, "time", lambda: now + 3606)
    assert_refused(token)


@pytest.mark.parametrize(
    "claim", ["iss", "aud", "sub", "iat", "exp", "jti", "org", "member", "role", "sid", "auth_time"]
)
def test_missing_claim_is_refused(claim: str) -> None:
    claims = read_claims(issue_access_token(ASHA))
    assert read_owner(sign(claims)) == ASHA
    del claims[claim]
    assert_refused(sign(claims))


def test_other_kinds_of_token_of_ours_are_refused() -> None:
    claims = read_claims(issue_access_token(ASHA))
    assert_refused(sign(claims, typ="JWT"))


def test_changed_role_is_refused() -> None:
    header, body, signature = issue_access_token(ASHA).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert_refused(f"{header}.{encode_part({**claims, 'role': 'owner'})}.{signature}")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "\x00", "é.é.é", "x" * 5000, "e30.e30.e30", "bnVsbA.e30."])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert_refused(token)


def test_old_tokens_stay_valid_when_the_key_is_replaced(own_keys: Path) -> None:
    before = issue_access_token(ASHA)
    first = key_ring().signing_kid
    second = rotate_signing_key()
    after = issue_access_token(ASHA)
    assert jwt.get_unverified_header(after)["kid"] == second != first
    assert read_owner(before) == read_owner(after) == ASHA
    assert {key["kid"] for key in public_key_set()["keys"]} == {first, second}


def test_a_process_learns_of_a_key_that_another_added(own_keys: Path) -> None:
    old_ring = key_ring()
    rotate_signing_key()
    token = issue_access_token(ASHA)
    for path in own_keys.glob("[1-9]*.pem"):
        path.rename(path.with_suffix(".away"))
    assert key_ring().signing_kid == old_ring.signing_kid
    for path in own_keys.glob("*.away"):
        path.rename(path.with_suffix(".pem"))
    assert read_owner(token) == ASHA


def test_published_keys_verify_and_hold_nothing_private() -> None:
    token = issue_access_token(ASHA)
    published = public_key_set()["keys"]
    assert [set(key) for key in published] == [{"kty", "n", "e", "kid", "use", "alg"}]
    key = jwt.PyJWK(published[0])
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="metacortex-api")
    assert claims["sub"] == str(ASHA.user_id)


def test_key_file_is_readable_by_its_owner_only(own_keys: Path) -> None:
    key_ring()
    (path,) = own_keys.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert own_keys.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    program = "from metacortex.platform.security import key_ring; print(key_ring().signing_kid)"
    environment = {**os.environ, "METACORTEX_DATA_DIR": str(tmp_path / "shared")}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE) for _ in range(3)
    ]
    kids = {process.communicate(timeout=60)[0] for process in started}
    assert len(kids) == 1
    assert b"" not in kids


def write_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def give_keys(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(keys, "security_settings", lambda: SecuritySettings(signing_key=SecretStr(text)))


def test_keys_from_the_environment_sign_and_verify(monkeypatch: pytest.MonkeyPatch, own_keys: Path) -> None:
    old, new = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    give_keys(monkeypatch, write_pem(old))
    before = issue_access_token(ASHA)
    old_public = old.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    give_keys(monkeypatch, (write_pem(new) + old_public.decode()).replace("\n", "\\n"))
    after = issue_access_token(ASHA)
    assert read_owner(before) == read_owner(after) == ASHA
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    assert not own_keys.exists()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("nonsense", "holds no private key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "not readable PEM"),
        (write_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "at least 2048 bits"),
        (write_pem(ec.generate_private_key(ec.SECP256R1())), "not RSA"),
    ],
    ids=["no key", "broken", "short", "elliptic"],
)
def test_unusable_key_is_refused_by_name(text: str, fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give_keys(monkeypatch, text)
    with pytest.raises(UnusableSigningKey, match=fact) as refused:
        key_ring()
    assert "METACORTEX_SIGNING_KEY" in str(refused.value)
