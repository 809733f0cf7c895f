"""The tables of the plans app, one product word a file."""

from plans.models.cycle import Cycle, Extension
from plans.models.event import Event, EventKind
from plans.models.merge import Fate, Merge, MergedUse
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
from plans.models.review import Comment, Decision, Review, Thread, ThreadStatus
from plans.models.spelling import Spelling, Vocabulary
from plans.models.split import Split, SplitUse
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
from plans.models.version import Version
from plans.models.writing import Checkpoint, Writing

__all__ = [
    "CHOICES",
    "LANGUAGES",
    "ROWS",
    "UNOFFERED",
    "Checkpoint",
    "Comment",
    "Cycle",
    "DataSource",
    "Decision",
    "Different",
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
    "Review",
    "Sdg",
    "Sector",
    "Spelling",
    "Split",
    "SplitUse",
    "Term",
    "TermChange",
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
