"""The key service: AWS's own client and ours meet the same service; refusals, pauses and forgeries."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pydantic import SecretStr, ValidationError

from metacortex.platform.security.encryption import CannotOpen, KeyServiceUnavailable, UnknownDataKey, kms
from metacortex.platform.security.encryption.keys import UnusableDataKey, add_data_key, find_key, wrapping_key
from metacortex.platform.security.encryption.kms import KeyServiceRefused
from metacortex.platform.security.encryption.sealing import Sealed, open_sealed, pack, parse, rewrap, seal
from metacortex.platform.security.encryption.settings import EncryptionSettings
from metacortex.platform.security.encryption.sigv4 import Credentials, sign_post
from tests.fakes.kms import ACCESS_KEY, REGION, SECRET, KeyService
from tests.fakes.serving import serve
from tests.platform.encryption_keys import reuse_generated_keys, use_folder, use_settings

PLACE = b"place"
THROTTLED = (400, json.dumps({"__type": "com.amazonaws.kms#ThrottlingException"}).encode())
BROKEN = (500, json.dumps({"__type": "KMSInternalException"}).encode())

Settle = Callable[..., EncryptionSettings]


@pytest.fixture(scope="module")
def rsa_keys() -> dict[str, rsa.RSAPrivateKey]:
    return {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("first", "second")}


@pytest.fixture
def service(rsa_keys: dict[str, rsa.RSAPrivateKey]) -> KeyService:
    return KeyService(keys=dict(rsa_keys))


@pytest.fixture
def url(service: KeyService) -> Iterator[str]:
    with serve(service.app()) as address:
        yield address


@pytest.fixture
def settle(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settle:
    """Point this process at the service; what is given differs from what works."""
    monkeypatch.setattr(kms, "_FIRST_PAUSE_SECONDS", 0.001)
    reuse_generated_keys(monkeypatch)
    use_folder(monkeypatch, tmp_path)

    def apply(**changes: Any) -> EncryptionSettings:
        given = EncryptionSettings(
            **{
                "kms_url": url,
                "kms_key_id": "first",
                "kms_region": REGION,
                "kms_access_key_id": ACCESS_KEY,
                "kms_secret_access_key": SecretStr(SECRET),
                **changes,
            }
        )
        use_settings(monkeypatch, given)
        return given

    return apply


def test_the_service_of_these_tests_answers_the_vendors_own_client(url: str, service: KeyService) -> None:
    session = botocore.session.get_session()
    config = Config(retries={"max_attempts": 0}, proxies={})
    secrets = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET}
    client = session.create_client("kms", region_name=REGION, endpoint_url=url, config=config, **secrets)
    public = service.keys["first"].public_key()
    assert client.get_public_key(KeyId="first")["KeyUsage"] == "ENCRYPT_DECRYPT"
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    wrapped = public.encrypt(b"k" * 32, oaep)
    asked = {"KeyId": "first", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    assert client.decrypt(**asked, CiphertextBlob=wrapped)["Plaintext"] == b"k" * 32
    for change, code in (({"KeyId": "nobody"}, "NotFoundException"), ({"KeyId": "second"}, "InvalidCiphertext")):
        with pytest.raises(ClientError, match=code):
            client.decrypt(**{**asked, **change}, CiphertextBlob=wrapped)
    wrong = session.create_client(
        "kms", region_name=REGION, endpoint_url=url, config=config, **{**secrets, "aws_secret_access_key": "x" * 40}
    )
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        wrong.get_public_key(KeyId="first")


def test_signature_is_that_of_the_published_example() -> None:
    """AWS's Signature Version 4 test suite, case post-vanilla."""
    credentials = Credentials(
        access_key_id="AKIDEXAMPLE", secret_access_key=SECRET, region="us-east-1", service="service"
    )
    signed = sign_post(credentials, {"Host": "example.amazonaws.com"}, b"", datetime(2015, 8, 30, 12, 36, tzinfo=UTC))
    assert signed["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


def test_sealing_asks_once_and_opening_once_for_each_data_key(
    settle: Settle, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settle()
    sealed = [seal(f"text {number}", PLACE) for number in range(5)]
    assert service.calls == ["TrentService.GetPublicKey"]
    use_settings(monkeypatch, given)
    assert [open_sealed(value, PLACE) for value in sealed] == [f"text {number}" for number in range(5)]
    assert service.calls == ["TrentService.GetPublicKey"] * 2 + ["TrentService.Decrypt"]


def test_temporary_credentials_sign_their_token(settle: Settle) -> None:
    settle(kms_session_token=SecretStr("token of a session"))
    assert open_sealed(seal("text", PLACE), PLACE) == "text"


def test_values_move_from_the_folder_to_the_service_and_on_to_its_next_key(
    settle: Settle, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_settings(monkeypatch, EncryptionSettings())
    in_folder = seal("text", PLACE)
    settle()
    in_first = rewrap(in_folder)
    assert parse(in_first).key_id == wrapping_key().key_id != parse(in_folder).key_id
    settle(kms_key_id="second, first")
    in_second = rewrap(in_first)
    assert len({parse(value).key_id for value in (in_folder, in_first, in_second)}) == 3
    settle(kms_key_id="second")
    assert open_sealed(in_second, PLACE) == open_sealed(in_folder, PLACE) == "text"
    with pytest.raises(UnknownDataKey, match="or the key service at"):
        open_sealed(in_first, PLACE)
    with pytest.raises(UnusableDataKey, match="the key service at"):
        add_data_key()


def test_changed_data_key_is_refused(settle: Settle) -> None:
    given = settle()
    sealed = parse(seal("text", PLACE))
    changed = pack(Sealed(sealed.key_id, sealed.wrapped_key[:-1] + bytes([sealed.wrapped_key[-1] ^ 1]), sealed.box))
    with pytest.raises(CannotOpen, match="data key beside it was changed"):
        open_sealed(changed, PLACE)
    assert given.kms_key_ids == ("first",)


@pytest.mark.parametrize("fault", [THROTTLED, BROKEN, (429, b""), (503, b"<html>"), (502, b"[]")])
def test_passing_failure_is_tried_again(fault: tuple[int, bytes], settle: Settle, service: KeyService) -> None:
    settle()
    service.faults = [fault, fault]
    assert open_sealed(seal("text", PLACE), PLACE) == "text"
    assert service.calls == ["TrentService.GetPublicKey"] * 3


def test_lasting_failure_is_told_plainly_and_leaves_the_service_alone_for_a_while(
    settle: Settle, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    sealed = seal("text", PLACE)
    stranger = find_key(parse(sealed).key_id)
    service.faults, service.calls = [BROKEN] * 3, []
    for _ in range(4):
        with pytest.raises(KeyServiceUnavailable) as refused:
            stranger.unwrap(parse(sealed).wrapped_key)
    assert refused.value.status == 503
    assert service.calls == ["TrentService.Decrypt"] * 3
    now = kms.time.monotonic()
    monkeypatch.setattr(kms.time, "monotonic", lambda: now + 6)
    assert len(stranger.unwrap(parse(sealed).wrapped_key)) == 32


def test_service_that_nobody_runs_is_unavailable(settle: Settle) -> None:
    settle(kms_url="http://127.0.0.1:1")
    with pytest.raises(KeyServiceUnavailable):
        seal("text", PLACE)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"kms_key_id": "nobody"}, "NotFoundException"),
        ({"kms_secret_access_key": SecretStr("x" * 40)}, "InvalidSignatureException"),
        ({"kms_region": "us-east-1"}, "UnrecognizedClientException"),
    ],
)
def test_refusal_is_not_tried_again_and_says_what_to_check(
    change: dict[str, Any], fact: str, settle: Settle, service: KeyService
) -> None:
    settle(**change)
    with pytest.raises(KeyServiceRefused, match=fact) as refused:
        seal("text", PLACE)
    assert "METACORTEX_KMS_KEY_ID" in str(refused.value)
    assert SECRET not in str(refused.value)
    assert len(service.calls) == 1


