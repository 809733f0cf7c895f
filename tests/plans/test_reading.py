"""The reading view, history, versions and the library: what each person finds there."""

from __future__ import annotations

import re
from html import unescape
from time import process_time
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from plans import authoring, reviewing, workflow
from plans.authoring import Change
from plans.models import Plan, Question, Sdg, StageName, ThematicArea, Version
from plans.states import Act
from plans.templatetags.drawing import link, site_name
from plans.templatetags.plans import coordinates, paragraphs
from tests.factories import ThematicAreaFactory, sent_thread

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import User
    from tests.personas import Network

# -- texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("One.", '<p dir="auto">One.</p>'),
        ("One.\nTwo.\r\n\r\nThree.", '<p dir="auto">One.<br>Two.</p><p dir="auto">Three.</p>'),
        ("<b>5 < 6</b>", '<p dir="auto">&lt;b&gt;5 &lt; 6&lt;/b&gt;</p>'),
        (
            "See (https://a.org/x_(y)), please.",
            (
                '<p dir="auto">See (<a href="https://a.org/x_(y)" '
                'rel="noopener noreferrer nofollow">'
                "https://a.org/x_(y)</a>), please.</p>"
            ),
        ),
        (
            "javascript:alert(1) ftp://a.org a.org",
            '<p dir="auto">javascript:alert(1) ftp://a.org a.org</p>',
        ),
        (
            'http://a.org/"onclick="x',
            (
                '<p dir="auto"><a href="http://a.org/" rel="noopener noreferrer nofollow">http://a.org/</a>'
                "&quot;onclick=&quot;x</p>"
            ),
        ),
        ("http://", '<p dir="auto">http://</p>'),
        ("Turn \u202eround.\u202c", '<p dir="auto">Turn round.\u202c</p>'),
    ],
)
def test_typed_text_is_escaped_and_its_addresses_linked(typed: str, shown: str) -> None:
    assert paragraphs(typed) == shown


def test_an_address_with_very_much_punctuation_behind_it_is_drawn_at_once() -> None:
    address, behind = "https://example.org/a_(b)", ".)" * 500_000
    began = process_time()

    drawn = paragraphs(address + behind)

    assert drawn.endswith(f">{address}</a>{behind}</p>")
    assert process_time() - began < 5  # to count the brackets anew for each takes minutes


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (
            "https://www.a.org/a?b=1&c=2",
            (
                '<a href="https://www.a.org/a?b=1&amp;c=2" '
                'rel="noopener noreferrer nofollow">a.org</a>'
            ),
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("http://[broken", "http://[broken"),
        ("<i>", "&lt;i&gt;"),
    ],
)
def test_a_link_is_shown_by_its_site_and_only_web_addresses_are_links(
    address: str, shown: str
) -> None:
    assert link(address) == shown


def test_a_site_is_named_without_its_www() -> None:
    assert site_name("https://www.worldbank.org/x") == "worldbank.org"


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        (47.9184, 106.9177, "47.9184° N, 106.9177° E"),
        (-8.87, -70.0, "8.87° S, 70° W"),
        (0.0, None, "0° N"),
        (None, None, ""),
    ],
)
def test_coordinates_are_written_as_people_do(
    latitude: float | None, longitude: float | None, words: str
) -> None:
    assert coordinates(latitude, longitude) == words


# -- the reading view ------------------------------------------------------------------------------


def page(client: Client, user: User, address: str, status: int = 200) -> str:
    """What this person gets at an address."""
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    """The text of a page in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def thread_on(network: Network, plan: Plan, place: str, text: str) -> int:
    """A thread of the reviewer's; its number."""
    return sent_thread(plan, place, text, actor=network["reviewer"]).pk


@pytest.mark.parametrize(
    ("persona", "state", "status"),
    [
        ("member", "draft", 200),
        ("other_member", "draft", 404),
        ("reviewer", "draft", 404),
        ("reviewer", "submitted", 200),
        ("other_reviewer", "submitted", 404),
        ("other_member", "submitted", 404),
        ("other_member", "approved", 200),
        ("other_reviewer", "archived", 200),
        ("network_manager", "draft", 200),
    ],
)
def test_who_finds_a_plan(
    client: Client, network: Network, persona: str, state: str, status: int
) -> None:
    plan = network.plan(state)
    page(client, network[persona], plan.get_absolute_url(), status)


