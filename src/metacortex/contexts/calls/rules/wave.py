"""What the head of a WAV file says (RIFF: Microsoft and IBM, Multimedia Programming Interface, 1991)."""

HEAD_BYTES = 44


def read_seconds(head: bytes, size_bytes: int) -> int | None:
    """Return how long a WAV file of this size plays, by the bytes a second in its head; None if it is none.

    The length that the head itself states is not asked: a recorder that was killed never wrote it.
    """
    if len(head) < HEAD_BYTES or head[:4] != b"RIFF" or head[8:16] != b"WAVEfmt ":
        return None
    bytes_a_second = int.from_bytes(head[28:32], "little")
    return round((size_bytes - HEAD_BYTES) / bytes_a_second) if bytes_a_second else None
