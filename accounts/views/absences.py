"""Who is away from reviewing, and who stands in for them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import absences as actions
from accounts.decorators import SignedInRequest, signed_in
from accounts.forms import AbsenceForm
from accounts.models import Absence
from accounts.roles import roles_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: SignedInRequest) -> HttpResponse:
    """Absences that are not over, as far as they are this person's; a new one is arranged here."""
    roles = roles_of(request.user)
    reviewers = list(actions.arranged_by(request.user))
    if not (reviewers or roles.covers or roles.manages_network):
        raise PermissionDenied
    form = AbsenceForm(
        reviewers, actions.stand_ins(), request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and not reviewers:
        raise PermissionDenied
    if form.is_valid():
        try:
            absence = actions.arrange(**form.arranged, actor=request.user)
        except actions.AbsenceError as refusal:
            form.add_error(refusal.about, str(refusal))
        else:
            words = _("%(name)s stands in, and is told by e-mail.")
            messages.success(request, words % {"name": absence.stand_in})
            return redirect("absences")
    concerned = Q(reviewer__in=reviewers) | Q(stand_in=request.user)
    found = Absence.objects.not_over().filter(concerned)
    context = {
        "form": form if reviewers else None,
        "absences": found.select_related("reviewer__user", "reviewer__region", "stand_in"),
        "mine_to_end": {one.pk for one in reviewers},
        "manages": roles.manages_network,
    }
    return render(request, "accounts/absences.html", context)


@signed_in
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an absence, or forget one that has not begun."""
    reviewers = actions.arranged_by(request.user)
    absence = get_object_or_404(Absence, pk=pk, reviewer__in=reviewers)
    actions.end(absence, actor=request.user)
    messages.success(request, _("The absence is over. Nobody stands in any more."))
    return redirect("absences")
