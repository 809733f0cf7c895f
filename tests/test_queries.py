"""Every list and page takes as many queries for three rows as for one, and twelve at most.

The lists and pages of the administration are counted beside its other tests
(tests/plans/admin, tests/accounts).
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Invitation, Membership
from plans import (
    authoring,
    clock,
    closing,
    collecting,
    inbox,
    keys,
    preparing,
    reviewing,
    splitting,
    taxonomies,
    watching,
    workflow,
)
from plans.authoring import Change, row_key
from plans.document import ReflectionDocument
from plans.models import (
    Comment,
    Criterion,
    DataSource,
    Mark,
    Method,
    Organisation,
    Plan,
    Reflection,
    Sector,
    Split,
    ThematicArea,
)
from plans.phrases import Phrase
from plans.sections import SECTION
from plans.states import Act
from tests.factories import (
    CycleFactory,
    DataSourceFactory,
    LabFactory,
    MembershipFactory,
    MethodFactory,
    SdgFactory,
    SectorFactory,
    ThematicAreaFactory,
    member_of,
    reviewer_of,
    sent_thread,
)
from tests.plans.picture_files import jpeg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from accounts.models import User
    from tests.personas import Network

MOST = 12

# How many queries a page takes, whatever it shows; and for whom it is counted.
COUNTED: dict[tuple[str, str], int] = {
    ("home", "member"): 10,
    ("home", "reviewer"): 6,
    ("home", "network_manager"): 6,
    ("home", "other_region_member"): 10,
    ("lab", "member"): 10,
    ("lab", "other_member"): 9,
    ("library", "other_member"): 5,
    ("library searched", "other_member"): 8,
    ("portfolio", "other_member"): 6,
    ("portfolio narrowed", "other_member"): 8,
    ("portfolio_file", "other_member"): 4,
    ("portfolio_compare", "other_member"): 10,
    ("queue", "reviewer"): 8,
    ("queue", "network_manager"): 8,
    ("plan submitted", "member"): 9,
    ("plan submitted", "reviewer"): 10,
    ("plan submitted", "network_manager"): 11,
    ("plan compared", "member"): 9,
    ("plan compared", "reviewer"): 10,
    ("plan compared", "network_manager"): 11,
    ("plan changes_requested", "member"): 10,
    ("plan approved", "other_member"): 5,
    ("collections", "member"): 5,
    ("collection", "member"): 7,
    ("collection", "other_member"): 7,
    ("collection_sharing", "member"): 6,
    ("collection_entry", "member"): 5,
    ("collection_export_choose", "member"): 5,
    ("collection_export", "member"): 7,
    ("files", "member"): 6,
    ("plan_collect", "member"): 6,
    ("saved_searches", "member"): 7,
    ("saved_search", "member"): 8,
    ("saved_search_new", "member"): 3,
    ("plan_alike", "other_member"): 10,
    ("countries", "member"): 5,
    ("country", "member"): 9,
    ("labs", "member"): 5,
    ("organisations", "member"): 5,
    ("organisation", "member"): 11,
    ("plan_export", "other_member"): 6,
    ("plans_export", "other_member"): 5,
    ("plans_export_choose", "other_member"): 4,
    ("plan_reflection", "member"): 5,
    ("plan_reflection_earlier", "member"): 6,
    ("plan_history", "member"): 7,
    ("plan_dossier", "member"): 11,
    ("plan_version", "member"): 10,
    ("plan_written", "member"): 9,
    ("plan_was", "member"): 9,
    ("plan_edit", "member"): 10,
    ("plan_section title", "member"): 11,
    ("plan_section challenge", "member"): 8,
    ("plan_section evidence", "member"): 9,
    ("plan_section classification", "member"): 10,
    ("plan_section partners", "member"): 11,
    ("plan_section learning", "member"): 11,
    ("plan_section closing", "member"): 8,
    ("plan_partner_known", "member"): 4,
    ("terms", "member"): 5,
    ("terms found", "member"): 4,
    ("terms_near", "member"): 3,
    ("terms_near misspelled", "member"): 4,
    ("plan_picture", "member"): 4,
    ("plan_picture_sent", "member"): 5,
    ("plan_others", "other_region_member"): 7,
    ("plan_start", "member"): 9,
    ("plan_copy", "member"): 9,
    ("plan_copy", "other_member"): 9,
    ("plan copied", "member"): 10,
    ("plan_edit copied", "member"): 8,
    ("plan_section challenge copied", "member"): 8,
    ("plan_section partners copied", "member"): 11,
    ("plan_act submit", "member"): 10,
    ("plan_act withdraw", "member"): 5,
    ("plan_review", "reviewer"): 9,
    ("plan_review_discard", "reviewer"): 7,
    ("plan_review_sent", "member"): 8,
    ("plan_hand_over", "reviewer"): 5,
    ("plan_people", "member"): 4,
    ("comment_edit", "reviewer"): 8,
    ("comment_delete", "reviewer"): 7,
    ("region_overview", "reviewer"): 10,
    ("region_overview", "network_manager"): 11,
    ("nudge", "reviewer"): 6,
    ("inbox", "member"): 5,
    ("inbox", "reviewer"): 5,
    ("inbox_settings", "member"): 5,
    ("thread_new", "reviewer"): 4,
    ("thread_reply", "member"): 8,
    ("thread_step", "member"): 8,
    ("suggestion_apply", "member"): 10,
    ("suggestion_decline", "member"): 10,
    ("people", "lead"): 6,
    ("my_people", "network_manager"): 6,
    ("people_remove", "lead"): 5,
    ("profile", "member"): 4,
    ("access_keys", "member"): 4,
    ("access_key_revoke", "member"): 4,
    ("desk", "taxonomy_manager"): 8,
    ("desk of partners", "taxonomy_manager"): 10,
    ("what to merge", "taxonomy_manager"): 7,
    ("vocabulary as a file", "taxonomy_manager"): 3,
    ("codebook", "taxonomy_manager"): 4,
    ("codebook of stages", "taxonomy_manager"): 5,
    ("page of a term", "taxonomy_manager"): 10,
    ("page of a split", "taxonomy_manager"): 4,
    ("absences", "reviewer"): 6,
    ("absences", "network_manager"): 7,
}


class World:
    """One of everything that a page lists, and then two more."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.draft = network.plan("draft", title="Draft")
        self.back = network.plan("changes_requested", title="Back")
        self.waiting = network.plan("submitted", title="Waiting", challenge_type="big_bet")
        self.approved = network.plan("approved", cycle=CycleFactory.create())
        self.elsewhere = network.plan(
            "approved", lab=network.other_lab, writer=network["other_member"], title="Elsewhere"
        )
        self.copied = authoring.copy(
            self.approved, network.lab, CycleFactory.create(), actor=network["member"]
        ).plan
        far = network["other_region_member"]
        self.alone = network.plan("draft", lab=network.far_lab, writer=far)
        authoring.save(self.alone, {"thematic_areas": Change([])}, actor=far)
        self.discuss(self.back)
        self.discuss(self.waiting)
        self.discuss(self.approved)
        self.measure(1)
        reviewing.open_thread(
            self.waiting, "plan", "Not sent yet.", actor=network["reviewer"], must_fix=False
        )
        self.illustrate(self.back)
        self.upload = authoring.begin_sending(
            self.draft, self.draft.evidence.all()[0].pk, 9, "", actor=network["member"]
        )
        self.key = keys.make("A map", ["plans"], dt.timedelta(days=9), actor=network["member"]).key
        self.invite(1)
        self.keep_terms(1)
        self.gather(1)
        self.reflect(1)
        # The administration asks what kind of row a page is about, once for the whole process.
        ContentType.objects.get_for_models(ThematicArea, Split)

    def gather(self, number: int) -> None:
        """A collection that is shared, another plan in the first, a saved search, two files."""
        member = self.network["member"]
        made = collecting.make(f"Collection {number}", "To read.", actor=member)
        collecting.open_to(made, "network", actor=member)
        self.collection = getattr(self, "collection", made)
        collecting.share(self.collection, f"reader{number}@example.org", actor=member)
        there = list(self.collection.entries.values_list("plan", flat=True))
        for plan in Plan.objects.filter(state="approved").exclude(pk__in=there):
            collecting.add(self.collection, plan, "Why.", actor=member)
        query = f"q=well{number}&region={self.network.region.slug}&not_theme=Water"
        search = watching.keep(query, f"Search {number}", "daily", actor=member)
        self.search = getattr(self, "search", search)
        for selection, collection in ((query, None), ("", made)):
            asked = preparing.ask(
                *("pdf", "pdf", selection), actor=member, of=number, collection=collection
            )
            if number > 1:  # few can be on their way at once
                preparing.fail(asked, "No plan fits any more.")

    def keep_terms(self, number: int) -> None:
        """A proposal, two terms that look alike, one that was split, and more of one's story."""
        keeper = self.network["taxonomy_manager"]
        name = f"Proposed {number}"
        taxonomies.find_or_propose(ThematicArea, name, actor=None, plan=self.waiting)
        one, *others = (
            ThematicArea.objects.create(name=f"Tool{ending} {number}x")
            for ending in ("", "s", "box")
        )
        splitting.split(one, others, actor=keeper)
        ThematicArea.objects.create(name=f"Toolss {number}x")
        ThematicArea.objects.create(name=f"toolss-{number} xs")
        water = ThematicArea.objects.get(name="Water")
        ThematicArea.objects.filter(pk=water.pk).update(description=f"Told {number} times.")

    def discuss(self, plan: Plan) -> None:
        """A thread with an answer on the plan, on a section, a field and a row."""
        partner = plan.partners.order_by("position")[0].pk
        for place in ("plan", "challenge", "challenge.background", f"partners/{partner}"):
            thread = sent_thread(
                plan,
                place,
                "Say more.",
                actor=self.network["reviewer"],
                must_fix=place == "challenge",
            )
            reviewing.reply(thread, "Since 2021.", actor=self.network["member"])
        proposed = "challenge.value_proposition"
        sent_thread(
            plan,
            proposed,
            "Plainer?",
            actor=self.network["reviewer"],
            must_fix=False,
            phrase=Phrase("Villages"),
            instead="Towns",
        )

    def measure(self, number: int) -> None:
        """A criterion, what a review that is sent and one that is begun say of it, a muted plan."""
        criterion = Criterion.objects.create(
            cycle=self.network.cycle, position=number, text=f"Criterion {number}"
        )
        marks = {criterion: (Mark.MET, "Clearly.")}
        reviewer = self.network["reviewer"]
        reviewing.send(self.waiting, "commented", actor=reviewer, summary="So far.", marks=marks)
        reviewing.keep(self.waiting, actor=reviewer, summary="And then", marks=marks)
        about = self.waiting.threads.order_by("pk")[number]
        inbox.mute(self.network["member"], about, muted=True)

    def illustrate(self, plan: Plan) -> None:
        """A picture for the last item of evidence."""
        last = plan.evidence.order_by("position").last()
        assert last is not None
        authoring.give_picture(plan, last.pk, jpeg(), actor=self.network["member"])

    def invite(self, number: int) -> None:
        """An open invitation to the lab."""
        Invitation.objects.create(
            email=f"new{number}@example.org",
            lab=self.network.lab,
            invited_by=self.network["lead"],
        )

    def grow(self) -> None:
        """Two more of everything."""
        network = self.network
        member, reviewer = network["member"], network["reviewer"]
        for number in (2, 3):
            cycle = CycleFactory.create()
            for state in ("draft", "changes_requested"):
                network.plan(state, cycle=cycle, title=f"{state} {number}")
            waiting = network.plan("submitted", cycle=cycle, challenge_type="big_bet")
            for lab, writer in ((network.lab, member), (network.other_lab, "")):
                actor = writer or network["other_member"]
                network.plan("approved", lab=lab, writer=actor, cycle=CycleFactory.create())
            for plan in (self.back, self.waiting, self.approved, waiting):
                self.discuss(plan)
            keys.make(f"Map {number}", ["plans"], dt.timedelta(days=9), actor=member)
            self.add_rows(self.draft, member, number)
            self.add_rows(self.back, member, number)
            self.copied = authoring.copy(
                self.back, network.lab, self.copied.cycle, actor=member
            ).plan
            workflow.move(self.back, Act.SUBMIT, actor=member, note="As it was.")
            workflow.move(self.back, Act.REQUEST_CHANGES, actor=reviewer, note="Again.")
            self.measure(number)
            member_of(network.lab, f"More {number}")
            reviewer_of(network.region, f"Reviewer {number}")
            MembershipFactory.create(user=network.people["member"], lab=LabFactory.create())
            self.invite(number)
            self.keep_terms(number)
            self.gather(number)
            self.reflect(number)

    def reflect(self, number: int) -> None:
        """A closing reflection, one person writing over what the other wrote."""
        for name in ("member", "lead"):
            said = partial(self._said, f"{name} {number}")
            closing.write(self.approved, said, actor=self.network[name])

    @staticmethod
    def _said(words: str, _stored: Reflection | None) -> ReflectionDocument:
        return ReflectionDocument(handover=words)

    def add_rows(self, plan: Plan, actor: User, number: int) -> None:
        """One more row of each kind, and one more term of each vocabulary."""
        sector = SectorFactory.create()
        authoring.add_row(
            plan,
            "partners",
            actor=actor,
            name=f"Partner {number}",
            sector=sector,
            description="They help.",
            is_new=False,
        )
        authoring.add_row(
            plan, "evidence", actor=actor, kind="qualitative", form="text", text=f"Fact {number}."
        )
        self.illustrate(plan)
        authoring.add_row(
            plan,
            "learning_questions",
            actor=actor,
            question="Why?",
            stages=["sense"],
            usage="So.",
            data_gap="All.",
        )
        made = {
            "sdgs": SdgFactory.create(number=10 + number * 2 + (plan == self.back)),
            "thematic_areas": ThematicAreaFactory.create(),
            "methods": MethodFactory.create(),
            "data_sources": DataSourceFactory.create(),
        }
        changes = {
            key: Change([*authoring.chosen_terms(plan, key), term]) for key, term in made.items()
        }
        authoring.save(plan, changes, actor=actor)

    def pages(self) -> Iterator[tuple[str, str, str]]:
        """Name, persona and address of every page that is counted."""
        slug = self.network.lab.slug
        for persona in ("member", "reviewer", "network_manager", "other_region_member"):
            yield "home", persona, reverse("home")
        for persona in ("member", "other_member"):
            yield "lab", persona, reverse("lab", args=(slug,))
        yield "library", "other_member", reverse("library")
        yield "library searched", "other_member", f"{reverse('library')}?q=wells&sdg=6"
        yield "portfolio", "other_member", reverse("portfolio")
        yield "portfolio narrowed", "other_member", f"{reverse('portfolio')}?q=wells&sdg=6"
        one = reverse("portfolio_file", args=("goals", "csv"))
        yield "portfolio_file", "other_member", f"{one}?sdg=6"
        sides = "?a=q%3Dwells%26sdg%3D6&b=theme%3DWater"
        yield "portfolio_compare", "other_member", reverse("portfolio_compare") + sides
        yield "queue", "reviewer", reverse("queue")
        yield "queue", "network_manager", reverse("queue")
        for persona in ("member", "reviewer", "network_manager"):
            yield "plan submitted", persona, reverse("plan", args=(self.waiting.pk,))
            compared = f"{reverse('plan', args=(self.back.pk,))}?since=1"
            yield "plan compared", persona, compared
        yield "plan changes_requested", "member", reverse("plan", args=(self.back.pk,))
        yield "plan approved", "other_member", reverse("plan", args=(self.approved.pk,))
        for form in ("json",):
            address = reverse("plan_export", args=(self.approved.pk, form))
            yield "plan_export", "other_member", address
            yield "plans_export", "other_member", reverse("plans_export", args=(form,))
        yield "plans_export_choose", "other_member", reverse("plans_export_choose")
        yield "files", "member", reverse("files")
        address = reverse("plan_reflection", args=(self.approved.pk,))
        yield "plan_reflection", "member", address
        yield "plan_reflection_earlier", "member", f"{address}earlier/"
        yield "plan_history", "member", reverse("plan_history", args=(self.back.pk,))
        yield "plan_dossier", "member", reverse("plan_dossier", args=(self.back.pk,))
        yield "plan_version", "member", reverse("plan_version", args=(self.back.pk, 1))
        yield "plan_written", "member", reverse("plan_written", args=(self.back.pk,))
        yield "plan_was", "member", reverse("plan_was", args=(self.back.pk, 1))
        yield "plan_edit", "member", reverse("plan_edit", args=(self.back.pk,))
        for section in SECTION:
            address = reverse("plan_section", args=(self.back.pk, section))
            yield f"plan_section {section}", "member", address
        known = reverse("plan_partner_known", args=(self.back.pk,))
        yield "plan_partner_known", "member", f"{known}?name=Water users' association"
        yield "terms", "member", reverse("terms", args=("organisations",))
        yield "terms found", "member", f"{reverse('terms', args=('methods',))}?q=m"
        near = reverse("terms_near", args=("thematic_areas",))
        yield "terms_near", "member", f"{near}?q=t"
        yield "terms_near misspelled", "member", f"{near}?q=watter"
        picture = self.back.pictures.order_by("added_at")[0]
        of_picture = (self.back.pk, picture.pk, "small")
        yield "plan_picture", "member", reverse("plan_picture", args=of_picture)
        of_upload = (self.draft.pk, self.upload.pk)
        yield "plan_picture_sent", "member", reverse("plan_picture_sent", args=of_upload)
        address = reverse("plan_others", args=(self.alone.pk, "challenge", "background"))
        yield "plan_others", "other_region_member", address
        yield "plan_start", "member", reverse("plan_start", args=(slug,))
        yield "plan_copy", "member", reverse("plan_copy", args=(self.approved.pk,))
        yield "plan_copy", "other_member", reverse("plan_copy", args=(self.approved.pk,))
        yield "plan copied", "member", reverse("plan", args=(self.copied.pk,))
        yield "plan_edit copied", "member", reverse("plan_edit", args=(self.copied.pk,))
        for section in ("challenge", "partners"):
            address = reverse("plan_section", args=(self.copied.pk, section))
            yield f"plan_section {section} copied", "member", address
        for act, plan, persona in (
            ("submit", self.back, "member"),
            ("withdraw", self.back, "member"),
        ):
            yield f"plan_act {act}", persona, reverse("plan_act", args=(plan.pk, act))
        thread = self.waiting.threads.order_by("pk")[0].pk
        yield from self.pages_of_reviewing()
        yield "thread_new", "reviewer", reverse("thread_new", args=(self.waiting.pk,))
        yield "thread_reply", "member", reverse("thread_reply", args=(thread,))
        yield "thread_step", "member", reverse("thread_step", args=(thread, "address"))
        proposal = self.waiting.threads.filter(suggestion__isnull=False).order_by("pk")[0].pk
        for name in ("suggestion_apply", "suggestion_decline"):
            yield name, "member", reverse(name, args=(proposal,))
        yield "people", "lead", reverse("people", args=(slug,))
        yield "my_people", "network_manager", reverse("my_people")
        membership = Membership.objects.get(user=self.network.people["member"], lab__slug=slug)
        yield "people_remove", "lead", reverse("people_remove", args=(slug, membership.pk))
        yield "profile", "member", reverse("profile")
        yield "access_keys", "member", reverse("access_keys")
        yield "access_key_revoke", "member", reverse("access_key_revoke", args=(self.key.pk,))
        for persona in ("reviewer", "network_manager"):
            yield "absences", persona, reverse("absences")
        yield from self.pages_of_terms()
        yield from self.pages_that_gather()

    def pages_of_terms(self) -> Iterator[tuple[str, str, str]]:
        """The pages for who keeps the vocabularies."""
        keeper = "taxonomy_manager"
        theme = "admin:plans_thematicarea_"
        yield "desk", keeper, reverse(f"{theme}proposals")
        yield "desk of partners", keeper, reverse("admin:plans_organisation_proposals")
        yield "what to merge", keeper, reverse(f"{theme}duplicates")
        yield "vocabulary as a file", keeper, reverse(f"{theme}bulk")
        yield "codebook", keeper, reverse(f"{theme}codebook")
        yield "codebook of stages", keeper, reverse("admin:plans_stagename_codebook")
        term = ThematicArea.objects.get(name="Water")
        yield "page of a term", keeper, reverse(f"{theme}change", args=(term.pk,))
        split = Split.objects.order_by("pk")[0]
        yield "page of a split", keeper, reverse("admin:plans_split_change", args=(split.pk,))

    def pages_that_gather(self) -> Iterator[tuple[str, str, str]]:
        """Collections, saved searches, plans like one, countries, labs and organisations."""
        chosen, country = self.collection, self.network.lab.countries.all()[0]
        yield "collections", "member", reverse("collections")
        for persona in ("member", "other_member"):
            yield "collection", persona, chosen.get_absolute_url()
        entry = chosen.entries.order_by("pk")[0].pk
        for name, args in (
            ("collection_sharing", (chosen.pk,)),
            ("collection_entry", (chosen.pk, entry)),
            ("collection_export_choose", (chosen.pk,)),
            ("collection_export", (chosen.pk, "json")),
            ("plan_collect", (self.draft.pk,)),
            ("saved_searches", ()),
            ("saved_search_new", ()),
            ("countries", ()),
            ("country", (country.pk,)),
            ("labs", ()),
            ("organisations", ()),
            ("organisation", (Organisation.objects.get(name="Water users' association").pk,)),
        ):
            yield name, "member", reverse(name, args=args)
        since = "?since=2020-01-01T00:00:00Z"
        yield "saved_search", "member", f"{self.search.get_absolute_url()}{since}"
        yield "plan_alike", "other_member", reverse("plan_alike", args=(self.approved.pk,))

    def pages_of_reviewing(self) -> Iterator[tuple[str, str, str]]:
        """The same for what reviewers do, and for what people are told."""
        slug = self.network.lab.slug
        of_waiting = (self.waiting.pk,)
        for name in ("plan_review", "plan_review_discard", "plan_hand_over"):
            yield name, "reviewer", reverse(name, args=of_waiting)
        review = self.waiting.reviews.filter(closed_at__isnull=False)[0].pk
        yield "plan_review_sent", "member", reverse("plan_review_sent", args=(*of_waiting, review))
        yield "plan_people", "member", reverse("plan_people", args=of_waiting)
        pending = Comment.objects.get(text="Not sent yet.")
        for name in ("comment_edit", "comment_delete"):
            yield name, "reviewer", reverse(name, args=(pending.pk,))
        for persona in ("reviewer", "network_manager"):
            cycle = f"?region={self.network.region.slug}&cycle={self.network.cycle.slug}"
            yield "region_overview", persona, reverse("region_overview") + cycle
        yield "nudge", "reviewer", reverse("nudge", args=(slug, self.network.cycle.slug))
        for persona in ("member", "reviewer"):
            yield "inbox", persona, reverse("inbox")
        yield "inbox_settings", "member", reverse("inbox_settings")


