"""Answers to requests that no view can take."""

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

LARGEST_DRAINED = 100 * 1024 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that makes no sense (400) or is larger than the site takes (413).

    The template ``400.html`` gets ``title`` and ``reason`` in words. What was typed is still in the
    browser: nothing was stored, and going back shows it again.
    """
    if isinstance(exception, RequestDataTooBig):
        _drain(request)
        if "HX-Request" in request.headers:
            return _too_long_in_place()
        status = 413
        context = {
            "title": _("That is more text than we can take at once"),
            "reason": _(
                "Nothing was saved. Go back with your browser: your text is still there. Shorten "
                "it, or save it in several steps; one page can hold about five million characters."
            ),
        }
    else:
        status = 400
        context = {
            "title": _("We could not read that request"),
            "reason": _("Nothing was saved. Go back with your browser and try it again."),
        }
    # A host that is not ours must not end up in links, so such a page is made without the request.
    asked = None if isinstance(exception, DisallowedHost) else request
    return HttpResponse(render_to_string("400.html", context, request=asked), status=status)


def _too_long_in_place() -> HttpResponse:
    """For htmx: a message above the form, which stays as it is with all that was typed."""
    words = _(
        "That is more text than we can take at once. Nothing was saved, and your text is still "
        "there. Shorten it, or save it in several steps; one page can hold about five million "
        "characters."
    )
    notice = render_to_string("components/notice.html", {"kind": "bad", "text": words})
    return HttpResponse(
        notice,
        status=413,
        headers={"HX-Retarget": "#messages", "HX-Reswap": "innerHTML show:window:top"},
    )


def _drain(request: HttpRequest) -> None:
    """Read what is still on its way: a browser shows no answer to something it is still sending."""
    left = LARGEST_DRAINED
    while left > 0 and (chunk := request.read(1 << 16)):
        left -= len(chunk)
