"""What other programs are answered: plans page by page, one plan, vocabularies, refusals."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans import authoring, clock, closing, keys, taxonomies, workflow
from plans.authoring import Change
from plans.document import PlanDocument, ReflectionDocument
from plans.models import Plan, Scope, TermStatus, ThematicArea
from plans.states import Act
from tests.factories import CycleFactory, MethodFactory, SectorFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from tests.personas import Network

EVERYTHING = tuple(Scope.values)


def program(network: Network, persona: str = "other_member", scopes: Any = EVERYTHING) -> Client:
    """A program with a key of somebody."""
    made = keys.make("A program", scopes, dt.timedelta(days=30), actor=network[persona])
    return Client(headers={"Authorization": f"Bearer {made.shown_once}"})


def approved(network: Network, number: int, **extra: Any) -> list[Plan]:
    """So many approved plans, the oldest first."""
    return [
        network.plan("approved", cycle=CycleFactory.create(), title=f"Plan {n}", **extra)
        for n in range(1, number + 1)
    ]


def titles(answer: Any) -> list[str]:
    """What the plans of a page are called."""
    return [one["title"] for one in answer.json()["items"]]


def listed(**asked: Any) -> str:
    """The address of the list of plans."""
    return reverse("api:plans", query=asked)


@pytest.fixture
def client(network: Network) -> Client:
    """A program with a key for everything, of somebody in another lab."""
    return program(network)


def test_a_plan_is_told_with_all_that_everybody_may_read(network: Network, client: Client) -> None:
    plan = network.plan("approved", title="Wells that answer")

    told = client.get(reverse("api:plan", args=(plan.pk,))).json()

    assert {name: told[name] for name in ("id", "title", "type", "state", "version", "goals")} == {
        "id": plan.pk,
        "title": "Wells that answer",
        "type": "exploratory",
        "state": "approved",
        "version": plan.versions.count(),
        "goals": [6],
    }
    assert told["lab"] == {"slug": "wells", "name": "Wells", "region": "here"}
    document = PlanDocument.model_validate(told["document"])
    assert document == Plan.objects.get(pk=plan.pk).document.without_people()
    assert told["document"]["focal_point"] is None
    plainly = json.dumps(
        told["document"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert told["hash"] == document.hash() == hashlib.sha256(plainly.encode()).hexdigest()
    assert told["links"]["page"].endswith(plan.get_absolute_url())
    assert told["links"]["reflection"] is None


def test_a_list_goes_on_where_the_page_ended(network: Network, client: Client) -> None:
    approved(network, 5)

    first = client.get(listed(limit=2))
    second = client.get(first.json()["next"])
    third = client.get(second.json()["next"])

    assert [titles(page) for page in (first, second, third)] == [
        ["Plan 1", "Plan 2"],
        ["Plan 3", "Plan 4"],
        ["Plan 5"],
    ]
    assert third.json()["next"] is None
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert "Link" not in third


def test_plans_that_come_or_change_meanwhile_are_not_lost(network: Network, client: Client) -> None:
    plans = approved(network, 4)
    first = client.get(listed(limit=2)).json()

    workflow.move(plans[2], Act.REOPEN, actor=network["reviewer"], note="A word is wrong.")
    approved(network, 1, lab=network.far_lab, writer=network["other_region_member"],
             reviewer=network["other_reviewer"])  # fmt: skip
    rest = client.get(first["next"])

    assert titles(rest) == ["Plan 4", "Plan 1"]
    back = Plan.objects.get(pk=plans[2].pk)
    workflow.move(back, Act.SUBMIT, actor=network["member"], note="Mended.")
    workflow.move(back, Act.APPROVE, actor=network["reviewer"])
    later = client.get(listed(cursor=rest.json()["cursor"]))
    assert titles(later) == ["Plan 3"]
    assert titles(client.get(listed(cursor=later.json()["cursor"]))) == []


def test_the_last_cursor_asks_for_what_changed_since(network: Network, client: Client) -> None:
    one, other = approved(network, 2)
    seen = client.get(listed()).json()["cursor"]
    assert client.get(listed(cursor=seen)).json() == {"items": [], "next": None, "cursor": seen}

    learned = ReflectionDocument(insights=("Ask first.",))
    closing.write(one, lambda _stored: learned, actor=network["member"])
    assert titles(client.get(listed(cursor=seen))) == []

    closing.write(one, lambda _stored: learned, actor=network["member"], finish=True)
    assert titles(client.get(listed(cursor=seen))) == ["Plan 1"]
    assert other.pk != one.pk


def test_what_changed_since_a_moment(network: Network, client: Client) -> None:
    with clock.at(dt.datetime(2026, 3, 1, tzinfo=dt.UTC)):
        network.plan("archived", title="Old")
    with clock.at(dt.datetime(2026, 5, 1, tzinfo=dt.UTC)):
        network.plan("archived", title="New")

    since = [
        "2026-04-30T23:00:00-01:00",
        "2026-05-01T00:00:00.000001Z",
        "0001-01-01T00:00:00+14:00",
    ]
    found = [titles(client.get(listed(updated_since=moment))) for moment in since]

    assert found == [["New"], [], ["Old", "New"]]


def test_lists_are_narrowed_by_the_words_of_the_library(network: Network, client: Client) -> None:
    network.plan("approved", title="Wells", challenge_type="big_bet")
    network.plan("approved", title="Zebras", cycle=CycleFactory.create())
    asked: list[dict[str, Any]] = [
        {"type": "big_bet"},
        {"region": "here", "q": "zebras"},
        {"region": "elsewhere"},
        {"cycle": network.cycle.slug},
        {"state": "archived"},
    ]

    assert [titles(client.get(listed(**words))) for words in asked] == [
        ["Wells"], ["Zebras"], [], ["Wells"], [],
    ]  # fmt: skip


def test_a_finished_reflection_is_told_and_one_that_is_written_is_not(network: Network) -> None:
    client = program(network, "member")
    plan = network.plan("approved")
    address = reverse("api:reflection", args=(plan.pk,))
    learned = ReflectionDocument(insights=("Ask first.",))
    closing.write(plan, lambda _stored: learned, actor=network["member"])

    assert client.get(address).status_code == 404

    kept = closing.write(plan, lambda _stored: learned, actor=network["lead"], finish=True)
    assert kept is not None
    told = client.get(address).json()
    assert told["document"]["insights"] == ["Ask first."]
    assert told["hash"] == kept.document.without_people().fingerprint()
    links = client.get(reverse("api:plan", args=(plan.pk,))).json()["links"]
    assert links["reflection"].endswith(address)


def test_terms_say_where_they_went(network: Network, client: Client) -> None:
    water = ThematicAreaFactory.create(name="Water", aliases=["H2O"], labels={"fr": "Eau"})
    rivers = ThematicAreaFactory.create(name="Rivers", parent=water)
    old = ThematicAreaFactory.create(name="Old", status=TermStatus.RETIRED)
    gone = ThematicAreaFactory.create(
        name="Waters of the land", status=TermStatus.MERGED, merged_into=water
    )
    ThematicAreaFactory.create(name="Only proposed", status=TermStatus.PROPOSED)
    ThematicAreaFactory.create(name="No", status=TermStatus.REFUSED, refusal="Too wide.")

    address = reverse("api:terms", args=("thematic_areas",), query={"limit": 3})
    first = client.get(address).json()
    rest = client.get(first["next"]).json()

    told = {one["id"]: one for one in (*first["items"], *rest["items"])}
    assert list(told) == [water.pk, rivers.pk, old.pk, gone.pk]
    assert told[water.pk] == {
        "id": water.pk,
        "name": "Water",
        "status": "in_use",
        "aliases": ["H2O"],
        "labels": {"fr": "Eau"},
        "description": "",
        "parent": None,
        "merged_into": None,
        "number": None,
    }
    assert (told[rivers.pk]["parent"], told[gone.pk]["merged_into"]) == (water.pk, water.pk)
    assert (told[old.pk]["status"], rest["next"]) == ("retired", None)


def test_places_and_times_are_told_whatever_a_key_is_for(network: Network) -> None:
    client = program(network, scopes=["portfolio"])

    told = {
        name: client.get(reverse(f"api:{name}")).json()["items"]
        for name in ("regions", "countries", "labs", "cycles")
    }

    assert [one["slug"] for one in told["regions"]] == ["elsewhere", "here"]
    assert {one["slug"]: one["region"] for one in told["labs"]} == {
        "wells": "here", "neighbours": "here", "far": "elsewhere",
    }  # fmt: skip
    codes = {one["code"] for one in told["countries"]}
    assert {code for one in told["labs"] for code in one["countries"]} <= codes
    assert [one["slug"] for one in told["cycles"]] == [network.cycle.slug]


# -- what is the same is not sent again ------------------------------------------------------------


def names(network: Network) -> list[str]:
    """Addresses of every kind."""
    plan = network.plan("approved")
    done = ReflectionDocument(insights=("Ask first.",))
    closing.write(plan, lambda _stored: done, actor=network["member"], finish=True)
    return [
        reverse("api:openapi"),
        reverse("api:plans"),
        reverse("api:plan", args=(plan.pk,)),
        reverse("api:reflection", args=(plan.pk,)),
        reverse("api:terms", args=("methods",)),
        *(reverse(f"api:{name}") for name in ("regions", "countries", "labs", "cycles")),
    ]


def test_what_is_at_hand_is_not_sent_again(network: Network, client: Client) -> None:
    addresses = names(network)
    found = {address: client.get(address) for address in addresses}
    again: dict[str, list[Any]] = {}
    for address in addresses:
        name = found[address]["ETag"]
        sent = (name, f"W/{name}", f'"else", {name}', "*", '"else"')
        answers = [client.get(address, headers={"If-None-Match": one}) for one in sent]
        again[address] = [answer.status_code for answer in answers]
        assert {answers[n]["ETag"] for n in range(5)} == {name}
        assert answers[0].content == b""

    assert again == {address: [304, 304, 304, 304, 200] for address in addresses}


def test_every_answer_is_private_and_sets_no_cookie(network: Network, client: Client) -> None:
    stale = {"sessionid": "gone", "csrftoken": "short"}
    for address in (*names(network), listed(limit="x"), "/api/v1/nothing"):
        for answer in (client.get(address), Client().get(address)):
            assert answer["Cache-Control"] == "private, no-cache"
            assert "Authorization" in answer["Vary"]
            assert "Access-Control-Allow-Origin" not in answer
    client.cookies.load(stale)
    answer = client.get(listed())
    assert (answer.status_code, dict(answer.cookies)) == (200, {})


def test_another_name_once_the_content_changed(network: Network, client: Client) -> None:
    address = reverse("api:terms", args=("methods",))
    before = client.get(address)["ETag"]
    term = MethodFactory.create()
    between = client.get(address)["ETag"]
    taxonomies.rename(term, "Called otherwise", actor=network["taxonomy_manager"])

    assert len({before, between, client.get(address)["ETag"]}) == 3


def test_heads_have_the_headers_of_the_answer(network: Network, client: Client) -> None:
    for address in names(network):
        answer, head = client.get(address), client.head(address)
        assert (head.status_code, head["ETag"], head.content) == (200, answer["ETag"], b"")


# -- what is refused -------------------------------------------------------------------------------


def refusal(answer: Any) -> tuple[int, str, dict[str, str]]:
    """The status, the kind, and what is wrong by its name."""
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert told["status"] == answer.status_code
    assert told["detail"].endswith(".")
    wrong = {one["name"]: one["detail"] for one in told["errors"]}
    return answer.status_code, told["type"].partition("#")[2], wrong


NUMBER = "Give a number from 1 to 100."
CURSOR = "This is no cursor of this list. Begin again without it."
MOMENT = "Give a moment with its time zone: 2026-11-23T16:00:00Z. Write + as %2B."


@pytest.mark.parametrize(
    ("query", "status", "wrong"),
    [
        *(
            (f"limit={number}", 400, {"limit": NUMBER})
            for number in ("0", "101", "x", "", "-1", "9" * 50, "%00")
        ),
        *(
            (f"cursor={text}", 400, {"cursor": CURSOR})
            for text in ("", "1", "k000000000000001", "t" + "0" * 28, "t" + "g" * 29, "%00", "%ff")
        ),
        *(
            (f"updated_since={text}", 400, {"updated_since": MOMENT})
            for text in ("", "yesterday", "2026-11-23", "2026-02-30T00:00:00Z", "0", "%00")
        ),
        ("region=nowhere", 404, {"region": "None of our lists has “nowhere”."}),
        ("type=bet&not_theme=0", 404, {
            "type": "None of our lists has “bet”.",
            "not_theme": "None of our lists has “0”.",
        }),
        ("cycle=%ff", 404, {"cycle": "None of our lists has “\ufffd”."}),
        ("q=" + "x" * 1001, 400, {
            "q": "This is 1 character too long. Shorten it to 1000 characters.",
        }),
        ("&".join(["region=here"] * 21), 400, {"region": "Give at most 20 of these."}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(
    client: Client, query: str, status: int, wrong: dict[str, str]
) -> None:
    kind = "not-understood" if status == 400 else "no-such-choice"

    assert refusal(client.get(f"{reverse('api:plans')}?{query}")) == (status, kind, wrong)


def test_words_that_nobody_knows_are_not_ignored(client: Client) -> None:
    status, kind, wrong = refusal(client.get(f"{reverse('api:plans')}?regoin=here&%00=1"))

    assert (status, kind, sorted(wrong)) == (400, "not-understood", ["\0", "regoin"])
    assert "region" in wrong["regoin"]
    assert refusal(client.get(f"{reverse('api:labs')}?page=2")) == (
        400, "not-understood", {"page": "This address takes no such words."},
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/",
        "/api/v1/plans/",
        "/api/v1/plans/0",
        f"/api/v1/plans/{10**30}",
        "/api/v1/plans/-1",
        "/api/v1/plans/%00",
        "/api/v1/plans/1/threads",
        "/api/v1/terms/secrets",
        "/api/v1/terms/%ff",
        "/api/v1/people",
    ],
)
def test_there_is_nothing_at_other_addresses(client: Client, address: str) -> None:
    assert refusal(client.get(address)) == (404, "nothing-here", {})


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_nothing_is_written(client: Client, method: str) -> None:
    for address in (reverse("api:plans"), reverse("api:openapi"), reverse("api:plan", args=(1,))):
        answer = client.generic(method, address, b"{}", content_type="application/json")
        assert refusal(answer) == (405, "read-only", {})
        assert answer["Allow"] == "GET, HEAD"


def test_far_too_many_words_are_refused(client: Client) -> None:
    many = "&".join(f"q{number}=1" for number in range(2001))

    assert refusal(client.get(f"{reverse('api:plans')}?{many}")) == (400, "not-understood", {})


# -- how many questions it takes -------------------------------------------------------------------


def counted(client: Client, address: str) -> int:
    """How many queries an answer takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_hundred_plans_take_as_many_queries_as_one(network: Network, client: Client) -> None:
    plan = network.plan("approved")
    address = listed(limit=100, region="here", q="wells")
    one = counted(client, address)
    for _number in range(4):
        again = network.plan("approved", cycle=CycleFactory.create())
    themes = [ThematicAreaFactory.create(), ThematicAreaFactory.create()]
    draft = network.plan(cycle=CycleFactory.create())
    authoring.save(draft, {"thematic_areas": Change(themes)}, actor=network["member"])
    closing.write(again, lambda _stored: ReflectionDocument(), actor=network["member"], finish=True)
    copies = [
        Plan(**{field.attname: getattr(plan, field.attname)
                for field in Plan._meta.concrete_fields if field.attname not in ("id", "slot")}
             | {"state": "archived", "source": f"{number}.md"})
        for number in range(95)
    ]  # fmt: skip
    Plan.objects.bulk_create(copies)

    assert len(client.get(address).json()["items"]) == 100
    assert counted(client, address) == one <= 12
    assert counted(client, reverse("api:plan", args=(plan.pk,))) == 3
    assert counted(client, reverse("api:terms", args=("sectors",))) == 3
    SectorFactory.create_batch(3)
    assert counted(client, reverse("api:terms", args=("sectors",))) == 3
    assert counted(client, reverse("api:labs")) == 4


def test_themes_proposed_in_drafts_stay_there(network: Network, client: Client) -> None:
    taxonomies.find_or_propose(
        ThematicArea, "Zq secret", actor=network["member"], plan=network.plan()
    )

    found = client.get(reverse("api:terms", args=("thematic_areas",))).content
    assert b"Zq secret" not in found
