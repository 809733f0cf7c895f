"""The people of a lab: seen by the lab, brought in and let go by its leads."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import invitations
from accounts.decorators import SignedInRequest, signed_in
from accounts.forms import InviteForm
from accounts.models import Invitation, Lab, LabRole, Membership
from accounts.roles import roles_of
from accounts.rules import is_last_lead, manages_people, sees_people

LABS_A_PAGE = 50


@signed_in
def my_people(request: SignedInRequest) -> HttpResponse:
    """The labs whose people this person may see; straight to the lab where it is only one."""
    roles = roles_of(request.user)
    labs = Lab.objects.select_related("region")
    if not roles.manages_network:
        labs = labs.filter(pk__in=sorted(roles.labs))
        if len(roles.labs) == 1:
            return redirect("people", labs.get().slug)
    labs = labs.annotate(
        people=Count("memberships", filter=Q(memberships__user__is_active=True), distinct=True),
        leads=Count("memberships", filter=_is_lead(), distinct=True),
        invited=Count("invitations", filter=_is_open(), distinct=True),
    ).order_by("name")
    page = Paginator(labs, LABS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/labs.html", {"page": page})


@signed_in
def people(request: SignedInRequest, slug: str) -> HttpResponse:
    """A lab's people and open invitations; a lead invites from here."""
    lab = _lab(request, slug)
    may_manage = manages_people(request.user, lab)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        if not may_manage:
            raise PermissionDenied
        if form.is_valid() and _invite(request, lab, form):
            return redirect("people", slug)
    memberships = list(
        Membership.objects.filter(lab=lab)
        .select_related("user")
        .order_by("-user__is_active", "user__name", "user__email")
    )
    context = {
        "lab": lab,
        "form": form,
        "may_manage": may_manage,
        "memberships": memberships,
        "invitations": list(
            Invitation.objects.filter(lab=lab, accepted_at__isnull=True).select_related(
                "invited_by"
            )
        ),
    }
    return render(request, "accounts/people.html", context)


def _invite(request: SignedInRequest, lab: Lab, form: InviteForm) -> bool:
    given = form.cleaned_data
    try:
        invitation = invitations.invite(
            given["email"], actor=request.user, lab=lab, role=given["role"]
        )
    except invitations.InvitationError as error:
        form.add_error("email", str(error))
        return False
    _tell_sent(request, invitation)
    return True


@require_POST
@signed_in
def resend(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Send an invitation's e-mail once more."""

    def act() -> None:
        _tell_sent(request, invitations.resend(invitation, actor=request.user))

    invitation = _invitation(request, slug, pk)
    return _done(request, slug, act)


@require_POST
@signed_in
def cancel(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take an invitation back."""

    def act() -> None:
        invitations.cancel(invitation, actor=request.user)
        messages.success(
            request, _("The invitation of %(email)s is cancelled.") % {"email": invitation.email}
        )

    invitation = _invitation(request, slug, pk)
    return _done(request, slug, act)


@require_POST
@signed_in
def role(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Make somebody lead, or member again."""
    lab = _managed(request, slug)
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=pk, lab=lab)
    wanted = request.POST.get("role")
    if wanted not in LabRole.values:
        raise Http404

    def act() -> None:
        invitations.set_role(membership, wanted, actor=request.user)
        words = (
            _("%(name)s is now a lead of %(lab)s.")
            if wanted == LabRole.LEAD
            else _("%(name)s is now a member of %(lab)s.")
        )
        messages.success(request, words % {"name": membership.user, "lab": lab})

    return _done(request, slug, act)


@signed_in
def remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Ask first, then take a person out of the lab."""
    lab = _managed(request, slug)
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=pk, lab=lab)
    if request.method != "POST":
        context = {
            "lab": lab,
            "membership": membership,
            "is_self": membership.user_id == request.user.pk,
            "is_last_lead": is_last_lead(membership),
            "may_anyway": roles_of(request.user).manages_network,
        }
        return render(request, "accounts/remove.html", context)

    def act() -> None:
        invitations.remove_member(membership, actor=request.user)
        messages.success(
            request,
            _("%(name)s is no longer in %(lab)s.") % {"name": membership.user, "lab": lab},
        )

    return _done(request, slug, act)


def _done(request: SignedInRequest, slug: str, act: Callable[[], None]) -> HttpResponse:
    """Run the act, say what came of it, go back to the lab's people."""
    try:
        act()
    except invitations.InvitationError as error:
        messages.error(request, str(error))
    lab = Lab.objects.get(slug=slug)
    # Who has just removed themself can no longer see the page they came from.
    return redirect("people", slug) if sees_people(request.user, lab) else redirect("/")


def _lab(request: SignedInRequest, slug: str) -> Lab:
    """The lab, for those who may know who works there. Raises Http404 for others."""
    lab = get_object_or_404(Lab.objects.select_related("region"), slug=slug)
    if not sees_people(request.user, lab):
        raise Http404
    return lab


def _managed(request: SignedInRequest, slug: str) -> Lab:
    lab = _lab(request, slug)
    if not manages_people(request.user, lab):
        raise PermissionDenied
    return lab


def _invitation(request: SignedInRequest, slug: str, pk: int) -> Invitation:
    lab = _managed(request, slug)
    return get_object_or_404(Invitation.objects.select_related("lab"), pk=pk, lab=lab)


def _tell_sent(request: SignedInRequest, invitation: Invitation) -> None:
    if invitation.undelivered:
        messages.warning(
            request,
            _(
                "%(email)s is invited, but the e-mail could not be sent just now. "
                "Press “Send again” in a few minutes."
            )
            % {"email": invitation.email},
        )
        return
    messages.success(
        request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email}
    )


def _is_lead() -> Q:
    return Q(memberships__role=LabRole.LEAD, memberships__user__is_active=True)


def _is_open() -> Q:
    return Q(invitations__accepted_at__isnull=True, invitations__expires_at__gt=timezone.now())
