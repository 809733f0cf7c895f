"""The tables of the plans app, one product word a file."""

from plans.models.archive import ArchivePage, Parcel
from plans.models.cycle import Cycle, Extension
from plans.models.event import Event, EventKind
from plans.models.merge import Fate, Merge, MergedUse, Spelling, Vocabulary
from plans.models.notification import Notification
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
from plans.models.reflection import Reflection
from plans.models.review import Comment, Decision, Review, Thread, ThreadStatus
from plans.models.taxonomy import (
    DataSource,
    Method,
    Organisation,
    Sdg,
    Sector,
    Term,
    TermStatus,
    ThematicArea,
)
from plans.models.version import Version
from plans.models.writing import Checkpoint, Writing

__all__ = [
    "CHOICES",
    "ROWS",
    "ArchivePage",
    "Checkpoint",
    "Comment",
    "Cycle",
    "DataSource",
    "Decision",
    "Event",
    "EventKind",
    "Evidence",
    "Extension",
    "Fate",
    "LearningQuestion",
    "Merge",
    "MergedUse",
    "Method",
    "Notification",
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
    "Presence",
    "Question",
    "Reflection",
    "Review",
    "Sdg",
    "Sector",
    "Spelling",
    "Term",
    "TermStatus",
    "ThematicArea",
    "Thread",
    "ThreadStatus",
    "Upload",
    "UploadPiece",
    "Version",
    "Vocabulary",
    "Writing",
]
