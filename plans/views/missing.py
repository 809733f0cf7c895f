"""What is missing: the list of sections beside the form, and both anew while somebody writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from plans import readiness
from plans.sections import SECTIONS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.decorators import SignedInRequest
    from plans.models import Plan
    from plans.readiness import Gap
    from plans.sections import Section


def anew(request: SignedInRequest, plan: Plan, rules: Section) -> HttpResponse:
    """The parts of a section's page that say what is missing, for ``static/js/missing.js``."""
    gaps = readiness.gaps(plan)
    here = [gap for gap in gaps if gap.section == rules.key]
    context = {"plan": plan, "gaps": here, "rail": rail(plan, gaps, current=rules.key)}
    return render(request, "plans/_missing.html", context)


def rail(plan: Plan, gaps: list[Gap], current: str = "") -> list[dict[str, Any]]:
    """The sections with their state, for ``components/rail.html``."""
    return [
        {
            "url": reverse("plan_section", args=(plan.pk, section.key)),
            "title": section.title,
            "current": section.key == current,
            "progress": readiness.progress(gap for gap in gaps if gap.section == section.key),
        }
        for section in SECTIONS
    ]
