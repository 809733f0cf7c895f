"""Telling people: who is told of what (telling), the mails themselves, and sending them."""

from plans.notifications.mails import message, read_stop_token, stop_token
from plans.notifications.sending import MOST_ATTEMPTS, send_again, send_waiting
from plans.notifications.telling import BURST, due, recipients, tell
from plans.notifications.topics import topic_of
from plans.notifications.words import Words, readable_notices, words_for

__all__ = [
    "BURST",
    "MOST_ATTEMPTS",
    "Words",
    "due",
    "message",
    "read_stop_token",
    "readable_notices",
    "recipients",
    "send_again",
    "send_waiting",
    "stop_token",
    "tell",
    "topic_of",
    "words_for",
]
