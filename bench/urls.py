"""The site's addresses and one more: a bare page to compare with."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from plans.models import Plan

_PAGE = engines["django"].from_string(
    "<!doctype html><html lang=en><title>Bare</title><p>{{ request.user }}</p>"
    "<ul>{% for plan in plans %}<li>{{ plan.title }}</li>{% endfor %}</ul></html>"
)


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    """What Django itself costs: the session, the user, 25 rows and a small template."""
    return HttpResponse(_PAGE.render({"plans": Plan.objects.order_by("pk")[:25]}, request))


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
