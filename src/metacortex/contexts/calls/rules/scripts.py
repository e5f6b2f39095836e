"""Filling in what an agent says."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z]+\.[a-z]+)\}")


def fill_in(text: str, values: Mapping[str, str | None]) -> str:
    """Return a script with its placeholders filled in; one without a value is left out, one unknown stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]] or "" if found[1] in values else found[0], text)
