"""Passwords that are easy to guess are refused wherever one is set, and others are not."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from metacortex.contexts.identity.models import User
from metacortex.contexts.identity.schemas.fields import NewPassword
from metacortex.contexts.identity.service.passwords import PasswordEasyToGuess, refuse_easy_password
from metacortex.contexts.identity.service.recovery import write_reset_mail
from metacortex.platform.database import transaction
from metacortex.platform.security import Role, hash_password
from tests.attacks.people import join
from tests.conftest import PASSWORD, Owner, open_client

EASY = "Password1234!"
SHORTEST = next(one.min_length for one in NewPassword.__metadata__ if hasattr(one, "min_length"))


def assert_refused(answer: httpx.Response, field: str = "password") -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "password_easy_to_guess"), body
    assert body["title"] == "This password is easy to guess. Use three or four unrelated words."
    assert [one["field"] for one in body["errors"]] == [field]
    assert EASY not in answer.text


def sign_up_body(**change: str) -> dict[str, str]:
    email = f"meera.pillai.{uuid4().hex[:12]}@example.com"
    known = {"organization_name": "Sundar Villas", "name": "Meera Pillai", "email": email, "password": PASSWORD}
    return {**known, **change}


async def test_every_common_password_that_is_long_enough_is_refused() -> None:
    common = [password for password in FREQUENCY_LISTS["passwords"] if len(password) >= SHORTEST]
    assert len(common) > 200
    for password in common:
        with pytest.raises(PasswordEasyToGuess):
            await refuse_easy_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "123456789012",
        "qwertyuiopas",
        "P@ssw0rdP@ssw0rd",
        "MetaCortex2024",
        "metacortex metacortex",
        "MeeraPillai1",
        "pillai meera pillai",
        "sundarvillas",
        "Sundar Villas 1",
        "p" * 1024,
        " " * 12,
    ],
)
async def test_a_password_of_patterns_or_of_what_is_known_of_the_person_is_refused(
    client: httpx.AsyncClient, password: str
) -> None:
    assert_refused(await client.post("/api/v1/sign-up", json=sign_up_body(password=password)))


async def test_the_own_address_is_no_password(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    assert_refused(await client.post("/api/v1/sign-up", json={**body, "password": body["email"]}))


@pytest.mark.parametrize(
    "password",
    [
        "seven green tractors",
        "kX9#vQ2m!pL7",
        "493027518264",
        "घर के पास नदी",
        "\U0001f600\U0001f98a\U0001f355\U0001f6f6 picnic day",
        "4@8({[<369&#!1/|0$57%2" * 40,
    ],
)
async def test_a_good_password_is_taken(client: httpx.AsyncClient, password: str) -> None:
    assert (await client.post("/api/v1/sign-up", json=sign_up_body(password=password))).status_code == 201


async def test_words_of_one_person_are_forgotten_before_the_next() -> None:
    with pytest.raises(PasswordEasyToGuess):
        await refuse_easy_password("tamarindo bungalow", "tamarindo bungalow")
    await refuse_easy_password("tamarindo bungalow")


async def test_an_easy_password_tells_nobody_who_has_an_account(client: httpx.AsyncClient, owner: Owner) -> None:
    answers = [
        (await client.post("/api/v1/sign-up", json=sign_up_body(email=email, password=EASY))).json()
        for email in (owner.email, f"{uuid4().hex}@example.com")
    ]
    assert [{**one, "request_id": ""} for one in answers[:1]] == [{**one, "request_id": ""} for one in answers[1:]]


async def test_an_invitation_stays_open_after_an_easy_password(app: FastAPI, owner: Owner) -> None:
    email = f"{uuid4().hex}@example.com"
    invited = await owner.client.post("/api/v1/invitations", json={"email": email, "role": "agent"})
    body = {"token": invited.json()["data"]["accept_url"].rsplit("/", 1)[1], "name": "Ravi"}
    visitor = open_client(app)
    for easy in (EASY, "Acme Homes 1", "acme homes 12"):
        assert_refused(await visitor.post("/api/v1/invitations/accept", json={**body, "password": easy}))
    taken = await visitor.post("/api/v1/invitations/accept", json={**body, "password": PASSWORD})
    assert taken.status_code == 200


async def test_a_reset_link_stays_good_after_an_easy_password(app: FastAPI, owner: Owner) -> None:
    async with transaction(None) as session:
        mail = await write_reset_mail(session, owner.email)
    assert mail is not None
    token = mail.text.split("token=")[1].split()[0]
    visitor = open_client(app)
    for easy in (EASY, "acmehomes acmehomes"):
        assert_refused(await visitor.post("/api/v1/password/reset", json={"token": token, "password": easy}))
    new = {"token": token, "password": "seven green tractors"}
    assert (await visitor.post("/api/v1/password/reset", json=new)).status_code == 204


async def test_a_changed_password_is_judged_and_the_old_one_stays(app: FastAPI, owner: Owner) -> None:
    person = await join(app, owner, Role.AGENT)
    for easy in (EASY, "acmehomes acmehomes"):
        body = {"current": PASSWORD, "new": easy}
        assert_refused(await person.client.put("/api/v1/me/password", json=body), field="new")
    wrong = await person.client.put("/api/v1/me/password", json={"current": "not this", "new": EASY})
    assert wrong.status_code == 401
    answer = await open_client(app).post("/api/v1/sign-in", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200


async def test_somebody_with_an_old_easy_password_still_gets_in(app: FastAPI, owner: Owner) -> None:
    async with transaction(None) as session:
        user = (await session.scalars(select(User).where(User.email == owner.email))).one()
        user.password_hash = await hash_password(EASY)
    answer = await open_client(app).post("/api/v1/sign-in", json={"email": owner.email, "password": EASY})
    assert answer.status_code == 200
