"""Rate limits: the algorithms against slow obvious models, and the stores, shared, killed and stopped."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metacortex.platform.embedded import ValkeyServer
from metacortex.platform.limits import Limit, Limiter, rules
from metacortex.platform.limits.memory_store import MemoryStore
from metacortex.platform.limits.redis_store import RedisStore
from metacortex.platform.telemetry import metrics
from tests.conftest import Product

STRATEGIES = ("fixed", "sliding", "bucket")
START = 1_700_000_000_123
# What a test of outages waits for at most; nothing passes or fails by taking less.
PATIENCE_SECONDS = 20


class Reference:
    """Says by remembering every use and exact fractions what each strategy promises."""

    def __init__(self, limit: Limit) -> None:
        self.limit, self.uses, self.tokens, self.seen = limit, [], Fraction(limit.capacity), None

    def room(self, now: int) -> Fraction:
        """Return how much may be used now."""
        limit, window = self.limit, self.limit.window
        if limit.strategy == "fixed":
            opened = None
            for at, _ in self.uses:
                if opened is None or at >= opened + window:
                    opened = at
            inside = [cost for at, cost in self.uses if opened is not None and at >= opened and now < opened + window]
            return Fraction(limit.amount - sum(inside))
        if limit.strategy == "sliding":
            here = now // window
            current = sum(cost for at, cost in self.uses if at // window == here)
            earlier = sum(cost for at, cost in self.uses if at // window == here - 1)
            return Fraction(limit.amount) - current - earlier * Fraction(window - now % window, window)
        if self.seen is not None:
            refilled = Fraction((now - self.seen) * limit.amount, window)
            self.tokens = min(Fraction(limit.capacity), self.tokens + refilled)
        self.seen = now
        return self.tokens

    def take(self, now: int, cost: int) -> bool:
        if self.room(now) < cost:
            return False
        self.uses.append((now, cost))
        self.tokens -= cost
        return True

    def forget(self) -> "Reference":
        """Return a copy that can be asked about another time."""
        copy = Reference(self.limit)
        copy.uses, copy.tokens, copy.seen = list(self.uses), self.tokens, self.seen
        return copy


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    strategy = draw(st.sampled_from(STRATEGIES))
    burst = draw(st.none() | st.integers(1, 12)) if strategy == "bucket" else None
    return Limit("test", strategy, draw(st.integers(1, 9)), draw(st.integers(1, 4)), burst)


steps = st.lists(st.tuples(st.integers(0, 5_000) | st.sampled_from([0, 0, 1, 1000]), st.integers(1, 3)), max_size=40)


@given(limit=limits(), steps=steps)
def test_each_strategy_does_what_its_slow_model_does(limit: Limit, steps: list[tuple[int, int]]) -> None:
    store, model, now = MemoryStore(), Reference(limit), START
    for wait, cost in steps:
        now += wait
        [verdict] = store.take([(limit, "a")], cost, now)
        assert verdict.allowed == model.take(now, cost)
        assert verdict.remaining == max(0, int(model.room(now) // 1))


@given(limit=limits(), steps=steps)
def test_a_refused_use_fits_when_it_is_told_and_not_a_millisecond_before(
    limit: Limit, steps: list[tuple[int, int]]
) -> None:
    model, state, now = Reference(limit), None, START
    for wait, cost in steps:
        now += wait
        advanced = rules.advance(limit, state, now)
        told = rules.retry(limit, advanced, now, cost)
        if model.take(now, cost):
            state = rules.use(limit, advanced, cost)  # what is refused is kept nowhere
            assert told == 0
            continue
        assert told > 0
        if cost <= limit.capacity and limit.capacity <= 12:
            assert model.forget().room(now + told) >= cost
            assert model.forget().room(now + told - 1) < cost


@given(limit=limits(), steps=steps)
def test_after_the_reset_all_of_it_is_there_again(limit: Limit, steps: list[tuple[int, int]]) -> None:
    state, now = None, START
    for wait, cost in steps:
        now += wait
        state = rules.advance(limit, state, now)
        if rules.fits(limit, state, now, cost):
            state = rules.use(limit, state, cost)
        later = now + rules.reset(limit, state, now)
        assert rules.remaining(limit, rules.advance(limit, state, later), later) == limit.capacity


@given(limit=limits(), steps=st.lists(st.integers(-10_000, 10_000), max_size=30))
def test_a_clock_that_jumps_back_gives_no_more_than_the_limit_at_once(limit: Limit, steps: list[int]) -> None:
    store, now = MemoryStore(), START
    for jump in steps:
        now += jump
        allowed = 0
        while store.take([(limit, "a")], 1, now)[0].allowed:
            allowed += 1
        assert allowed <= limit.capacity


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("Bad name", "fixed", 1, 1), "not a limit's name"),
        (('a"b', "fixed", 1, 1), "not a limit's name"),
        (("a", "fixed", 0, 1), "at least 1"),
        (("a", "fixed", 1, 0), "at least 1"),
        (("a", "bucket", 1, 1, 0), "at least 1"),
        (("a", "fixed", 1, 1, 5), "only a bucket"),
        (("a", "sliding", 10**9, 10**7), "2\\^53"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_where_it_is_written(values: tuple, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Limit(*values)


def test_memory_forgets_the_keys_least_recently_used() -> None:
    limit, store = Limit("test", "fixed", 1, 60), MemoryStore(keys=3)

    def allowed(key: str) -> bool:
        return store.take([(limit, key)], 1, START)[0].allowed

    assert [allowed("a"), allowed("b"), allowed("c"), allowed("d")] == [True] * 4
    assert [allowed("d"), allowed("c"), allowed("b")] == [False] * 3
    assert allowed("a")


@pytest.fixture
async def redis_store(product: Product) -> AsyncIterator[RedisStore]:
    store = RedisStore(product.redis_url, timeout_seconds=5)
    yield store
    await store.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(limits(), min_size=1, max_size=3), steps=steps)
async def test_the_script_counts_exactly_as_memory_does(
    redis_store: RedisStore, many: list[Limit], steps: list[tuple[int, int]]
) -> None:
    memory, now, key = MemoryStore(), START, uuid4().hex
    checks = [(limit, f"{key}:{place}") for place, limit in enumerate(many)]
    for wait, cost in steps:
        now += wait
        assert await redis_store.take(checks, cost, now) == memory.take(checks, cost, now)


async def test_large_numbers_are_counted_exactly_in_the_script(redis_store: RedisStore) -> None:
    limit, key = Limit("test", "bucket", 99_999_937, 86_400, 99_999_989), uuid4().hex
    memory = MemoryStore()
    for number in range(20):
        now, cost = START + number * 7, 12_345_677 if number < 8 else 1
        assert await redis_store.take([(limit, key)], cost, now) == memory.take([(limit, key)], cost, now)


@pytest.mark.parametrize("place", ["memory", "redis"])
async def test_when_one_limit_refuses_nothing_is_taken_from_the_others(redis_store: RedisStore, place: str) -> None:
    memory = MemoryStore()
    wide, narrow, key = Limit("wide", "bucket", 10, 3600), Limit("narrow", "fixed", 1, 3600), uuid4().hex

    async def take(*limits: Limit) -> list[rules.Verdict]:
        checks = [(limit, key) for limit in limits]
        return memory.take(checks, 1, START) if place == "memory" else await redis_store.take(checks, 1, START)

    assert [one.allowed for one in await take(wide, narrow)] == [True, True]
    for _ in range(3):
        assert [one.allowed for one in await take(wide, narrow)] == [True, False]
    [left] = await take(wide)
    assert left.remaining == 8


async def test_the_servers_clock_is_used_and_its_keys_expire(product: Product, redis_store: RedisStore) -> None:
    from redis.asyncio import Redis

    key = uuid4().hex
    limits = [Limit("a", "fixed", 5, 100), Limit("b", "sliding", 5, 100), Limit("c", "bucket", 5, 100)]
    verdicts = await redis_store.take([(limit, key) for limit in limits], 1)
    assert [one.remaining for one in verdicts] == [4, 4, 4]
    assert [one.reset_seconds <= most for one, most in zip(verdicts, (100, 200, 20), strict=True)] == [True] * 3
    redis = Redis.from_url(product.redis_url)
    found = [name async for name in redis.scan_iter(f"limit:*{key}")]
    lives = [await redis.pttl(name) for name in found]
    await redis.aclose()
    assert len(found) == 3
    assert all(0 < life <= 260_000 for life in lives)


TAKER = """
import asyncio, sys
from metacortex.platform.limits import Limit, take
async def main():
    limit = Limit("shared", "fixed", 100, 3600)
    print(sum([(await take([(limit, sys.argv[1])])).allowed for _ in range(90)]))