def counted(
    world: World, only: Collection[tuple[str, str]] | None = None
) -> dict[tuple[str, str], int]:
    """How many queries each page takes for whom."""
    clients: dict[str, Client] = {}
    found = {}
    for name, persona, address in world.pages():
        if only is not None and (name, persona) not in only:
            continue
        if persona not in clients:
            clients[persona] = Client()
            clients[persona].force_login(world.network.people[persona])
            clients[persona].get(reverse("profile"))
        with CaptureQueriesContext(connection) as queries:
            response = clients[persona].get(address)
        assert response.status_code == 200, (name, persona, response.status_code)
        found[name, persona] = len(queries)
    return found


@pytest.fixture
def world(network: Network) -> World:
    """One of everything."""
    return World(network)


def test_pages_take_as_many_queries_for_three_rows_as_for_one(world: World) -> None:
    assert counted(world) == COUNTED

    world.grow()

    assert counted(world) == COUNTED


WRITING = (
    *("plan_edit", "plan_section", "plan_history", "plan_version", "plan_written", "plan_was"),
    *("plan_partner_known", "terms", "terms_near"),
)


def test_pages_of_writing_take_as_many_for_thirty_rows_and_terms_and_ninety_saves(
    world: World,
) -> None:
    written = {page: number for page, number in COUNTED.items() if page[0].split()[0] in WRITING}
    member, lead, plan = world.network["member"], world.network["lead"], world.back
    began = clock.now()
    for number in range(29):
        actor = (member, lead)[number % 2]
        with clock.at(began + dt.timedelta(minutes=20 * number)):
            authoring.add_row(plan, "evidence", actor=actor, text=f"Fact {number}.")
            question = authoring.add_row(plan, "learning_questions", actor=actor, question="Why?")
            key = row_key("learning_questions", question.pk, "usage")
            authoring.save(plan, {key: Change("Like this.")}, actor=actor)
    for number in range(4):
        authoring.add_row(plan, "partners", actor=member, name=f"Partner {number}")
    vocabularies: tuple[type[Any], ...] = (ThematicArea, Method, DataSource, Sector, Organisation)
    for vocabulary in vocabularies:
        vocabulary.objects.bulk_create(vocabulary(name=f"Term {number}") for number in range(29))

    assert [plan.rows(group).count() for group in ("evidence", "learning_questions")] == [31, 30]
    assert counted(world, written) == written


