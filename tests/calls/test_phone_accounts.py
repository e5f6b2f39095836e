"""An account of the phone server is one phone's, in whichever organization: theirs must not ring ours."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx

from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.conftest import MakeOwner

MINE = "/api/v1/calling/phones/me"


def name_account() -> str:
    return f"Desk-{uuid4().hex[:12]}"


async def take(client: httpx.AsyncClient, account: str) -> int:
    return (await client.put(MINE, json={"account": account})).status_code


async def test_an_account_of_another_organization_is_refused_without_a_word_of_whose_it_is(
    make_owner: MakeOwner,
) -> None:
    acme, eve = await make_owner(), await make_owner()
    account = name_account()
    assert await take(acme.client, account) == 200
    assert await take(acme.client, account) == 200, "it is theirs already"
    for one in (account, account.upper(), f" {account} "):
        refused = await eve.client.put(MINE, json={"account": one})
        assert (refused.status_code, refused.json()["code"]) == (409, "account_taken")
        assert not {"Acme", str(acme.org_id), str(acme.member_id)} & set(refused.text.split('"'))
    assert (await eve.client.get("/api/v1/calling/phones")).json()["data"] == []
    assert await take(eve.client, name_account()) == 200


async def test_two_who_take_an_account_at_the_same_time_do_not_both_have_it(make_owner: MakeOwner) -> None:
    owners = [await make_owner() for _ in range(4)]
    account = name_account()
    taken = await asyncio.gather(*(take(owner.client, account) for owner in owners))
    assert sorted(taken) == [200, 409, 409, 409]


async def test_an_account_that_is_given_back_is_free(make_owner: MakeOwner) -> None:
    acme, eve = await make_owner(), await make_owner()
    account = name_account()
    await take(acme.client, account)
    assert (await acme.client.put(MINE, json={"number": "+919820012345"})).status_code == 200
    assert await take(eve.client, account) == 200
    assert await take(acme.client, account) == 409
    await eve.client.put(MINE, json={})
    assert await take(acme.client, account) == 200


async def test_a_colleague_has_an_account_of_their_own_until_they_are_gone(make_owner: MakeOwner, app: Any) -> None:
    acme = await make_owner()
    meera = await join(app, acme, Role.AGENT)
    account = name_account()
    await take(meera.client, account)
    assert await take(acme.client, account) == 409
    assert (await acme.client.delete(f"/api/v1/members/{meera.member_id}")).status_code == 204
    assert await take(acme.client, account) == 200
