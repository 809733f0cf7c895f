"""Every address begins here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # Before allauth's: one of its pages is replaced.
    path("", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("plans.urls")),
]

handler400 = "config.errors.bad_request"
