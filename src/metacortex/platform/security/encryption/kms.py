"""A key service that speaks the protocol of AWS KMS, for one asymmetric RSA key: GetPublicKey and Decrypt.

Sources: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html and API_Decrypt.html
"""

import base64
import json
import random
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from metacortex.platform.database import utc_now
from metacortex.platform.errors import Unavailable
from metacortex.platform.security.encryption.settings import EncryptionSettings
from metacortex.platform.security.encryption.sigv4 import Credentials, sign_post
from metacortex.platform.telemetry import log
from metacortex.platform.telemetry.metrics import key_service_calls

_ALGORITHM = "RSAES_OAEP_SHA_256"
_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.1
_REST_SECONDS = 5.0
# Refusals of KMS that another attempt may not meet, besides every 5xx and 429.
_PASSING = {"ThrottlingException", "RequestLimitExceeded"}


class KeyServiceUnavailable(Unavailable):
    """The key service did not answer, or not in time."""

    code = "key_service_unavailable"
    title = "The service that keeps our keys does not answer right now; try again in a moment."


class KeyServiceRefused(RuntimeError):
    """The key service answered no, and would again."""


class KmsClient:
    """One key service. Calls block for at most some seconds; after a failure all are refused at once for a while."""

    def __init__(self, given: EncryptionSettings) -> None:
        secret, token = given.kms_secret_access_key, given.kms_session_token
        self._url = str(given.kms_url).rstrip("/") + "/"
        self._timeout_seconds = given.kms_timeout_seconds
        self._credentials = Credentials(
            access_key_id=given.kms_access_key_id or "",
            secret_access_key=secret.get_secret_value() if secret else "",
            region=given.kms_region,
            service="kms",
            session_token=token.get_secret_value() if token else None,
        )
        self._resting_until = 0.0

    def fetch_public_key(self, key: str) -> RSAPublicKey:
        """Return the public half of a key; raises KeyServiceRefused if it cannot unwrap by RSA-OAEP with SHA-256."""
        answer = self._call("GetPublicKey", {"KeyId": key})
        if answer.get("KeyUsage") != "ENCRYPT_DECRYPT" or _ALGORITHM not in answer.get("EncryptionAlgorithms", []):
            raise KeyServiceRefused(f"Key {key} of the key service is not an RSA key for encryption by {_ALGORITHM}.")
        try:
            public = load_der_public_key(base64.b64decode(answer["PublicKey"]))
        except (KeyError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyServiceRefused(f"The key service sent no readable public key for {key}.") from error
        if not isinstance(public, RSAPublicKey):
            raise KeyServiceRefused(f"Key {key} of the key service is not an RSA key.")
        return public

    def decrypt(self, key: str, wrapped_key: bytes) -> bytes:
        """Return the data key inside; raises ValueError where the service says that it was not wrapped by `key`."""
        body = {
            "KeyId": key,
            "CiphertextBlob": base64.b64encode(wrapped_key).decode(),
            "EncryptionAlgorithm": _ALGORITHM,
        }
        answer = self._call("Decrypt", body)
        try:
            return base64.b64decode(answer["Plaintext"], validate=True)
        except (KeyError, ValueError, TypeError) as error:
            raise KeyServiceRefused("The key service's answer to Decrypt holds no readable Plaintext.") from error

    def _call(self, operation: str, body: dict[str, str]) -> dict[str, Any]:
        if time.monotonic() < self._resting_until:
            key_service_calls.labels(operation, "resting").inc()
            raise KeyServiceUnavailable
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, _ATTEMPTS + 1):
            failure = "no answer"
            try:
                response = self._send(operation, body)
            except httpx.TransportError as error:
                failure = type(error).__name__
            else:
                if response.is_success:
                    key_service_calls.labels(operation, "ok").inc()
                    return _read_json(response)
                failure = _read_code(response)
                if response.status_code < 500 and response.status_code != 429 and failure not in _PASSING:
                    self._refuse(operation, failure)
            log.warning("key_service_failed", operation=operation, attempt=attempt, failure=failure)
            if attempt < _ATTEMPTS:
                time.sleep(random.uniform(0, pause))
                pause *= 3
        self._resting_until = time.monotonic() + _REST_SECONDS
        key_service_calls.labels(operation, "unavailable").inc()
        raise KeyServiceUnavailable

    def _send(self, operation: str, body: dict[str, str]) -> httpx.Response:
        content = json.dumps(body).encode()
        headers = {
            "host": urlsplit(self._url).netloc,
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"TrentService.{operation}",
        }
        signed = sign_post(self._credentials, headers, content, utc_now())
        # No proxy and no .netrc: nothing but the settings may decide where keys travel.
        with httpx.Client(timeout=self._timeout_seconds, trust_env=False) as client:
            return client.post(self._url, content=content, headers=signed)

    def _refuse(self, operation: str, code: str) -> None:
        key_service_calls.labels(operation, "refused").inc()
        if code == "InvalidCiphertextException":
            raise ValueError("The key service cannot decrypt this data key.")
        raise KeyServiceRefused(
            f"The key service refuses {operation} with {code}. "
            "Check METACORTEX_KMS_KEY_ID, METACORTEX_KMS_REGION, the credentials and what they may do."
        )


def _read_json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise KeyServiceRefused(
            "What answers at METACORTEX_KMS_URL is not a key service: its answer is no JSON object."
        )
    return answer


def _read_code(response: httpx.Response) -> str:
    """Return the error's name, without the namespace that some answers put before it."""
    try:
        kind = str(response.json().get("__type", ""))
    except (ValueError, AttributeError):
        kind = ""
    return kind.rsplit("#", 1)[-1][:80] or f"HTTP {response.status_code}"
