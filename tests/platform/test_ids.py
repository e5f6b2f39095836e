"""Keys are UUIDv7 and sort in the order they were made."""

import time
from datetime import UTC, datetime

from metacortex.platform.database import first_id_at, new_id


def test_keys_sort_in_the_order_they_were_made() -> None:
    made = []
    for _ in range(200):
        made.append(new_id())
        time.sleep(0.000001)
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
    assert abs((made[0].int >> 80) / 1000 - time.time()) < 60


def test_ids_of_a_moment_sort_after_those_made_before_it() -> None:
    before = new_id()
    time.sleep(0.002)
    moment = datetime.now(UTC)
    assert before < first_id_at(moment) < new_id()