def test_a_mere_reader_gets_the_document_and_nobody_in_it(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    thread_on(network, plan, "challenge.background", "Who counted?")
    plan = workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"], note="Say more.")
    plan = workflow.move(plan, Act.SUBMIT, actor=network["member"], note="As it was.")
    reviewing.resolve(plan.threads.get(), actor=network["reviewer"])
    plan = workflow.move(plan, Act.APPROVE, actor=network["reviewer"], note="Well done.")

    html = page(client, network["other_member"], plan.get_absolute_url())

    assert "Wells run dry before the rains come." in html
    leaked = (
        "Mira",
        "Rosa",
        "mira.member",
        "Who counted?",
        "Say more.",
        "The register says.",
        "Well done.",
        "thread",
        "History",
        "acts/",
        "/edit/",
    )
    body = html[html.index("<main") : html.index("</main>")]
    assert [word for word in leaked if word in body] == []


def test_the_lab_reads_its_plan_with_what_is_asked_of_it(client: Client, network: Network) -> None:
    plan = network.plan("changes_requested")
    html = page(client, network["member"], plan.get_absolute_url())
    text = words(html)
    assert "Rosa Reviewer asked for changes" in text
    assert "Please say more." in text
    assert "submit it again by" in text
    assert reverse("plan_act", args=(plan.pk, "submit")) in html
    assert reverse("plan_edit", args=(plan.pk,)) in html
    assert reverse("plan_act", args=(plan.pk, "approve")) not in html


def test_a_draft_says_how_much_is_missing_and_offers_to_go_on(
    client: Client, network: Network
) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["member"])
    html = page(client, network["member"], plan.get_absolute_url())
    assert "15 answers are still missing." in words(html)
    assert '<a class="btn btn-primary action-bar__edit"' in html


def test_labels_are_the_administrators_and_else_our_own(client: Client, network: Network) -> None:
    plan = network.plan("approved")
    Question.objects.create(section="challenge", field="background", label="The story so far")
    text = words(page(client, network["member"], plan.get_absolute_url()))
    assert "The story so far" in text
    assert "Value proposition" in text


@pytest.mark.parametrize(
    ("asked", "sense", "test"),
    [
        ("", "Sense", "Test"),
        ("en-GB,en;q=0.9,fr;q=0.8", "Sense", "Test"),
        ("de,fr-CH;q=0.9,en;q=0.8", '<bdi lang="fr">Percevoir</bdi>', "Test"),
        ("ar", "Sense", '<bdi lang="ar">الاختبار</bdi>'),
        ("\x00;q=z,*", "Sense", "Test"),
    ],
)
def test_stages_are_called_as_the_reader_calls_them(
    client: Client, network: Network, asked: str, sense: str, test: str
) -> None:
    StageName.objects.update_or_create(stage="sense", defaults={"labels": {"fr": "Percevoir"}})
    StageName.objects.update_or_create(stage="test", defaults={"labels": {"ar": "الاختبار"}})
    client.force_login(network["lead"])
    plan = network.plan()
    read = client.get(reverse("plan", args=(plan.pk,)), headers={"Accept-Language": asked})
    form = client.get(
        reverse("plan_section", args=(plan.pk, "learning")), headers={"Accept-Language": asked}
    )

    cycle = re.findall(r'class="stages__one[^>]*>(.*?)<span', read.content.decode())
    boxes = re.findall(r'for="[^"]+-stages_\d">(.*?)</label>', form.content.decode())
    assert cycle[:4] == boxes[:4] == [sense, "Explore", test, "Grow"]


def test_the_library_offers_stages_as_the_reader_calls_them(
    client: Client, network: Network
) -> None:
    StageName.objects.update_or_create(stage="sense", defaults={"labels": {"fr": "Percevoir"}})
    client.force_login(network["lead"])
    shown = client.get(
        f"{reverse('library')}?stage=sense", headers={"Accept-Language": "fr"}
    ).content.decode()

    assert re.findall(r'name="stage" value="sense"[^>]*> <bdi>(\w+)</bdi>', shown) == ["Percevoir"]
    assert '<span class="chip__facet">Stage:</span> <bdi>Percevoir</bdi>' in shown


def test_partners_are_numbered_and_goals_named_in_their_colours(
    client: Client, network: Network
) -> None:
    plan = network.plan("approved")
    goal = Sdg.objects.get()
    html = page(client, network["member"], plan.get_absolute_url())
    assert html.count('<li class="numbered__item" id="at-partners-') == 1
    assert f'fill="{goal.colour}"' in html
    assert goal.name in html


