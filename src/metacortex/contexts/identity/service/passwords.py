"""Passwords that are easy to guess are refused wherever one is set.

What would be tried first is known to zxcvbn (Wheeler, USENIX Security 2016): 30,000 passwords that leaked most often,
words, names, dates, keyboard patterns; and here the person's own name and address, their organization's, the product's.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from metacortex.platform.errors import Invalid

# With a slow hash, out of reach even of somebody who has the hash.
FEWEST_GUESSES = 10**10
# The estimate of 72 hostile characters takes a second, of 40 as long as a hash; what is good so far is good.
LONGEST_JUDGED = 40
PRODUCT = "MetaCortex"
_SHORTEST_WORD = 3


class PasswordEasyToGuess(Invalid):
    code = "password_easy_to_guess"
    title = "This password is easy to guess. Use three or four unrelated words."


async def refuse_easy_password(password: str, *known: str | None, field: str = "password") -> None:
    """Raise PasswordEasyToGuess, naming the field, for a password guessed in few tries by who knows these texts."""
    words = _split([PRODUCT, *filter(None, known)])
    guesses = await asyncio.get_running_loop().run_in_executor(_thread(), _count_guesses, password, words)
    if guesses < FEWEST_GUESSES:
        raise PasswordEasyToGuess(errors=[{"field": field, "message": PasswordEasyToGuess.title}])


def _split(texts: list[str]) -> list[str]:
    """Return each text whole, without its blanks and signs, and in its single words."""
    found: dict[str, None] = {}
    for text in texts:
        words = re.split(r"[\W_]+", text)
        found.update(dict.fromkeys([text, "".join(words), *words]))
    return [word for word in found if len(word) >= _SHORTEST_WORD]


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    """One thread: zxcvbn keeps the words it is given in a dictionary shared by all calls."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="guesses")


def _count_guesses(password: str, words: list[str]) -> float:
    # Only here: its lists take 14 MB and 25 ms to load.
    from zxcvbn import zxcvbn

    return float(zxcvbn(password[:LONGEST_JUDGED], user_inputs=words)["guesses"])
