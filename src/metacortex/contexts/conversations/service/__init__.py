"""Use cases of conversations."""

from metacortex.contexts.conversations.service.threads import find_thread, find_threads, record_messages

__all__ = ["find_thread", "find_threads", "record_messages"]
