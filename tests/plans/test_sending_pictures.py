"""Sending pictures: in pieces over a broken line, or with the form; and who gets to see them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from plans import authoring, clock, workflow
from plans.authoring import Change, fingerprint
from plans.models import Evidence, Picture, Plan, Upload, UploadPiece
from plans.sections import PICTURE_BYTES
from plans.states import Act
from tests.plans.picture_files import jpeg, noise, written
from tests.plans.test_evidence_pictures import files, folder, item, key_of, picture_of, plan

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

__all__ = ["folder", "item", "plan"]

PIECE = 4096
PHOTO = jpeg(300, 200)
OTHER = jpeg(200, 300)
assert len(PHOTO) > 3 * PIECE


class Sender:
    """Somebody's browser, with the evidence of a plan open and a picture chosen."""

    def __init__(self, user: User, plan: Plan, item: Evidence, content: bytes = PHOTO) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.plan, self.item, self.content = plan, item, content
        self.base = fingerprint(picture_of(item))
        self.address = ""

    def begin(self, **others: Any) -> Any:
        """Announce it; the answer's JSON."""
        announced = {
            "row": str(self.item.pk),
            "size": len(self.content),
            "digest": hashlib.sha256(self.content).hexdigest(),
        }
        answer = self.client.post(
            reverse("plan_picture_send", args=(self.plan.pk,)), announced | others
        )
        if answer.status_code == 200:
            self.address = answer.json()["address"]
        return answer

    def piece(self, start: int, content: bytes | None = None) -> Any:
        """Send the piece that begins there, or other bytes in its place."""
        content = self.content[start : start + PIECE] if content is None else content
        return self.client.post(
            f"{self.address}?start={start}", content, content_type="application/octet-stream"
        )

    def rest(self, start: int = 0) -> None:
        """Send everything from there on."""
        while start < len(self.content):
            start = self.piece(start).json()["have"]

    def finish(self, base: str | None = None) -> Any:
        """Say that all is sent."""
        return self.client.post(f"{self.address}finish/", {"base": base or self.base})

    def have(self) -> Any:
        """Ask how much has arrived."""
        return self.client.get(self.address)


@pytest.fixture
def sender(plan: Plan, item: Evidence, member: User) -> Sender:
    """A member who has announced a picture."""
    sender = Sender(member, plan, item)
    sender.begin()
    return sender


# -- in pieces -------------------------------------------------------------------------------------


def test_a_picture_sent_in_pieces_is_the_items(sender: Sender, item: Evidence, folder: Any) -> None:
    sender.rest()
    answer = sender.finish()

    kept = picture_of(item)
    assert kept is not None
    assert answer.status_code == 200
    assert answer.json()["base"] == {key_of(item): fingerprint(kept)}
    assert reverse("plan_picture", args=(sender.plan.pk, kept.pk, "small")) in answer.json()["html"]
    assert len(files(folder)) == 2
    assert (Upload.objects.count(), UploadPiece.objects.count()) == (0, 0)


def test_the_server_says_how_much_has_arrived(sender: Sender) -> None:
    assert [sender.have().json(), sender.piece(0).json(), sender.have().json()] == [
        {"have": 0},
        {"have": PIECE},
        {"have": PIECE},
    ]


