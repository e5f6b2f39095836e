"""What one judgement of the law costs, beside the floor: one clock converted and two numbers compared.

Usage: python bench/law.py [--judgements 20000]
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from metacortex.contexts.calls.rules.law import judge_frequency, judge_moment, next_opening
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.rules.zones import find_zones

AIM_MICROSECONDS = 20.0
NEW_YORK = ZoneInfo("America/New_York")
AT = datetime(2026, 7, 15, 16, tzinfo=UTC)


def bare(at: datetime) -> bool:
    local = at.astimezone(NEW_YORK)
    return 480 <= local.hour * 60 + local.minute < 1260


def cost(judgements: int, judge: Callable[[datetime], object]) -> float:
    """Median microseconds of one call over seven rounds, at moments a second apart."""
    rounds = []
    for _ in range(7):
        begun = time.perf_counter()
        for second in range(judgements // 7):
            judge(AT + timedelta(seconds=second % 3000))
        rounds.append((time.perf_counter() - begun) / (judgements // 7) * 1e6)
    return sorted(rounds)[3]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgements", type=int, default=20_000)
    judgements = parser.parse_args().judgements
    miami, toll_free = find_zones(read_number("+13055550100")), find_zones(read_number("+18005551234"))
    berlin = find_zones(read_number("+4915123456789"))
    night = timedelta(hours=8)
    tried = [AT - timedelta(hours=hours) for hours in (30, 60, 90)]
    open_in_all = next_opening(toll_free, AT)
    assert open_in_all is not None
    rows: list[tuple[str, Callable[[datetime], object]]] = [
        ("floor: one clock, one comparison", bare),
        ("allowed, one zone and a state", lambda at: judge_moment(miami, at)),
        ("allowed, eleven zones and every state", lambda at: judge_moment(toll_free, open_in_all + (at - AT))),
        ("refused with its next opening", lambda at: judge_moment(berlin, at + night)),
        ("refused, eleven zones and every state", lambda at: judge_moment(toll_free, at - night)),
        ("three attempts counted", lambda at: judge_frequency(miami, tried, at)),
    ]
    floor = 0.0
    for what, judge in rows:
        each = cost(judgements, judge)
        floor = floor or each
        note = "" if each <= AIM_MICROSECONDS else f"  over {AIM_MICROSECONDS:.0f} µs"
        print(f"{what:42} {each:8.1f} µs  {each / floor:6.1f} × floor{note}")


if __name__ == "__main__":
    main()
