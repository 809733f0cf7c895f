"""Who somebody is, for each request: the person of the session together with their roles."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.roles import person_with_roles


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail as allauth does; reads person and roles in one query."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; None for somebody who is gone or not active any more."""
        user = person_with_roles(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