def test_how_others_answered_takes_as_many_where_thirty_did(world: World) -> None:
    page = ("plan_others", "other_region_member")
    there = Plan.objects.filter(state="approved").count()
    for _one in range(30 - there):
        world.network.plan("approved", cycle=CycleFactory.create())

    assert Plan.objects.filter(state="approved").count() == 30
    assert counted(world, {page}) == {page: COUNTED[page]}


def test_no_page_takes_more_than_twelve() -> None:
    assert {page: number for page, number in COUNTED.items() if number > MOST} == {}


def test_three_really_are_more_than_one(world: World) -> None:
    def sizes() -> list[int]:
        return [
            world.back.partners.count(),
            world.back.evidence.count(),
            world.back.pictures.count(),
            world.back.threads.count(),
            world.back.versions.count(),
            world.network.lab.memberships.count(),
            world.network.lab.invitations.count(),
            Plan.objects.filter(state="submitted").count(),
            Plan.objects.filter(state="approved").count(),
            *(term.objects.count() for term in (ThematicArea, Method, DataSource, Sector)),
        ]

    before = sizes()
    world.grow()

    assert [after - then for after, then in zip(sizes(), before, strict=True)] == [
        2, 2, 2, 10, 2, 2, 2, 2, 4, 16, 4, 4, 4,
    ]  # fmt: skip
