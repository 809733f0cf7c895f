"""Who somebody is, for each request: the person of the session together with their roles."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.models import User
from accounts.roles import person_with_roles


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail as allauth does; reads person and roles in one query, rights in one."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; None for somebody who is gone or not active any more."""
        user = person_with_roles(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """The rights of a person, their own and those of their groups, as Django names them."""
        if obj is None and user_obj.is_active and not user_obj.is_superuser:
            if not hasattr(user_obj, "_perm_cache"):
                held = Permission.objects.filter(Q(user=user_obj.pk) | Q(group__user=user_obj.pk))
                named = held.order_by().values_list("content_type__app_label", "codename")
                user_obj._perm_cache = {f"{app}.{codename}" for app, codename in named}
            return set(user_obj._perm_cache)
        return set(super().get_all_permissions(user_obj, obj))
