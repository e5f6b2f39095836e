"""Facts that stand in the signature are found, without outweighing what the person wrote."""

from dataclasses import replace
from datetime import UTC, datetime

from metacortex.contexts.qualification.rules.fields import extract_fields
from metacortex.contexts.qualification.types import Message

MAIL = Message(
    subject="Bearings",
    body="Please quote for 40 bearings.",
    sender_name="",
    sender_email="ravi@acme.example",
    channel="email",
    sent_at=datetime(2026, 10, 5, tzinfo=UTC),
    region="IN",
    automatic=False,
    signature="Ravi Kumar\nPurchase Manager\nAcme Steel Pvt Ltd\n+91 98200 12345",
)


def test_a_signature_tells_who_writes() -> None:
    found = {field.name.value: field for field in extract_fields(MAIL, "en")}
    assert found["phone"].value == "+919820012345"
    assert found["role"].value == "Purchase Manager"
    assert found["company"].value == "Acme Steel Pvt Ltd"
    assert found["phone"].evidence is None


def test_what_the_body_says_counts_more() -> None:
    mail = replace(MAIL, body="Please quote for 40 bearings and call me on +91 98111 22222.")
    phones = [field for field in extract_fields(mail, "en") if field.name.value == "phone"]
    assert [(field.value, field.evidence is not None) for field in phones] == [("+919811122222", True)]
