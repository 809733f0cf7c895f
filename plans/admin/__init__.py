"""The administration pages of the plans app, one product word a file."""

from plans.admin import (  # noqa: F401 - importing them is what registers the pages
    access_keys,
    archive,
    cycles,
    extensions,
    goals,
    history,
    merging,
    plans,
    questionnaire,
    reviews,
    splits,
    stages,
    taxonomies,
    themes,
)