def test_typed_markup_is_shown_and_never_run(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    nasty = "<script>alert(1)</script>"
    changes = {key: Change(nasty) for key in ("title", "background", "summary", "early_leads")}
    authoring.save(plan, changes, actor=network["member"])
    html = page(client, network["member"], plan.get_absolute_url())
    assert nasty not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_archived_plans_do_not_call_missing_what_was_never_asked(
    client: Client, network: Network
) -> None:
    plan = network.plan("archived")
    text = words(page(client, network["member"], plan.get_absolute_url()))
    assert "Not answered yet" not in text
    assert "The archived document says nothing here." in text


def test_the_reading_view_takes_as_many_queries_with_one_row_as_with_three(
    client: Client, network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = network.plan("submitted")
    thread_on(network, plan, "challenge.background", "One.")
    address = plan.get_absolute_url()
    client.force_login(network["reviewer"])
    with django_assert_num_queries(10):
        client.get(address)
    for place in ("challenge", "closing.early_leads"):
        number = thread_on(network, plan, place, "More.")
        thread = plan.threads.get(pk=number)
        reviewing.reply(thread, "We will.", actor=network["member"])
        reviewing.reply(thread, "Good.", actor=network["reviewer"])
    with django_assert_num_queries(10):
        client.get(address)


def test_an_administrator_reads_in_eleven_queries(
    client: Client, network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = network.plan("submitted")
    thread_on(network, plan, "challenge.background", "One.")
    client.force_login(network["network_manager"])
    with django_assert_num_queries(11):
        client.get(plan.get_absolute_url())


def test_what_takes_a_plan_back_and_what_gives_it_up_are_told_apart(
    client: Client, network: Network
) -> None:
    plan = network.plan("submitted")
    told = words(page(client, network["member"], plan.get_absolute_url()))
    assert "Take back to change it Withdraw to give it up" in told
    draft = words(page(client, network["member"], network.plan("draft").get_absolute_url()))
    assert "to give it up" not in draft


# -- threads where they stand ----------------------------------------------------------------------


def test_a_thread_stands_at_its_words_and_is_counted(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    number = thread_on(network, plan, "challenge.background", "Who counted?")
    html = page(client, network["member"], plan.get_absolute_url())
    answer = html[html.index('id="at-challenge-background"') : html.index('id="at-challenge-value')]
    assert f'id="thread-{number}"' in answer
    assert "Three dry years in a row." in words(answer)
    assert "1 open thread" in words(answer)
    assert "The text is different now" not in answer
    assert "One open thread, to be fixed before approval." in words(html)


def test_a_thread_says_when_its_text_has_changed_and_shows_it_as_it_was(
    client: Client, network: Network
) -> None:
    plan = network.plan("submitted")
    thread_on(network, plan, "challenge.background", "Who counted?")
    plan = workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"])
    authoring.save(plan, {"background": Change("We counted.")}, actor=network["member"])
    text = words(page(client, network["reviewer"], plan.get_absolute_url()))
    assert "The text is different now. What it said Three dry years in a row." in text


def test_a_thread_on_a_removed_row_stays_readable_at_its_section(
    client: Client, network: Network
) -> None:
    plan = network.plan("submitted")
    row = plan.partners.get()
    thread_on(network, plan, f"partners/{row.pk}", "Who are they?")
    plan = workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"])
    authoring.remove_row(plan, "partners", row.pk, actor=network["member"])
    text = words(page(client, network["reviewer"], plan.get_absolute_url()))
    assert "Partner, since removed" in text
    assert "This part was removed. What it said Water users&#x27; association" in text


def test_a_thread_moves_with_its_row(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    row = plan.partners.get()
    thread_on(network, plan, f"partners/{row.pk}", "Who are they?")
    plan = workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"])
    first = authoring.add_row(plan, "partners", actor=network["member"], name="The school")
    authoring.move_row(plan, "partners", first.pk, 1, actor=network["member"])
    html = page(client, network["reviewer"], plan.get_absolute_url())
    partner = html[html.index(f'id="at-partners-{row.pk}"') :]
    assert "Who are they?" in partner
    assert "Partner 2" in words(partner)


def test_resolved_threads_are_folded_and_the_others_not(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    resolved = thread_on(network, plan, "challenge", "Fine.")
    open_one = thread_on(network, plan, "challenge", "Not fine.")
    reviewing.resolve(plan.threads.get(pk=resolved), actor=network["reviewer"])
    html = page(client, network["member"], plan.get_absolute_url())
    assert f'<details><summary class="thread__head" id="thread-{resolved}-head">' in html
    assert f'<p class="thread__head" id="thread-{open_one}-head">' in html


@pytest.mark.parametrize(
    ("persona", "state", "offered"),
    [
        ("reviewer", "submitted", True),
        ("network_manager", "submitted", True),
        ("reviewer", "changes_requested", True),
        ("member", "submitted", False),
        ("reviewer_in_lab", "submitted", False),
        ("network_manager", "draft", False),
        ("other_member", "approved", False),
    ],
)
def test_who_is_offered_to_comment(
    client: Client, network: Network, persona: str, state: str, offered: bool
) -> None:
    plan = network.plan(state)
    html = page(client, network[persona], plan.get_absolute_url())
    assert (reverse("thread_new", args=(plan.pk,)) in html) is offered


# -- history and versions --------------------------------------------------------------------------


def test_the_history_tells_who_did_what_in_whose_name(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    workflow.move(plan, Act.SUBMIT, actor=network["network_manager"], note="By telephone.")
    text = words(page(client, network["member"], reverse("plan_history", args=(plan.pk,))))
    assert (
        "Nadia Network submitted the plan for review as an administrator, on behalf of the lab"
        " Draft → to Submitted By telephone. Version 1"
    ) in text


def test_history_and_versions_are_for_those_concerned(client: Client, network: Network) -> None:
    plan = network.plan("approved")
    for address in (
        reverse("plan_history", args=(plan.pk,)),
        reverse("plan_version", args=(plan.pk, 1)),
    ):
        page(client, network["member"], address)
        page(client, network["reviewer"], address)
        page(client, network["other_member"], address, 403)


def test_a_history_of_one_line_costs_what_one_of_three_costs(
    client: Client, network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["member"])
    client.force_login(network["member"])
    address = reverse("plan_history", args=(plan.pk,))
    with django_assert_num_queries(7):
        client.get(address)
    plan = workflow.move(plan, Act.WITHDRAW, actor=network["member"])
    workflow.move(plan, Act.RESTORE, actor=network["member"])
    with django_assert_num_queries(7):
        client.get(address)


def test_a_version_shows_the_plan_as_it_was_and_says_so(client: Client, network: Network) -> None:
    plan = network.plan("changes_requested")
    address = reverse("plan_version", args=(plan.pk, 1))
    assert "The plan still says exactly this." in page(client, network["member"], address)

    authoring.save(plan, {"background": Change("Now we know.")}, actor=network["member"])

    text = words(page(client, network["reviewer"], address))
    assert "This is not the present text" in text
    assert "Three dry years in a row." in text
    assert "Now we know." not in text


def test_there_is_no_version_that_was_never_made(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    assert Version.objects.count() == 0
    page(client, network["member"], reverse("plan_version", args=(plan.pk, 1)), 404)


def test_a_version_is_read_in_ten_queries(
    client: Client, network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = network.plan("approved")
    client.force_login(network["member"])
    with django_assert_num_queries(10):
        client.get(reverse("plan_version", args=(plan.pk, 1)))


# -- the library -----------------------------------------------------------------------------------


def titles(html: str) -> list[str]:
    """The titles of a list, in order."""
    found = re.findall(r'<a href="/plans/\d+/">(.*?)</a>', html)
    return [re.sub("</?mark>", "", title) for title in found]


def test_the_library_holds_what_each_person_may_see(client: Client, network: Network) -> None:
    network.plan("approved", title="Approved")
    network.plan("archived", title="Archived")
    network.plan("draft", title="Draft", challenge_type="big_bet")
    network.plan("submitted", title="Submitted")
    public = ["Approved", "Archived"]
    seen = {
        "member": [*public, "Draft", "Submitted"],
        "network_manager": [*public, "Draft", "Submitted"],
        "reviewer": [*public, "Submitted"],
        "other_member": public,
        "other_reviewer": public,
        "taxonomy_manager": public,
    }
    assert {
        persona: sorted(titles(page(client, network[persona], reverse("library"))))
        for persona in seen
    } == seen


def test_the_library_says_what_is_not_approved_and_leaves_it_out_on_request(
    client: Client, network: Network
) -> None:
    network.plan("approved", title="Approved")
    network.plan("draft", title="Draft", challenge_type="big_bet")
    html = page(client, network["member"], reverse("library"))
    assert re.findall(r'class="state state--(\w+)"', html) == ["draft"]
    assert "1 not approved" in html
    way = re.search(r'href="([^"]*)">leave out', html)
    assert way is not None
    html = page(client, network["member"], unescape(way[1]))
    assert titles(html) == ["Approved"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Gauges", "Wells"]),
        ("?q=gau", ["Gauges", "Wells"]),  # “gauges” is near, and stands in both
        ("?q=%22gau%22", []),
        ("?q=lab+gau", []),
        ("?q=wells", ["Gauges", "Wells"]),
        ("?region=here", ["Gauges", "Wells"]),
        ("?type=big_bet", ["Gauges"]),
        ("?state=approved", ["Gauges", "Wells"]),
        ("?state=archived", []),
        ("?theme=gRound-WATER", ["Gauges"]),
        ("?not_theme=groundwater", ["Wells"]),
        ("?type=big_bet&type=exploratory", ["Gauges", "Wells"]),
        ("?not_type=big_bet", ["Wells"]),
        ("?state=approved&not_type=exploratory&not_type=big_bet", []),
        ("?sdg=17", []),
    ],
)
def test_the_library_is_narrowed(
    client: Client, network: Network, query: str, found: list[str]
) -> None:
    network.plan("approved", title="Wells")
    plan = network.plan("submitted", title="Gauges", challenge_type="big_bet")
    plan = workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"], note="Theme?")
    theme = ThematicAreaFactory.create(name="Groundwater")
    authoring.save(plan, {"thematic_areas": Change([theme])}, actor=network["member"])
    plan = workflow.move(plan, Act.SUBMIT, actor=network["member"])
    workflow.move(plan, Act.APPROVE, actor=network["reviewer"])
    assert ThematicArea.objects.count() == 2
    Sdg.objects.get_or_create(number=17, name="Partnerships", colour="#19486A")
    html = page(client, network["other_member"], reverse("library") + query)
    assert sorted(titles(html)) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?region=%00", ["“\x00” is not in the list “Region”. It was left out."]),
        ("?sdg=a", ["“a” is not in the list “Goal”. It was left out."]),
        ("?cycle=2026-Q9", ["“2026-Q9” is not in the list “Cycle”. It was left out."]),
        (
            "?type=x&state=gone",
            ["“x” is not in the list “Type”.", "“gone” is not in the list “State”."],
        ),
        ("?q=%25", ["There is no word in “%” to look for. Search for letters or numbers."]),
        ("?q=🌊 …", ["There is no word in “🌊 …” to look for."]),
        ("?q=" + "a " * 20, ["That is much to look for. Only the beginning was searched for."]),
    ],
)
def test_nonsense_in_the_address_is_said_and_left_out(
    client: Client, network: Network, query: str, said: list[str]
) -> None:
    network.plan("approved", title="Wells")
    html = page(client, network["other_member"], reverse("library") + query)
    assert [words for words in said if words not in html] == []
    assert titles(html) == ["Wells"]


@pytest.mark.parametrize("query", ["?q=%00", "?page=x", "?page=999", "?q=" + "a" * 150])
def test_odd_words_and_pages_do_no_harm(client: Client, network: Network, query: str) -> None:
    network.plan("approved", title="Wells")
    page(client, network["other_member"], reverse("library") + query)


def test_an_empty_library_says_when_it_will_not_be(client: Client, network: Network) -> None:
    html = page(client, network["member"], reverse("library"))
    assert "Plans appear here once a reviewer has approved them." in html


def test_the_library_takes_as_many_queries_for_one_plan_as_for_three(
    client: Client, network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    network.plan("approved", title="One")
    client.force_login(network["other_member"])
    with django_assert_num_queries(5):
        assert len(titles(client.get(reverse("library")).content.decode())) == 1
    network.plan("approved", title="Two")
    network.plan("approved", title="Three", challenge_type="big_bet")
    with django_assert_num_queries(5):
        assert len(titles(client.get(reverse("library")).content.decode())) == 3


def test_htmx_gets_the_list_alone(client: Client, network: Network) -> None:
    client.force_login(network["member"])
    answer = client.get(reverse("library"), headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="results">')
    assert "HX-Request" in answer["Vary"]