def test_pieces_that_come_twice_overlap_or_leave_a_gap_do_no_harm(
    sender: Sender, item: Evidence
) -> None:
    had = [
        sender.piece(2 * PIECE),  # beyond a gap: it will be sent again
        sender.piece(0),
        sender.piece(0),  # twice
        sender.piece(PIECE - 100),  # overlapping
        sender.piece(PIECE // 2, PHOTO[PIECE // 2 : PIECE]),  # all of it here already
    ]

    assert [answer.json()["have"] for answer in had] == [
        0,
        PIECE,
        PIECE,
        2 * PIECE - 100,
        2 * PIECE - 100,
    ]
    stored = UploadPiece.objects.order_by("start").values_list("content", flat=True)
    assert b"".join(bytes(piece) for piece in stored) == PHOTO[: 2 * PIECE - 100]
    sender.rest(2 * PIECE - 100)
    assert sender.finish().status_code == 200
    assert picture_of(item) is not None


def test_more_than_was_announced_is_refused(sender: Sender) -> None:
    sender.rest()

    answer = sender.piece(len(PHOTO), b"more")

    assert answer.status_code == 422
    assert answer.json() == {"message": "More arrived than this picture has. Choose it again."}
    assert sender.have().json() == {"have": len(PHOTO)}


def test_it_does_not_count_as_sent_before_all_has_arrived(sender: Sender, item: Evidence) -> None:
    sender.piece(0)

    answer = sender.finish()

    assert (answer.status_code, answer.json()) == (409, {"have": PIECE})
    assert picture_of(item) is None


def test_the_same_picture_chosen_again_goes_on_where_it_was(
    sender: Sender, plan: Plan, item: Evidence, member: User
) -> None:
    sender.piece(0)

    again = Sender(member, plan, item)
    answer = again.begin().json()

    assert answer == {"address": sender.address, "have": PIECE}
    again.rest(PIECE)
    assert again.finish().status_code == 200


@pytest.mark.parametrize(
    "others", [{"digest": "0" * 64}, {"digest": ""}, {"digest": "nonsense"}, {"size": 99_999}]
)
def test_another_picture_for_the_item_begins_anew(sender: Sender, others: dict[str, Any]) -> None:
    sender.piece(0)
    first = sender.address

    answer = sender.begin(**others).json()

    assert answer["have"] == 0
    assert answer["address"] != first
    assert Upload.objects.count() == 1


def test_what_did_not_arrive_as_it_was_sent_is_refused(
    plan: Plan, item: Evidence, member: User, folder: Any
) -> None:
    sender = Sender(member, plan, item)
    sender.begin(digest=hashlib.sha256(OTHER).hexdigest())
    sender.rest()

    answer = sender.finish()

    assert answer.status_code == 422
    assert answer.json()["message"] == "The picture did not arrive as it was sent. Choose it again."
    assert (Upload.objects.count(), Picture.objects.count(), files(folder)) == (0, 0, [])


def test_an_answer_that_was_lost_is_given_again(sender: Sender, item: Evidence) -> None:
    sender.rest()
    first = sender.finish()

    second = sender.finish()

    assert (second.status_code, second.json()) == (200, first.json())
    assert Picture.objects.count() == 1


def test_what_is_no_picture_is_refused_with_its_first_piece(
    plan: Plan, item: Evidence, member: User
) -> None:
    sender = Sender(member, plan, item, b"MZ" + bytes(100_000))
    sender.begin()

    answer = sender.piece(0)

    assert answer.status_code == 422
    assert answer.json()["message"].startswith("This is a program, not a picture")
    assert UploadPiece.objects.count() == 0


def test_what_turns_out_to_be_no_picture_is_refused_in_the_end(
    plan: Plan, item: Evidence, member: User, folder: Any
) -> None:
    sender = Sender(member, plan, item, PHOTO[:9000])
    sender.begin()
    sender.rest()

    answer = sender.finish()

    assert answer.status_code == 422
    assert answer.json()["message"].startswith("This picture is damaged or not whole")
    assert (Upload.objects.count(), Picture.objects.count(), files(folder)) == (0, 0, [])


@pytest.mark.parametrize(
    ("size", "status", "begins"),
    [
        (PICTURE_BYTES, 200, ""),
        (PICTURE_BYTES + 1, 422, "This file is larger than 10 MB."),
        (0, 422, "This file is empty."),
        (-5, 422, "This file is empty."),
        (10**30, 422, "This file is larger than 10 MB."),
    ],
)
def test_a_size_that_is_not_taken_is_refused_at_once(
    sender: Sender, size: int, status: int, begins: str
) -> None:
    answer = sender.begin(size=size)

    assert answer.status_code == status
    assert answer.json().get("message", "")[: len(begins)] == begins


@pytest.mark.parametrize("others", [{"row": "nonsense"}, {"size": "much"}, {"row": "\0"}])
def test_nonsense_leads_nowhere(sender: Sender, others: dict[str, str]) -> None:
    assert sender.begin(**others).status_code == 404
    nowhere = f"{sender.address}?start=x"
    assert sender.client.post(nowhere, b"", content_type="a/b").status_code == 404
    assert sender.client.post(sender.address).status_code == 404
    assert sender.client.post(f"{sender.address}nowhere/").status_code == 404


def test_a_piece_that_is_too_large_is_not_taken(sender: Sender) -> None:
    answer = sender.piece(0, bytes(authoring.LARGEST_PIECE + 1))

    assert (answer.status_code, sender.have().json()) == (413, {"have": 0})


def test_nobody_goes_on_with_the_picture_of_somebody_else(
    network: Network, sender: Sender, plan: Plan
) -> None:
    for name in ("lead", "network_manager", "other_member", "reviewer"):
        client = Client()
        client.force_login(network.people[name])
        found = [
            client.get(sender.address),
            client.post(f"{sender.address}?start=0", PHOTO[:PIECE], content_type="a/b"),
            client.post(f"{sender.address}finish/"),
        ]
        assert [answer.status_code for answer in found] == [404, 404, 404], name
        client.post(f"{sender.address}stop/")
    assert sender.have().json() == {"have": 0}


def test_an_upload_belongs_to_its_plan(network: Network, sender: Sender) -> None:
    other = network.plan()
    upload = Upload.objects.get()

    address = reverse("plan_picture_sent", args=(other.pk, upload.pk))

    assert sender.client.get(address).status_code == 404


def test_a_plan_that_was_handed_in_meanwhile_takes_no_more(
    sender: Sender, plan: Plan, item: Evidence, member: User, lead: User, folder: Any
) -> None:
    sender.rest()
    authoring.remove_row(plan, "evidence", item.pk, actor=lead)
    workflow.move(plan, Act.SUBMIT, actor=lead)

    answers = [sender.piece(0), sender.finish(), sender.begin()]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert ["so it cannot be changed" in answer.json()["message"] for answer in answers] == [
        True,
        True,
        True,
    ]
    assert (Picture.objects.count(), files(folder)) == (0, [])


def test_an_item_that_was_removed_meanwhile_says_so(
    sender: Sender, plan: Plan, item: Evidence, lead: User
) -> None:
    sender.rest()
    authoring.remove_row(plan, "evidence", item.pk, actor=lead)

    answers = [sender.finish(), sender.begin()]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert [answer.json()["message"] for answer in answers] == [
        "Somebody removed this item meanwhile.",
        "Somebody removed this item of evidence meanwhile, so the picture has no place.",
    ]


def test_two_who_send_a_picture_for_one_item_hear_of_each_other(
    sender: Sender, plan: Plan, item: Evidence, lead: User, folder: Any
) -> None:
    other = Sender(lead, plan, item, OTHER)
    other.begin()
    for one in (sender, other):
        one.rest()
    other.finish()
    theirs = picture_of(item)
    assert theirs is not None

    answer = sender.finish()

    assert answer.status_code == 409
    assert answer.json()["message"].startswith("Leo Lead changed this while you were writing")
    assert str(theirs.pk) in answer.json()["html"]
    assert answer.json()["base"] == {key_of(item): fingerprint(theirs)}
    assert (picture_of(item), Picture.objects.count(), len(files(folder))) == (theirs, 1, 2)

    assert sender.finish(answer.json()["base"][key_of(item)]).status_code == 200
    mine = picture_of(item)
    assert mine is not None
    assert (mine.width, mine.height) == (300, 200)


def test_stopping_leaves_the_item_as_it_was(sender: Sender, item: Evidence) -> None:
    sender.piece(0)

    assert sender.client.post(f"{sender.address}stop/").status_code == 200
    assert (sender.have().status_code, picture_of(item), UploadPiece.objects.count()) == (
        404,
        None,
        0,
    )
    assert sender.client.post(f"{sender.address}stop/").status_code == 200


def test_what_was_abandoned_is_cleared_away_by_the_next(
    sender: Sender, plan: Plan, item: Evidence, lead: User
) -> None:
    sender.piece(0)
    with clock.at(timezone.now() + dt.timedelta(hours=23)):
        Sender(lead, plan, item).begin()
    assert Upload.objects.count() == 2

    with clock.at(timezone.now() + dt.timedelta(hours=25)):
        Sender(lead, plan, item, OTHER).begin()

    assert [upload.by for upload in Upload.objects.all()] == [lead]
    assert UploadPiece.objects.count() == 0


def test_one_person_has_ten_on_their_way_at_most(plan: Plan, member: User) -> None:
    for _number in range(12):
        row = authoring.add_row(plan, "evidence", actor=member, form="picture")
        assert isinstance(row, Evidence)
        Sender(member, plan, row).begin()

    assert Upload.objects.count() == 10


# -- with the form ---------------------------------------------------------------------------------


class Form:
    """Somebody with the form of the evidence open, and no JavaScript."""

    def __init__(self, user: User, plan: Plan) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.address = reverse("plan_section", args=(plan.pk, "evidence"))
        self.open()

    def open(self) -> None:
        """Open the page (anew)."""
        self.page = self.client.get(self.address).content.decode()
        found = re.search(r'name="base" value="([^"]*)"', self.page)
        assert found is not None
        self.base = unescape(found[1])
        self.typed = {
            name: unescape(value)
            for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\n([^<]*)<', self.page)
        }
        for tag in re.findall(r'<input type="(?:radio|text)"[^>]*>', self.page):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if " checked" in tag or said["type"] == "text":
                self.typed[said["name"]] = unescape(said.get("value", ""))

    def send(self, typed: dict[str, Any], do: str = "save") -> str:
        """Type that and press a button; the page that comes of it."""
        sent = {"do": do, "base": self.base} | self.typed | typed
        answer = self.client.post(self.address, sent, follow=True)
        assert answer.status_code == 200
        return unescape(answer.content.decode())


def file(content: bytes, name: str = "wells.jpg") -> SimpleUploadedFile:
    """A chosen file."""
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def form(member: User, plan: Plan, item: Evidence) -> Form:
    """The form of a member."""
    return Form(member, plan)


def test_the_form_takes_files(form: Form, item: Evidence) -> None:
    assert 'enctype="multipart/form-data"' in form.page
    assert f'name="{item.pk}-picture"' in form.page


def test_a_picture_comes_with_the_form(form: Form, item: Evidence) -> None:
    page = form.send({f"{item.pk}-picture": file(PHOTO), f"{item.pk}-alternative": "Wells."})

    kept = picture_of(item)
    assert kept is not None
    assert reverse("plan_picture", args=(kept.plan_id, kept.pk, "small")) in page
    assert Evidence.objects.get(pk=item.pk).alternative == "Wells."


def test_a_file_that_is_refused_says_why_and_everything_else_is_saved(
    form: Form, item: Evidence
) -> None:
    program = file(b"MZ" + bytes(300))
    page = form.send({f"{item.pk}-picture": program, f"{item.pk}-alternative": "Wells."})

    assert (
        page.count("This is a program, not a picture, whatever it is called.") == 2
    )  # on top, too
    assert "Everything else on this page is saved." in page
    assert (picture_of(item), Evidence.objects.get(pk=item.pk).alternative) == (None, "Wells.")


@pytest.mark.parametrize("more", [1, 9_000_000])
def test_a_file_that_is_too_large_says_so_beside_its_input(
    form: Form, item: Evidence, more: int, folder: Any
) -> None:
    page = form.send({f"{item.pk}-picture": file(PHOTO + bytes(PICTURE_BYTES + more - len(PHOTO)))})

    assert "This file is larger than 10 MB." in page
    assert (picture_of(item), files(folder)) == (None, [])


def test_a_form_with_more_than_any_can_have_is_answered_in_words(
    form: Form, item: Evidence
) -> None:
    answers = [
        form.client.post(
            form.address, {f"{item.pk}-picture": file(bytes(3 * PICTURE_BYTES))}, headers=headers
        )
        for headers in ({}, {"HX-Request": "true"})
    ]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert "Those files are larger than we can take at once" in answers[0].content.decode()
    assert "A picture can have 10 MB." in answers[1].content.decode()
    assert answers[1].headers["HX-Retarget"] == "#messages"


def test_no_file_leaves_the_picture_as_it_is(form: Form, item: Evidence) -> None:
    form.send({f"{item.pk}-picture": file(PHOTO)})
    kept = picture_of(item)
    form.open()

    form.send({f"{item.pk}-caption": "Seen in March."})

    assert (picture_of(item), Evidence.objects.get(pk=item.pk).caption) == (kept, "Seen in March.")


def test_an_animation_is_told_about(form: Form, item: Evidence) -> None:
    moving = written(noise(60, 60), "WEBP", save_all=True, append_images=[noise(60, 60)])

    page = form.send({f"{item.pk}-picture": file(moving)})

    assert "The picture was an animation: its first picture is kept." in page
    assert picture_of(item) is not None


def test_a_picture_given_by_somebody_else_meanwhile_stays(
    form: Form, plan: Plan, item: Evidence, lead: User
) -> None:
    theirs = authoring.give_picture(plan, item.pk, OTHER, actor=lead).picture

    page = form.send({f"{item.pk}-picture": file(PHOTO)})

    assert "Leo Lead changed this while you were writing" in page
    assert "choose yours again, if it is to take its place" in page
    assert picture_of(item) == theirs


def test_a_picture_can_be_taken_away(form: Form, item: Evidence) -> None:
    form.send({f"{item.pk}-picture": file(PHOTO)})
    form.open()
    assert f'value="nopicture:{item.pk}"' in form.page

    form.send({}, f"nopicture:{item.pk}")

    assert (picture_of(item), Picture.objects.count()) == (None, 1)


@pytest.mark.parametrize("what", ["", "nonsense", "\0", "00000000-0000-4000-8000-000000000000"])
def test_taking_away_what_is_not_there_changes_nothing(form: Form, plan: Plan, what: str) -> None:
    before = Plan.objects.get(pk=plan.pk).revision

    form.send({}, f"nopicture:{what}")

    assert Plan.objects.get(pk=plan.pk).revision == before


def test_somebody_signed_out_keeps_the_words_and_hears_of_the_file(
    form: Form, item: Evidence
) -> None:
    form.client.logout()

    answer = form.client.post(
        form.address,
        {f"{item.pk}-picture": file(PHOTO), f"{item.pk}-caption": "Measured in March."},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 401
    assert "Files cannot be kept on this page." in answer.content.decode()


def test_what_kind_an_item_is_is_not_preselected(plan: Plan, member: User) -> None:
    row = authoring.add_row(plan, "evidence", actor=member)

    page = Form(member, plan).page

    radios = re.findall(rf'<input type="radio" name="{row.pk}-(?:kind|form)"[^>]*>', page)
    assert len(radios) == 5
    assert [one for one in radios if "checked" in one] == []


# -- shown -----------------------------------------------------------------------------------------


@pytest.fixture
def picture(plan: Plan, item: Evidence, member: User) -> Picture:
    """The picture of the third item, described."""
    kept = authoring.give_picture(plan, item.pk, jpeg(1000, 500), actor=member).picture
    words = {
        f"evidence/{item.pk}/alternative": Change('Four "wells", three dry.'),
        f"evidence/{item.pk}/caption": Change("Measured in March."),
    }
    authoring.save(plan, words, actor=member)
    assert kept is not None
    return kept


def address_of(picture: Picture, size: str = "large") -> str:
    """Where it is shown."""
    return reverse("plan_picture", args=(picture.plan_id, picture.pk, size))


@pytest.fixture
def reader(member: User) -> Client:
    """A member's browser."""
    client = Client()
    client.force_login(member)
    return client


@pytest.mark.parametrize(("size", "sides"), [("large", (1000, 500)), ("small", (480, 240))])
def test_it_is_served_as_what_it_is_and_nothing_else(
    reader: Client, picture: Picture, size: str, sides: tuple[int, int]
) -> None:
    answer = reader.get(address_of(picture, size), headers={"Accept-Encoding": "gzip"})

    assert Image.open(io.BytesIO(answer.content)).size == sides
    told = {name: answer.headers[name] for name in (
        "Content-Type", "X-Content-Type-Options", "Content-Disposition", "Cache-Control",
        "Content-Security-Policy", "Cross-Origin-Resource-Policy", "X-Frame-Options", "ETag",
    )}  # fmt: skip
    assert told == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="{picture.pk}-{size}.jpg"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "ETag": f'"{picture.pk}-{size}"',
    }
    # Whoever signs in next on the same machine does not get it from the browser's memory.
    assert "Cookie" in answer.headers["Vary"]


def test_it_is_not_sent_again_to_who_has_it(reader: Client, picture: Picture) -> None:
    etag = reader.get(address_of(picture)).headers["ETag"]

    answer = reader.get(address_of(picture), headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_nothing_is_shown_by_any_other_address(
    network: Network, reader: Client, picture: Picture
) -> None:
    other = network.plan()
    addresses = [
        address_of(picture, "huge"),
        reverse("plan_picture", args=(other.pk, picture.pk, "large")),
        reverse("plan_picture", args=(picture.plan_id, uuid4(), "large")),
    ]

    assert [reader.get(address).status_code for address in addresses] == [404, 404, 404]


def test_a_file_that_the_storage_lost_is_not_found(reader: Client, picture: Picture) -> None:
    picture.large.storage.delete(str(picture.large.name))

    assert reader.get(address_of(picture)).status_code == 404
    assert reader.get(address_of(picture, "small")).status_code == 200


def test_the_plan_shows_it_with_its_words_in_the_room_it_takes(
    reader: Client, picture: Picture
) -> None:
    page = reader.get(reverse("plan", args=(picture.plan_id,))).content.decode()

    shown = re.search(r"<figure.*?</figure>", page, re.DOTALL)
    assert shown is not None
    for part in (
        f'src="{address_of(picture, "small")}"',
        f'srcset="{address_of(picture, "small")} 480w, {address_of(picture)} 1000w"',
        'width="1000" height="500"',
        'loading="lazy"',
        'alt="Four &quot;wells&quot;, three dry."',
        '<figcaption dir="auto">Measured in March.</figcaption>',
        f'href="{address_of(picture)}"',
    ):
        assert part in shown[0]


def test_an_old_version_shows_the_picture_it_had(
    reader: Client, plan: Plan, item: Evidence, picture: Picture, member: User, lead: User
) -> None:
    workflow.move(plan, Act.SUBMIT, actor=member)
    workflow.move(plan, Act.RECALL, actor=member)
    new = authoring.give_picture(plan, item.pk, OTHER, actor=lead).picture
    assert new is not None

    now = reader.get(reverse("plan", args=(plan.pk,))).content.decode()
    then = reader.get(reverse("plan_version", args=(plan.pk, 1))).content.decode()
    changed = reader.get(reverse("plan_written", args=(plan.pk,))).content.decode()

    def shown(page: str) -> set[str]:
        return {one for kept in (picture, new) if (one := address_of(kept, "small")) in page}

    assert shown(re.sub(r'(?s)<section class="since-then.*', "", now)) == {address_of(new, "small")}
    assert address_of(picture, "small") in then
    assert shown(changed) == {address_of(picture, "small"), address_of(new, "small")}
    assert reader.get(address_of(picture)).status_code == 200
