"""Reading mail, purely: bytes in, what a person wrote out."""

from metacortex.contexts.conversations.rules.mail import parse_mail
from metacortex.contexts.conversations.rules.reply import ReplyParts, split_reply

__all__ = ["ReplyParts", "parse_mail", "split_reply"]
