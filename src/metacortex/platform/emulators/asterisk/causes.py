"""Hang-up causes (ITU-T Q.850) and the words of Asterisk for them."""

from typing import Final

CAUSE_TEXTS: Final = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    2: "No route to specified transmit network",
    3: "No route to destination",
    16: "Normal Clearing",
    17: "User busy",
    18: "No user responding",
    19: "User alerting, no answer",
    20: "Subscriber absent",
    21: "Call Rejected",
    22: "Number changed",
    26: "Answered elsewhere",
    27: "Destination out of order",
    28: "Invalid number format",
    31: "Normal, unspecified",
    34: "Circuit/channel congestion",
    38: "Network out of order",
    41: "Temporary failure",
    42: "Switching equipment congestion",
    44: "Requested channel not available",
    58: "Bearer capability not available",
    66: "Channel not implemented",
    127: "Interworking, unspecified",
}

REASONS: Final = {
    "normal": 16,
    "busy": 17,
    "congestion": 34,
    "no_answer": 19,
    "timeout": 18,
    "rejected": 21,
    "unallocated": 1,
    "normal_unspecified": 31,
    "number_incomplete": 28,
    "codec_mismatch": 58,
    "interworking": 127,
    "failure": 38,
    "answered_elsewhere": 26,
}
"""The words that `DELETE /channels/{id}` takes as its reason."""

NO_ANSWER: Final = 19
NORMAL: Final = 16


def describe(cause: int) -> str:
    """The text that goes with a cause."""
    return CAUSE_TEXTS.get(cause, "Unknown")


def dial_status_of(cause: int) -> str:
    """What the dialler makes of a cause: everything that it does not know is NOANSWER (main/dial.c)."""
    return {17: "BUSY", 34: "CONGESTION", 3: "CHANUNAVAIL", 20: "CHANUNAVAIL"}.get(cause, "NOANSWER")
