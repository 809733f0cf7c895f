"""Pictures given as evidence, and pictures still on their way from a browser.

A picture is kept in two sizes and never changed: another one is another row. It stays as long as
its plan does, so that versions and the history can show what was there.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans import clock
from plans.sections import PICTURE_BYTES


def _place(picture: Any, _name: str, size: str) -> str:
    return f"pictures/{picture.pk.hex[:2]}/{picture.pk}-{size}.{picture.format}"


def large_file(picture: Any, name: str) -> str:
    """Where the picture as it is read is kept."""
    return _place(picture, name, "large")


def small_file(picture: Any, name: str) -> str:
    """Where the picture for small screens and slow lines is kept."""
    return _place(picture, name, "small")


class PictureFormat(models.TextChoices):
    """The formats that pictures are written in, whatever they came in."""

    JPEG = "jpg", _("JPEG")
    PNG = "png", _("PNG")


class Picture(models.Model):
    """A picture of a plan, written anew by us from what was sent, in two sizes (pixels)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(
        "plans.Plan", models.CASCADE, related_name="pictures", verbose_name=_("plan")
    )
    format = models.CharField(_("format"), max_length=4, choices=PictureFormat.choices)
    large = models.FileField(_("large"), upload_to=large_file)
    small = models.FileField(_("small"), upload_to=small_file)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    small_width = models.PositiveIntegerField(_("width of the small one"))
    small_height = models.PositiveIntegerField(_("height of the small one"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), default=clock.now)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("plan", "added_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(format__in=PictureFormat.values),
                name="picture_format_is_known",
                violation_error_message=_("Pictures are kept as JPEG or PNG."),
            ),
        )

    def __str__(self) -> str:
        return str(_("Picture, %(width)d × %(height)d") % vars(self))


class Upload(models.Model):
    """A picture on its way, in pieces, so that it can go on after a broken line.

    The picture that it becomes has its key. ``digest`` is that of the whole file (hexadecimal), by
    which a browser that was closed goes on where it was; empty where it could not compute one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(
        "plans.Plan", models.CASCADE, related_name="uploads", verbose_name=_("plan")
    )
    row = models.UUIDField(_("item of evidence"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("sent by")
    )
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    begun_at = models.DateTimeField(_("begun"), default=clock.now)

    class Meta:
        verbose_name = _("picture on its way")
        verbose_name_plural = _("pictures on their way")
        ordering = ("begun_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(size__range=(1, PICTURE_BYTES)),
                name="upload_is_at_most_10_mb",
                violation_error_message=_("A picture has at most 10 MB."),
            ),
        )

    def __str__(self) -> str:
        return str(_("Picture of %(size)d bytes") % vars(self))


class UploadPiece(models.Model):
    """Some bytes of an upload, the first of them at ``start`` (from 0)."""

    upload = models.ForeignKey(
        Upload, models.CASCADE, related_name="pieces", verbose_name=_("picture on its way")
    )
    start = models.PositiveIntegerField(_("first byte"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("piece of a picture")
        verbose_name_plural = _("pieces of pictures")
        ordering = ("upload", "start")
        constraints = (
            models.UniqueConstraint(
                fields=("upload", "start"),
                name="one_piece_per_start",
                violation_error_message=_("This piece has already arrived."),
            ),
        )

    def __str__(self) -> str:
        return str(_("From byte %(start)d") % vars(self))
