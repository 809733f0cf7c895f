"""What django-allauth asks the project."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: people come by invitation (accounts/invitations.py)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed; the page says how to get in."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send one of allauth's e-mails; our templates name the site by its address."""
        super().send_mail(template_prefix, email, context | {"site_url": settings.SITE_URL})
