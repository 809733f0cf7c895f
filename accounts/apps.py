"""Django's entry for the people-and-places app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and labs")
    default_auto_field = "django.db.models.BigAutoField"
