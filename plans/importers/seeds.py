"""What every environment begins with: regions, countries, labs, vocabularies, the questionnaire.

Read from the CSV files in ``seeds/``. Loading adds what is missing, by key, and changes nothing
that is there, so it can be run at every start and administrators' work is safe: regions and labs
are known by short name or name, countries by code or name, questions by section and field. A term
is there already when any spelling of the seed is a name or another spelling of any term, whatever
its status; who renames a seeded term keeps the old name as another spelling.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import connection, models, transaction

from accounts.models import Country, Lab, Region
from accounts.roles import NETWORK_MANAGERS, TAXONOMY_MANAGERS
from plans import directory
from plans.models import (
    LANGUAGES,
    DataSource,
    Merge,
    Method,
    Organisation,
    Question,
    Sdg,
    Sector,
    Spelling,
    Split,
    StageName,
    Term,
    TermChange,
    TermStatus,
    ThematicArea,
)
from plans.models.taxonomy import Fold

SEEDS = Path(settings.BASE_DIR) / "seeds"

VOCABULARY_FILES: dict[type[Term], str] = {
    Sdg: "sdgs.csv",
    ThematicArea: "thematic_areas.csv",
    Method: "methods.csv",
    DataSource: "data_sources.csv",
    Sector: "sectors.csv",
}

_M = TypeVar("_M", bound=models.Model)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file in ``seeds/``, each by its column names."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spellings(row: dict[str, str]) -> list[str]:
    """The name of a seeded term and its other spellings."""
    return [row["name"], *_aliases(row)]


def _aliases(row: dict[str, str]) -> list[str]:
    return [alias for alias in row["aliases"].split("|") if alias]


@transaction.atomic
def load() -> dict[str, int]:
    """Add everything that is missing; answer how many rows were added, by kind."""
    return {
        "regions": _load_regions(),
        "countries": _load_countries(),
        "labs": _load_labs(),
        **{str(model._meta.verbose_name_plural): _load_terms(model) for model in VOCABULARY_FILES},
        "terms labelled": sum(_label_terms(model) for model in VOCABULARY_FILES),
        "stages of the learning cycle": _load_stages(),
        "partner organisations": directory.enter_all(),
        "questions": _load_questions(),
        "permissions": load_groups(),
    }


def _load_regions() -> int:
    known = _known(Region.objects.values_list("slug", "name"))
    return _add(
        Region(slug=row["slug"], name=row["name"])
        for row in rows("regions.csv")
        if known.isdisjoint((row["slug"], row["name"]))
    )


def _load_countries() -> int:
    known = _known(Country.objects.values_list("code", "name"))
    regions = _regions()
    return _add(
        Country(
            code=row["code"],
            name=row["name"],
            region_id=regions[row["region"]],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        for row in rows("countries.csv")
        if known.isdisjoint((row["code"], row["name"]))
    )


def _load_labs() -> int:
    known = _known(Lab.objects.values_list("slug", "name"))
    regions = _regions()
    missing = [row for row in rows("labs.csv") if known.isdisjoint((row["slug"], row["name"]))]
    added = _add(
        Lab(slug=row["slug"], name=row["name"], region_id=regions[row["region"]]) for row in missing
    )
    labs = dict(Lab.objects.values_list("slug", "pk"))
    countries = set(Country.objects.values_list("code", flat=True))
    works_in = Lab.countries.through
    works_in.objects.bulk_create(
        works_in(lab_id=labs[row["slug"]], country_id=code)
        for row in missing
        for code in row["countries"].split()
        if code in countries
    )
    return added


def _known(keys: Iterable[tuple[str, str]]) -> set[str]:
    """Keys and names in one set: a place is there already when it has either."""
    return {text for pair in keys for text in pair}


def _regions() -> dict[str, int]:
    """The regions by the short names of the seeds, also where somebody has changed one."""
    there = {
        text: region.pk for region in Region.objects.all() for text in (region.name, region.slug)
    }
    return {
        row["slug"]: there.get(row["slug"]) or there[row["name"]] for row in rows("regions.csv")
    }


def _load_terms(model: type[Term]) -> int:
    leads_to = _spelled(model)
    folded = _folded([word for row in _terms(model) for word in (*spellings(row), *_labels(row))])
    return _add(
        _term(model, row, _free(row, folded, leads_to))
        for row in _terms(model)
        if not any(folded[word] in leads_to for word in spellings(row))
    )


def _label_terms(model: type[Term]) -> int:
    """Label the terms that nobody has labelled, as the seeds do; answer how many."""
    touched = TermChange.objects.filter(vocabulary=_vocabulary(model), before__has_key="labels")
    bare = {
        term.folded: term
        for term in model._default_manager.filter(labels={})
        .exclude(status__in=(TermStatus.MERGED, TermStatus.REFUSED))
        .exclude(pk__in=touched.order_by().values("term"))
        .annotate(folded=Fold("name"))
    }
    leads_to = _spelled(model)
    folded = _folded([word for row in _terms(model) for word in (row["name"], *_labels(row))])
    labelled = []
    for row in _terms(model):
        term = bare.get(folded[row["name"]])
        if term is not None:
            term.labels = _free(row, folded, leads_to, term.pk)
            if term.labels:
                labelled.append(term)
    return model._default_manager.bulk_update(labelled, ["labels"]) if labelled else 0


def _labels(row: dict[str, str]) -> list[str]:
    return [row[language] for language in LANGUAGES if row.get(language)]


def _free(
    row: dict[str, str], folded: dict[str, str], leads_to: dict[str, int], term: int | None = None
) -> dict[str, str]:
    """The labels of a seed, by language, that no other term goes by."""
    return {
        language: row[language]
        for language in LANGUAGES
        if row.get(language) and leads_to.get(folded[row[language]], term) == term
    }


def _spelled(model: type[Term]) -> dict[str, int]:
    """Everything that terms of a vocabulary go by, folded, and the term that each leads to."""
    spelled = Spelling.objects.filter(vocabulary=_vocabulary(model))
    return dict(spelled.values_list("folded", "leads_to"))


def _vocabulary(model: type[Term]) -> str:
    return str(model._meta.model_name)


def _terms(model: type[Term]) -> list[dict[str, str]]:
    return rows(VOCABULARY_FILES[model])


def _term(model: type[Term], row: dict[str, str], labels: dict[str, str]) -> Term:
    term = model(name=row["name"], aliases=_aliases(row), labels=labels)
    if isinstance(term, Sdg):
        term.number, term.colour = int(row["number"]), row["colour"]
    return term


def _folded(words: list[str]) -> dict[str, str]:
    """Each text as the database folds names (see ``fold_term``), in one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_terms(%s::text[])", [words])
        return dict(zip(words, cursor.fetchone()[0], strict=True))


