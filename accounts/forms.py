"""Forms about people."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import LabRole, Reviewer, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def _zones() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The zones named after places, by area; reading them all from disk is done once."""
    known = sorted(zoneinfo.available_timezones())
    return tuple(
        (area, tuple(name for name in known if name.startswith(f"{area}/"))) for area in AREAS
    )


def time_zone_choices(now: dt.datetime) -> list[tuple[str, Any]]:
    """Every time zone by area, each with the time it is there, which is what people know."""
    choices: list[tuple[str, Any]] = [("UTC", f"UTC – {now.astimezone(dt.UTC):%H:%M}")]
    for area, names in _zones():
        group = [
            (
                name,
                (
                    f"{name.partition('/')[2].replace('_', ' ').replace('/', ', ')} – "
                    f"{now.astimezone(zoneinfo.ZoneInfo(name)):%H:%M}"
                ),
            )
            for name in names
        ]
        choices.append((area, group))
    return choices


NAME_ERRORS = {
    "required": _("Tell us your name."),
    "null_characters_not_allowed": _("A name has no such characters in it."),
}


class TimeZoneField(forms.ChoiceField):
    """A choice of time zones; what is chosen is the zone's own name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        kwargs.setdefault(
            "help_text",
            _("Dates and times are shown to you in this zone. Choose the line with your own time."),
        )
        super().__init__(choices=lambda: time_zone_choices(timezone.now()), **kwargs)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's own name and time zone."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("As colleagues and reviewers should read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=NAME_ERRORS,
    )
    time_zone = TimeZoneField()

    class Meta:
        model = User
        fields = ("name", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A zone that is no longer in the list (an old name) stays until another one is chosen.
        stored = self.instance.time_zone
        field = self.fields["time_zone"]
        if not isinstance(field, TimeZoneField) or field.valid_value(stored):
            return
        field.choices = [(stored, stored), *time_zone_choices(timezone.now())]


class InviteForm(forms.Form):
    """Whom to invite to a lab, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter the e-mail address of the person to invite."),
            "invalid": _("Enter an e-mail address, such as name@example.org."),
            "null_characters_not_allowed": _("An e-mail address has no such characters in it."),
        },
    )
    role = forms.ChoiceField(
        label=_("As"),
        choices=LabRole,
        initial=LabRole.MEMBER,
        widget=forms.RadioSelect,
        help_text=_("Both write plans; a lead also invites people."),
    )


class NewPersonForm(forms.Form):
    """What somebody who accepts an invitation, and has no account yet, tells about themself."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As colleagues and reviewers should read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=NAME_ERRORS,
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": _("Choose a password."),
            "null_characters_not_allowed": _("A password has no such characters in it."),
        },
    )
    time_zone = TimeZoneField(widget=forms.Select(attrs={"data-guess-zone": True}))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Hold the password against the rules, knowing the person's name and address."""
        given = super().clean() or {}
        if "password" in given:
            person = User(email=self.email, name=given.get("name", ""))
            try:
                validate_password(given["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class _Day(forms.DateField):
    """A day, chosen from a calendar or typed as 2026-12-03."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d"],
            error_messages={
                "required": _("Choose a day."),
                "invalid": _("Write the day as year, month, day: 2026-12-03."),
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> dt.date | None:
        """The day; what no calendar has is refused in words."""
        return super().to_python("-" if isinstance(value, str) and "\0" in value else value)


class AbsenceForm(forms.Form):
    """Who is away, who stands in, and on which days; whoever is away alone is not asked for."""

    reviewer = forms.ChoiceField(
        label=_("Who is away"),
        error_messages={
            "required": _("Choose who is away."),
            "invalid_choice": _("Choose one from the list."),
        },
    )
    stand_in = forms.ChoiceField(
        label=_("Who stands in"),
        error_messages={
            "required": _("Choose who stands in."),
            "invalid_choice": _("Choose one from the list."),
        },
    )
    first_day = _Day(label=_("First day"))
    last_day = _Day(label=_("Last day"))

    def __init__(
        self, reviewers: Sequence[Reviewer], stand_ins: QuerySet[User], data: Any = None
    ) -> None:
        super().__init__(data)
        self.reviewers = {str(one.pk): one for one in reviewers}
        alone = {one.user_id for one in reviewers}
        found = stand_ins.exclude(pk__in=alone) if len(alone) == 1 else stand_ins
        self.people = {str(one.pk): one for one in found}
        self._offer("reviewer", self.reviewers)
        self._offer("stand_in", self.people)
        self.fields["last_day"].help_text = _(
            "This day included. Days begin and end at midnight where the person lives who is away."
        )
        if len(reviewers) == 1:
            (only,) = reviewers
            del self.fields["reviewer"]
            self.fields["last_day"].help_text = _(
                "This day included. Days begin and end at midnight in the time zone %(zone)s."
            ) % {"zone": only.user.zone}

    def _offer(self, name: str, rows: dict[str, Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            choices = [(key, str(row)) for key, row in rows.items()]
            field.choices = [("", _("Choose …")), *choices]

    @property
    def arranged(self) -> dict[str, Any]:
        """What was chosen, as :func:`accounts.absences.arrange` takes it."""
        given = self.cleaned_data
        only = next(iter(self.reviewers.values()))
        return {
            "reviewer": self.reviewers[given["reviewer"]] if "reviewer" in given else only,
            "stand_in": self.people[given["stand_in"]],
            "first_day": given["first_day"],
            "last_day": given["last_day"],
        }