@pytest.mark.parametrize(
    ("usage", "algorithms"),
    [("SIGN_VERIFY", ()), ("SIGN_VERIFY", ("RSAES_OAEP_SHA_256",)), ("ENCRYPT_DECRYPT", ("RSAES_OAEP_SHA_1",))],
)
def test_key_for_something_else_is_refused_before_anything_is_sealed_under_it(
    usage: str, algorithms: tuple[str, ...], settle: Settle, service: KeyService
) -> None:
    settle()
    service.usage, service.algorithms = usage, algorithms
    with pytest.raises(KeyServiceRefused, match="not an RSA key for encryption"):
        seal("text", PLACE)


@pytest.mark.parametrize(
    "content",
    [b"<html>hello</html>", b"[]", b"{}", b"null", b"\xff\xfe"],
    ids=["page", "list", "empty", "null", "no text"],
)
def test_something_else_at_the_address_is_told(content: bytes, settle: Settle, service: KeyService) -> None:
    settle()
    service.faults = [(200, content)]
    with pytest.raises(KeyServiceRefused):
        seal("text", PLACE)


@pytest.mark.parametrize("plaintext", ["!!!", "", base64.b64encode(b"short").decode()])
def test_answer_that_is_no_data_key_opens_nothing(
    plaintext: str, settle: Settle, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settle()
    sealed = seal("text", PLACE)
    use_settings(monkeypatch, given)
    wrapping_key()
    service.faults = [(200, json.dumps({"Plaintext": plaintext}).encode())]
    with pytest.raises((CannotOpen, KeyServiceRefused)):
        open_sealed(sealed, PLACE)


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        ({"kms_url": "https://kms.example.com"}, "METACORTEX_KMS_KEY_ID"),
        ({"kms_key_id": "first"}, "METACORTEX_KMS_URL"),
        ({"kms_url": "ftp://kms.example.com"}, "kms_url"),
        ({"kms_url": "https://kms.example.com/path"}, "kms_url"),
        (
            {
                "kms_url": "http://kms.example.com",
                "kms_key_id": "a",
                "kms_access_key_id": "b",
                "kms_secret_access_key": "c",
            },
            "must begin with https",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(given: dict[str, Any], fact: str) -> None:
    with pytest.raises(ValidationError, match=fact):
        EncryptionSettings(**given)
