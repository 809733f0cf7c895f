"""The tables of the plans app, one product word a file."""

from plans.models.access_key import AccessKey, Scope
from plans.models.archive import ArchivePage, Parcel
from plans.models.collection import (
    MOST_PLANS,
    Collection,
    CollectionEntry,
    CollectionReader,
    Openness,
)
from plans.models.cycle import Cycle, Extension
from plans.models.draft import Draft
from plans.models.event import Event, EventKind
from plans.models.made_file import LONGEST_SELECTION, FileStatus, MadeFile
from plans.models.merge import Fate, Merge, MergedUse
from plans.models.notification import (
    Delivery,
    Mute,
    Notification,
    Preference,
    Topic,
)
from plans.models.parts import (
    CHOICES,
    ROWS,
    Evidence,
    LearningQuestion,
    Partner,
    PlanDataSource,
    PlanMethod,
    PlanSdg,
    PlanThematicArea,
)
from plans.models.picture import Picture, PictureFormat, Upload, UploadPiece
from plans.models.plan import Plan
from plans.models.presence import Presence
from plans.models.questionnaire import Question
from plans.models.reflection import EarlierReflection, Reflection
from plans.models.review import (
    Criterion,
    CriterionMark,
    Decision,
    Look,
    Mark,
    Review,
)
from plans.models.saved_search import MOST_SEARCHES, HowOften, SavedSearch
from plans.models.searching import SearchName, SearchText, SearchWord, TextLanguage
from plans.models.spelling import Spelling, Vocabulary
from plans.models.split import Split, SplitUse
from plans.models.stage import StageName
from plans.models.story import Different, TermChange
from plans.models.taxonomy import (
    LANGUAGES,
    UNOFFERED,
    DataSource,
    Method,
    Organisation,
    Sdg,
    Sector,
    Term,
    TermStatus,
    ThematicArea,
)
from plans.models.thread import (
    Comment,
    CommentEdit,
    Suggestion,
    SuggestionStatus,
    Thread,
    ThreadStatus,
)
from plans.models.version import Version
from plans.models.writing import Checkpoint, Writing

__all__ = [
    "CHOICES",
    "LANGUAGES",
    "LONGEST_SELECTION",
    "MOST_PLANS",
    "MOST_SEARCHES",
    "ROWS",
    "UNOFFERED",
    "AccessKey",
    "ArchivePage",
    "Checkpoint",
    "Collection",
    "CollectionEntry",
    "CollectionReader",
    "Comment",
    "CommentEdit",
    "Criterion",
    "CriterionMark",
    "Cycle",
    "DataSource",
    "Decision",
    "Delivery",
    "Different",
    "Draft",
    "EarlierReflection",
    "Event",
    "EventKind",
    "Evidence",
    "Extension",
    "Fate",
    "FileStatus",
    "HowOften",
    "LearningQuestion",
    "Look",
    "MadeFile",
    "Mark",
    "Merge",
    "MergedUse",
    "Method",
    "Mute",
    "Notification",
    "Openness",
    "Organisation",
    "Parcel",
    "Partner",
    "Picture",
    "PictureFormat",
    "Plan",
    "PlanDataSource",
    "PlanMethod",
    "PlanSdg",
    "PlanThematicArea",
    "Preference",
    "Presence",
    "Question",
    "Reflection",
    "Review",
    "SavedSearch",
    "Scope",
    "Sdg",
    "SearchName",
    "SearchText",
    "SearchWord",
    "Sector",
    "Spelling",
    "Split",
    "SplitUse",
    "StageName",
    "Suggestion",
    "SuggestionStatus",
    "Term",
    "TermChange",
    "TermStatus",
    "TextLanguage",
    "ThematicArea",
    "Thread",
    "ThreadStatus",
    "Topic",
    "Upload",
    "UploadPiece",
    "Version",
    "Vocabulary",
    "Writing",
]
