"""Pictures of the evidence in a real browser: sent over good lines and broken ones, and seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Dialog, Locator, Page, Request, Route, expect

from plans import authoring
from plans.authoring import Change, row_key
from plans.models import Evidence, Picture, Plan, Upload
from tests.browser.conftest import sign_in
from tests.plans.picture_files import jpeg, noise, written

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from tests.browser.conftest import Open
    from tests.personas import Network

PIECE = 64 * 1024
PHOTO = jpeg(700, 500)
assert 3 * PIECE < len(PHOTO) < 300 * 1024  # some pieces, and small enough to be sent as it is

NO_LINE = "There is no line. It goes on by itself where it stopped."
KEPT = "The picture is kept. Now describe below what it shows."


@pytest.fixture
def plan(network: Network) -> Plan:
    """A complete draft of the lab."""
    return network.plan()


@pytest.fixture
def item(network: Network, plan: Plan) -> Evidence:
    """An item of evidence that is to be a picture."""
    row = authoring.add_row(
        plan, "evidence", actor=network["member"], kind="quantitative", form="picture"
    )
    assert isinstance(row, Evidence)
    return row


def chosen(content: bytes = PHOTO, name: str = "wells.jpg") -> Any:
    """A file, as somebody chooses it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


class Item:
    """The item of evidence on the open form."""

    def __init__(self, page: Page, item: Evidence) -> None:
        page.goto(reverse("plan_section", args=(item.plan_id, "evidence")))
        self.page = page
        self.card: Locator = page.locator(f"#row-{item.pk}")
        self.status = self.card.locator("[data-status]")
        self.kept = self.card.locator("[data-filled] img")
        self.starts: list[int] = []
        self.bytes = 0
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        found = re.search(r"\?start=(\d+)$", request.url)
        if found:
            self.starts.append(int(found[1]))
            self.bytes += len(request.post_data_buffer or b"")

    def choose(self, content: bytes = PHOTO, name: str = "wells.jpg") -> None:
        """Choose a file for the picture."""
        self.card.locator("input[type=file]").set_input_files(chosen(content, name))

    def hold(self, start: int, then: Any) -> None:
        """Do something in place of sending the piece that begins there, once."""
        self.page.route(f"**/*start={start}", then, times=1)


def picture_of(item: Evidence) -> Picture | None:
    """What is stored."""
    return Evidence.objects.select_related("picture").get(pk=item.pk).picture


def test_a_picture_is_chosen_sent_described_and_read(
    network: Network, plan: Plan, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)
    seen: list[str] = []

    def look(route: Route) -> None:
        bar = form.card.locator("progress")
        seen.append(form.card.locator("[data-far]").inner_text())
        seen.append(str(bar.evaluate("bar => bar.value")))
        route.continue_()

    form.hold(PIECE, look)
    form.choose()
    expect(form.status).to_have_text(KEPT)
    expect(form.kept).to_be_visible()
    assert seen == [f"64 of {-(-len(PHOTO) // 1024)} kB sent", str(PIECE)]
    assert form.starts == list(range(0, len(PHOTO), PIECE))

    form.card.get_by_label("What the picture shows").fill("Noise, all over.")
    form.card.get_by_label("Caption").fill("Made by a test.")
    expect(page.locator("#save-status[data-kind='saved']")).to_be_attached()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Classification")
    page.goto(reverse("plan", args=(plan.pk,)))

    shown = page.get_by_role("img", name="Noise, all over.")
    shown.scroll_into_view_if_needed()
    expect(page.locator("figure figcaption")).to_have_text("Made by a test.")
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") > 0
    assert shown.evaluate("image => [image.width, image.height]")[0] <= 576


def test_a_line_that_breaks_in_the_middle_goes_on_where_it_was(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)

    def break_the_line(route: Route) -> None:
        page.context.set_offline(True)
        route.abort("internetdisconnected")

    form.hold(2 * PIECE, break_the_line)
    form.choose()
    expect(form.status).to_have_text(NO_LINE)
    assert picture_of(item) is None

    page.context.set_offline(False)
    expect(form.status).to_have_text(KEPT)
    assert picture_of(item) is not None
    # The one that was lost was sent again, those before it were not.
    assert form.starts == sorted([*range(0, len(PHOTO), PIECE), 2 * PIECE])


