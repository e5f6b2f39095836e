"""What the launchers raise."""


class ServerCannotStart(Exception):
    """An embedded server did not start; the message says why and what to do."""