def _load_stages() -> int:
    known = set(StageName.objects.values_list("stage", flat=True))
    return _add(StageName(**row) for row in rows("stages.csv") if row["stage"] not in known)


def _load_questions() -> int:
    known = set(Question.objects.values_list("section", "field"))
    return _add(
        Question(**row)
        for row in rows("questionnaire.csv")
        if (row["section"], row["field"]) not in known
    )


def _add(made: Iterable[_M]) -> int:
    """Store rows of one table in one statement; answer how many."""
    made = list(made)
    if not made:
        return 0
    return len(type(made[0])._default_manager.bulk_create(made))


def load_groups() -> int:
    """Give both administrator groups their permissions; what else they were given stays.

    Network managers may do everything with people, labs, plans and vocabularies. Taxonomy managers
    may keep the vocabularies, never deleting, label goals and stages, and look at what was merged.
    """
    wanted = {
        NETWORK_MANAGERS: Permission.objects.filter(
            content_type__app_label__in=("accounts", "plans")
        ),
        TAXONOMY_MANAGERS: Permission.objects.filter(
            content_type__app_label="plans", codename__in=_taxonomy_codenames()
        ),
    }
    added = 0
    for name, permissions in wanted.items():
        group, _created = Group.objects.get_or_create(name=name)
        missing = permissions.exclude(group=group)
        added += len(missing)
        group.permissions.add(*missing)
    return added


def _taxonomy_codenames() -> Iterator[str]:
    for model in (ThematicArea, Method, DataSource, Sector, Organisation):
        for action in ("add", "change", "view"):
            yield f"{action}_{model._meta.model_name}"
    for labelled in (Sdg, StageName):
        for action in ("change", "view"):
            yield f"{action}_{labelled._meta.model_name}"
    for seen in (Merge, Split):
        yield f"view_{seen._meta.model_name}"