def test_after_the_page_was_closed_the_same_picture_goes_on_where_it_was(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)
    page.context.route(f"**/*start={2 * PIECE}", lambda route: route.abort())
    form.choose()
    expect(form.status).to_contain_text("Trying again, from where it stopped.")
    context = page.context
    page.close(run_before_unload=False)
    context.unroute(f"**/*start={2 * PIECE}")

    again = Item(context.new_page(), item)
    again.choose()

    expect(again.status).to_have_text(KEPT)
    assert again.starts == list(range(2 * PIECE, len(PHOTO), PIECE))
    assert Picture.objects.count() == 1


def test_somebody_signed_out_in_the_middle_goes_on_after_signing_in(
    network: Network, item: Evidence, open_browser: Open, live_server: LiveServer
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)

    def sign_out(route: Route) -> None:
        Session.objects.all().delete()
        route.continue_()

    form.hold(PIECE, sign_out)
    form.choose()
    expect(form.status).to_have_text(
        "You were signed out. Sign in in another tab: then it goes on here."
    )

    sign_in(page.context, network.people["member"], live_server.url)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(form.status).to_have_text(KEPT)


def test_nothing_is_kept_under_the_name_of_who_signed_in_meanwhile(
    network: Network, item: Evidence, open_browser: Open, live_server: LiveServer
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)

    def sign_in_as_the_lead(route: Route) -> None:
        sign_in(page.context, network.people["lead"], live_server.url)
        route.abort()

    form.hold(PIECE, sign_in_as_the_lead)
    form.choose()

    expect(form.status).to_contain_text("Somebody else is signed in in this browser now.")
    assert (picture_of(item), [one.by for one in Upload.objects.all()]) == (
        None,
        [network.people["member"]],
    )


def test_what_is_no_picture_is_refused_in_words_before_all_of_it_is_sent(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)

    form.choose(b"MZ" + bytes(300_000))

    expect(form.status).to_contain_text("This is a program, not a picture")
    assert form.starts == [0]
    expect(form.card.locator("progress")).to_be_hidden()


def test_a_large_picture_is_made_smaller_before_it_is_sent(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    large = written(noise(3000, 2000), "JPEG", quality=92)
    page = open_browser(network.people["member"])
    form = Item(page, item)

    form.choose(large)

    expect(form.status).to_have_text(KEPT)
    kept = picture_of(item)
    assert kept is not None
    assert (kept.width, kept.height) == (1600, 1067)
    assert form.bytes < len(large) / 2


def test_sending_can_be_stopped(network: Network, item: Evidence, open_browser: Open) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)
    page.context.set_offline(True)
    form.choose()
    expect(form.status).to_have_text(NO_LINE)

    form.card.get_by_role("button", name="Stop sending").click()

    expect(form.status).to_have_text("Stopped. Nothing was changed.")
    page.context.set_offline(False)
    expect(form.card.locator("progress")).to_be_hidden()
    assert picture_of(item) is None