asyncio.run(main())
"""


@pytest.mark.slow
async def test_two_processes_share_a_limit(product: Product) -> None:
    environment = {**os.environ, "METACORTEX_REDIS_URL": product.redis_url, "METACORTEX_LIMITS_TIMEOUT_SECONDS": "5"}
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", TAKER, key, env=environment, stdout=subprocess.PIPE)
        for key in [uuid4().hex] * 2
    ]
    counts = [int((await process.communicate())[0]) for process in running]
    assert sum(counts) == 100
    assert all(counts)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    tmp_path.chmod(0o755)
    server = ValkeyServer()
    server.url = server.start(tmp_path)
    server.again = lambda: (server.stop(), server.start(tmp_path))
    yield server
    if server.child is not None and server.child.poll() is None:
        server.child.send_signal(signal.SIGCONT)
    server.stop()


class CountingStore(RedisStore):
    """Remembers how often it was asked."""

    asked = 0

    async def take(self, *args: Any) -> list[rules.Verdict]:
        self.asked += 1
        return await super().take(*args)


@pytest.fixture
async def limiter(valkey: ValkeyServer) -> AsyncIterator[Limiter]:
    made = Limiter(RedisStore(valkey.url, timeout_seconds=0.5), pause_seconds=0.05)
    yield made
    await made.close()


async def until_shared(limiter: Limiter) -> None:
    """Use another limit until the shared store counts again."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await limiter.take([(Limit("probe", "fixed", 10**6, 60), "probe")])
            if limiter.is_shared:
                return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("fault", ["stopped", "killed"])
