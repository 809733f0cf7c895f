"""Answers to requests that no view can take."""

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from config.uploads import FilesTooLarge

LARGEST_DRAINED = 100 * 1024 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that makes no sense (400) or is larger than the site takes (413).

    The template ``400.html`` gets ``title`` and ``reason`` in words. What was typed is still in the
    browser: nothing was stored, and going back shows it again. For htmx it is a message above the
    form, which stays as it is with all that was typed.
    """
    if isinstance(exception, RequestDataTooBig):
        _drain(request)
        title, advice = _too_large(exception)
        if "HX-Request" in request.headers:
            return _in_place(f"{title}. {_still_there()} {advice}")
        reason, status = f"{_go_back()} {advice}", 413
    else:
        title, status = _("We could not read that request"), 400
        reason = _("Nothing was saved. Go back with your browser and try it again.")
    # A host that is not ours must not end up in links, so such a page is made without the request.
    asked = None if isinstance(exception, DisallowedHost) else request
    context = {"title": title, "reason": reason}
    return HttpResponse(render_to_string("400.html", context, request=asked), status=status)


def _too_large(exception: RequestDataTooBig) -> tuple[str, str]:
    """What is too large, and what to do about it."""
    if isinstance(exception, FilesTooLarge):
        return _("Those files are larger than we can take at once"), _(
            "A picture can have 10 MB. Make it smaller (about 1600 pixels wide is enough), and "
            "send one at a time."
        )
    return _("That is more text than we can take at once"), _(
        "Shorten it, or save it in several steps; one page can hold about five million characters."
    )


def _go_back() -> str:
    return _("Nothing was saved. Go back with your browser: your text is still there.")


def _still_there() -> str:
    return _("Nothing was saved, and your text is still there.")


def _in_place(words: str) -> HttpResponse:
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
