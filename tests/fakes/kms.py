"""A key service built from AWS's API reference: GetPublicKey and Decrypt of RSA keys, with checked signatures.

Sources: docs.aws.amazon.com/kms/latest/APIReference, pages API_GetPublicKey, API_Decrypt and CommonErrors. Signatures
are recomputed by botocore, AWS's own library, whose client the tests also turn to it.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from fastapi import FastAPI, Request
from starlette.responses import Response

ACCESS_KEY, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1"
OAEP_SHA_256 = "RSAES_OAEP_SHA_256"


class Fault(Exception):
    """An error of the service by its name."""


@dataclass
class KeyService:
    """The service's keys by id, the calls it got, and the answers it has to give before it works again."""

    keys: dict[str, RSAPrivateKey]
    usage: str = "ENCRYPT_DECRYPT"
    algorithms: tuple[str, ...] = ("RSAES_OAEP_SHA_1", OAEP_SHA_256)
    calls: list[str] = field(default_factory=list)
    faults: list[tuple[int, bytes]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/", self.answer, methods=["POST"])
        return app

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        self.calls.append(request.headers.get("x-amz-target", ""))
        if self.faults:
            status, content = self.faults.pop(0)
            return Response(content, status, media_type="application/x-amz-json-1.1")
        try:
            check_signature(request, body)
            operation = request.headers["x-amz-target"].removeprefix("TrentService.")
            answer = {"GetPublicKey": self.get_public_key, "Decrypt": self.decrypt}[operation](json.loads(body))
        except Fault as fault:
            return reply({"__type": str(fault), "message": "No."}, 400)
        return reply(answer, 200)

    def get_public_key(self, body: dict[str, str]) -> dict[str, Any]:
        public = self.find(body["KeyId"]).public_key()
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return {
            "KeyId": f"arn:aws:kms:{REGION}:111122223333:key/{body['KeyId']}",
            "PublicKey": base64.b64encode(der).decode(),
            "KeySpec": f"RSA_{public.key_size}",
            "KeyUsage": self.usage,
            "EncryptionAlgorithms": list(self.algorithms),
        }

    def decrypt(self, body: dict[str, str]) -> dict[str, Any]:
        if body["EncryptionAlgorithm"] != OAEP_SHA_256:
            raise Fault("InvalidKeyUsageException")
        oaep = OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
        try:
            clear = self.find(body["KeyId"]).decrypt(base64.b64decode(body["CiphertextBlob"]), oaep)
        except ValueError:
            raise Fault("InvalidCiphertextException") from None
        return {
            "KeyId": f"arn:aws:kms:{REGION}:111122223333:key/{body['KeyId']}",
            "Plaintext": base64.b64encode(clear).decode(),
            "EncryptionAlgorithm": OAEP_SHA_256,
        }

    def find(self, key_id: str) -> RSAPrivateKey:
        if key_id not in self.keys:
            raise Fault("NotFoundException")
        return self.keys[key_id]


def check_signature(request: Request, body: bytes) -> None:
    """Recompute the signature over the headers that it says it covers."""
    sent = request.headers.get("authorization", "")
    if not sent.startswith("AWS4-HMAC-SHA256 Credential="):
        raise Fault("MissingAuthenticationTokenException")
    parts = dict(part.split("=", 1) for part in sent.split(" ", 1)[1].split(", "))
    names = parts["SignedHeaders"].split(";")
    if not {"host", "x-amz-date", "x-amz-target"} <= set(names):
        raise Fault("IncompleteSignature")
    headers = {name: request.headers[name] for name in names}
    copy = AWSRequest("POST", str(request.url), data=body, headers=headers)
    copy.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(ACCESS_KEY, SECRET), "kms", REGION)
    if parts["Credential"] != signer.scope(copy):
        raise Fault("UnrecognizedClientException")
    expected = signer.signature(signer.string_to_sign(copy, signer.canonical_request(copy)), copy)
    if parts["Signature"] != expected:
        raise Fault("InvalidSignatureException")


def reply(content: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(content), status, media_type="application/x-amz-json-1.1")