async def test_while_the_store_is_away_each_process_counts_for_itself(
    valkey: ValkeyServer, limiter: Limiter, fault: str
) -> None:
    limit, outages = Limit("away", "fixed", 3, 3600), metrics.limit_outages._value.get()
    await until_shared(limiter)
    outages_before = metrics.limit_outages._value.get() - outages
    assert [(await limiter.take([(limit, "a")])).remaining for _ in range(2)] == [2, 1]

    valkey.child.send_signal(signal.SIGSTOP if fault == "stopped" else signal.SIGKILL)
    if fault == "killed":
        valkey.child.wait()
    verdicts = [await limiter.take([(limit, "a")]) for _ in range(4)]
    assert not limiter.is_shared
    assert [(one.allowed, one.remaining) for one in verdicts] == [(True, 2), (True, 1), (True, 0), (False, 0)]
    assert metrics.limit_outages._value.get() == outages + outages_before + 1

    if fault == "stopped":
        valkey.child.send_signal(signal.SIGCONT)
    else:
        valkey.again()
    await until_shared(limiter)
    after = await limiter.take([(limit, "b")])
    assert (after.allowed, after.remaining) == (True, 2)


async def test_while_the_store_is_away_one_request_at_a_time_finds_out_whether_it_is_back(valkey: ValkeyServer) -> None:
    limit, store = Limit("crowd", "fixed", 10**6, 3600), CountingStore(valkey.url, timeout_seconds=0.5)
    limiter = Limiter(store, pause_seconds=PATIENCE_SECONDS)
    valkey.child.send_signal(signal.SIGSTOP)
    await limiter.take([(limit, "a")])
    for is_due, asked in ((False, 0), (True, 1)):
        store.asked, limiter._next_try = 0, 0.0 if is_due else limiter._next_try
        verdicts = await asyncio.gather(*(limiter.take([(limit, "a")]) for _ in range(200)))
        assert all(one.allowed for one in verdicts)
        assert store.asked == asked
    await limiter.close()


async def test_answers_after_an_outage_belong_to_their_questions(valkey: ValkeyServer, limiter: Limiter) -> None:
    """A question given up in an outage leaves its answer in the connection; nobody else may get it."""
    await until_shared(limiter)
    valkey.child.send_signal(signal.SIGSTOP)
    limits = [Limit("mine", "fixed", amount, 3600) for amount in range(1000, 1020)]
    await asyncio.gather(*(limiter.take([(one, str(one.amount))]) for one in limits))
    valkey.child.send_signal(signal.SIGCONT)
    await until_shared(limiter)
    for one in limits:
        verdict = await limiter.take([(one, f"{one.amount}-again")])
        assert verdict.remaining == one.amount - 1


async def test_an_unreachable_store_fails_no_request() -> None:
    limiter = Limiter(RedisStore("redis://127.0.0.1:1/0", timeout_seconds=0.5))
    verdict = await limiter.take([(Limit("a", "fixed", 1, 60), "x")])
    assert verdict.allowed
    await limiter.close()
