"""A small library to search in: what the demo network's plans say, the sample pages, and a few
plans in other scripts. All of it is in the archive, so that anybody may read it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.core.management import call_command

from accounts.models import Country, Lab, User
from plans.importers import seeds
from plans.models import (
    CHOICES,
    ROWS,
    Cycle,
    Plan,
    Sdg,
    Sector,
)
from plans.states import State
from tests.factories import CycleFactory, UserFactory

ROOT = Path(__file__).parents[2]
TEXTS = (
    *("title", "challenge_type", "challenge_statement", "background", "value_proposition"),
    *("summary", "early_leads"),
)
OWN: dict[str, dict[str, Any]] = {
    "smoke": {
        "lab": "mongolia",
        "title": "Утаагүй гэр: өвлийн дулааныг хамтдаа хадгалах нь",
        "background": "Улаанбаатар хотын гэр хорооллын айлууд өвлийн улиралд нүүрс түлдэг.",
    },
    "wells": {
        "lab": "mongolia",
        "title": "Чистая вода для сельских школ",
        "background": "В школах нет воды, и дети приносят её из колодцев.",
    },
    "coast": {
        "lab": "algeria",
        "title": "الطاقة المتجددة في قرى الساحل",
        "background": "تعتمد العائلات على مولّدات الديزل. نريد أن نعرف من يصلح الألواح الشمسية.",
    },
    "elders": {
        "lab": "viet-nam",
        "title": "社区可再生能源与老年人",
        "background": "许多老年人独自生活，冬天的取暖费用很高。",
    },
    "rain": {
        "lab": "angola",
        "title": "Água da chuva nas escolas de Luanda",
        "background": "As famílias compram água em camiões e não têm onde a guardar. Para as "
        "crianças a escola é longe.",
        "thematic_areas": ["Water"],
    },
    "clubs": {
        "lab": "angola",
        "title": "Clubs where girls build machines",
        "background": "The girls of three districts meet on Saturdays and repair pumps.",
        "thematic_areas": ["STEM"],
    },
    "wind": {
        "lab": "algeria",
        "title": "Who repairs the small turbines",
        "background": "There are forty of them on the roofs, and nobody knows whose they are.",
        "thematic_areas": ["Renewable energy"],
    },
}


def build() -> dict[int, str]:
    """Fill an empty database; answer the short name of each plan: its file's, or that in OWN."""
    seeds.load()
    reader = UserFactory.create(email="archivist@example.org", is_superuser=True, is_staff=True)
    cycle = CycleFactory.create(year=2024, quarter=1)
    called = {}
    for path in sorted((ROOT / "seeds/demo/plans").glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        called[_archived(told, cycle, reader)] = path.stem
    for name, told in OWN.items():
        called[_archived(told, cycle, reader)] = name
    before = set(called)
    pages = [str(path) for path in sorted((ROOT / "seeds/samples").glob("*_*.md"))]
    call_command("import_plans", *pages, "--as", "archived", "--actor", reader.email, verbosity=0)
    for plan in Plan.objects.exclude(pk__in=before):
        called[plan.pk] = "sample-togo" if "Marchés" in plan.title else "sample-kiosks"
    return called


def _archived(told: dict[str, Any], cycle: Cycle, writer: User) -> int:
    lab = Lab.objects.get(slug=told["lab"])
    plan = Plan.objects.create(
        lab=lab,
        cycle=cycle,
        state=State.ARCHIVED,
        country=Country.objects.filter(pk=told.get("country")).first() or lab.countries.first(),
        created_by=writer,
        **{name: told[name].strip() for name in TEXTS if name in told},
    )
    for group, table in ROWS.items():
        for place, row in enumerate(told.get(group, ()), start=1):
            kept = {key: value for key, value in row.items() if key not in ("chart", "sector")}
            if row.get("sector"):
                kept["sector"] = Sector.objects.spelled(row["sector"]).first()
            table._default_manager.create(plan=plan, position=place, **kept)
    for field, table in CHOICES.items():
        for place, name in enumerate(told.get(field, ()), start=1):
            vocabulary = table._meta.get_field("term").related_model
            found = (
                Sdg.objects.filter(number=name)
                if field == "sdgs"
                else vocabulary.objects.spelled(name)
            )
            term = found.first()
            if term is not None:
                table._default_manager.get_or_create(
                    plan=plan, term=term, defaults={"position": place, "words": str(name)}
                )
    return plan.pk