def test_leaving_while_a_picture_is_on_its_way_is_asked_about(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)
    page.context.set_offline(True)
    form.choose()
    expect(form.status).to_have_text(NO_LINE)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    page.context.set_offline(False)
    page.route("**/pictures/send/", lambda route: route.abort())
    page.get_by_role("link", name="Read the plan").first.click(no_wait_after=True)

    expect(form.card).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_later_of_two_sees_the_other_picture_and_chooses(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    one = Item(open_browser(network.people["member"]), item)
    other = Item(open_browser(network.people["lead"]), item)
    one.choose(jpeg(300, 200))
    expect(one.status).to_have_text(KEPT)
    theirs = picture_of(item)

    other.choose()
    expect(other.status).to_contain_text("Mira Member changed this while you were writing")
    expect(other.kept).to_have_attribute("src", re.compile(str(theirs and theirs.pk)))
    assert picture_of(item) == theirs

    other.card.get_by_role("button", name="Use mine instead").click()
    expect(other.status).to_have_text(KEPT)
    mine = picture_of(item)
    assert mine is not None
    assert (mine.width, mine.height, Upload.objects.count()) == (700, 500, 0)


def test_keeping_the_picture_of_the_other_drops_ones_own(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    one = Item(open_browser(network.people["member"]), item)
    other = Item(open_browser(network.people["lead"]), item)
    one.choose(jpeg(300, 200))
    expect(one.status).to_have_text(KEPT)
    theirs = picture_of(item)
    other.choose()

    with other.page.expect_response(re.compile("/stop/$")):
        other.card.get_by_role("button", name="Keep theirs").click()

    expect(other.status).to_have_text("Theirs is kept.")
    assert (picture_of(item), Upload.objects.count()) == (theirs, 0)


def test_a_save_by_button_does_not_disturb_a_picture_on_its_way(
    network: Network, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"])
    form = Item(page, item)
    page.context.route(f"**/*start={PIECE}", lambda route: route.abort())
    form.choose()
    expect(form.status).to_contain_text("Trying again, from where it stopped.")

    form.card.get_by_label("Caption").fill("Meanwhile.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".action-bar__said")).to_have_text("Saved.")
    expect(form.card.locator("progress")).to_be_visible()

    page.context.unroute(f"**/*start={PIECE}")
    expect(form.status).to_have_text(KEPT)
    kept = Evidence.objects.get(pk=item.pk)
    assert (kept.caption, kept.picture_id is not None) == ("Meanwhile.", True)


def test_only_what_fits_the_chosen_form_is_shown(
    network: Network, plan: Plan, open_browser: Open
) -> None:
    row = authoring.add_row(plan, "evidence", actor=network["member"])
    assert isinstance(row, Evidence)
    page = open_browser(network.people["member"], javascript=False)
    form = Item(page, row)
    questions = ("text", "address", "picture", "alternative", "caption")

    def shown() -> list[str]:
        return [
            name
            for name in questions
            if form.card.locator(f"[name='{row.pk}-{name}']").is_visible()
        ]

    assert shown() == []
    found = {}
    for choice in ("Text", "Link", "Picture"):
        form.card.get_by_role("radio", name=choice).check()
        found[choice] = shown()
    assert found == {
        "Text": ["text"],
        "Link": ["text", "address"],
        "Picture": ["picture", "alternative", "caption"],
    }

    form.card.locator(f"[name='{row.pk}-caption']").fill("Something is written here.")
    form.card.get_by_role("radio", name="Text").check()
    assert shown() == ["text", "caption"]


def test_without_javascript_a_picture_comes_with_the_form(
    network: Network, plan: Plan, item: Evidence, open_browser: Open
) -> None:
    page = open_browser(network.people["member"], javascript=False)
    form = Item(page, item)

    form.choose()
    form.card.get_by_label("What the picture shows").fill("Noise, all over.")
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(form.kept).to_be_visible()
    form.choose(b"%PDF-1.7", "wells.png")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("[data-errors]")).to_contain_text("This is a PDF document.")
    expect(form.kept).to_be_visible()

    page.goto(reverse("plan", args=(plan.pk,)))
    expect(page.get_by_role("img", name="Noise, all over.")).to_be_visible()


def test_room_is_kept_for_a_picture_before_it_comes(
    network: Network, plan: Plan, item: Evidence, open_browser: Open
) -> None:
    tall = written(Image.new("RGB", (900, 1500), "teal"), "JPEG")
    member = network["member"]
    authoring.give_picture(plan, item.pk, tall, actor=member)
    words = {row_key("evidence", item.pk, "alternative"): Change("A tall one.")}
    authoring.save(plan, words, actor=member)
    page = open_browser(network.people["member"], width=360)
    page.route("**/pictures/**", lambda route: route.abort())
    page.goto(reverse("plan", args=(plan.pk,)))
    shown = page.get_by_role("img", name="A tall one.")
    before = shown.bounding_box()

    page.unroute("**/pictures/**")
    page.reload()
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    after = shown.bounding_box()

    assert before is not None
    assert after is not None
    assert (before["width"], before["height"]) == (after["width"], after["height"])
    assert after["width"] <= 360
