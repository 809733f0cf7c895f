"""Reviews sent as one act, notes, suggestions, criteria, drafts, looks, and how people are told."""

import datetime

import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plans.clock

# What was approved stays as it was read. Who is let in again (reopened) leaves this state first.
# Terms that are merged, and people, sectors and countries that get another name, are no other text.
APPROVED_TEXT = """
CREATE FUNCTION approved_text_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    beside text[] := ARRAY['sector_id', 'organisation_id'];
    is_approved boolean;
BEGIN
    IF TG_TABLE_NAME = 'plans_plan' THEN
        is_approved := OLD.state = 'approved' AND NEW.state = 'approved' AND (
            OLD.title, OLD.challenge_type, OLD.country_id, OLD.latitude, OLD.longitude,
            OLD.focal_point_id, OLD.focal_point_address, OLD.challenge_statement, OLD.background,
            OLD.value_proposition, OLD.summary, OLD.early_leads
        ) IS DISTINCT FROM (
            NEW.title, NEW.challenge_type, NEW.country_id, NEW.latitude, NEW.longitude,
            NEW.focal_point_id, NEW.focal_point_address, NEW.challenge_statement, NEW.background,
            NEW.value_proposition, NEW.summary, NEW.early_leads
        );
    ELSIF TG_OP = 'UPDATE' AND to_jsonb(OLD) - beside = to_jsonb(NEW) - beside THEN
        is_approved := false;
    ELSE
        is_approved := EXISTS (
            SELECT FROM plans_plan
            WHERE state = 'approved' AND id IN (
                CASE WHEN TG_OP <> 'INSERT' THEN OLD.plan_id END,
                CASE WHEN TG_OP <> 'DELETE' THEN NEW.plan_id END
            )
        );
    END IF;
    IF is_approved THEN
        RAISE EXCEPTION 'The text of an approved plan stays as it was approved.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'approved_text_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
CREATE TRIGGER approved_text_stays BEFORE UPDATE ON plans_plan
    FOR EACH ROW EXECUTE FUNCTION approved_text_stays();
"""

ROWS = ("plans_evidence", "plans_partner", "plans_learningquestion")


def approved_text(table: str) -> migrations.RunSQL:
    """The same promise for the rows of a plan."""
    return migrations.RunSQL(
        f"CREATE TRIGGER approved_text_stays BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION approved_text_stays()",
        f"DROP TRIGGER approved_text_stays ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_reviewers_away"),
        ("plans", "0006_merging_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CommentEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.TextField(verbose_name="what it said")),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="changed")),
            ],
            options={
                "verbose_name": "change of a comment",
                "verbose_name_plural": "changes of comments",
                "ordering": ("comment", "at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                ("text", models.CharField(max_length=200, verbose_name="criterion")),
                ("guidance", models.TextField(blank=True, verbose_name="what to look for")),
            ],
            options={
                "verbose_name": "criterion",
                "verbose_name_plural": "criteria",
                "ordering": ("cycle", "position"),
            },
        ),
        migrations.CreateModel(
            name="CriterionMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="what it says")),
                (
                    "mark",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("met", "met"),
                            ("partly", "partly met"),
                            ("not_yet", "not yet met"),
                        ],
                        max_length=8,
                        verbose_name="how far it is met",
                    ),
                ),
                ("word", models.TextField(blank=True, verbose_name="a word about it")),
            ],
            options={
                "verbose_name": "mark",
                "verbose_name_plural": "marks",
                "ordering": ("review", "criterion__position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.CharField(max_length=120, verbose_name="box")),
                ("text", models.TextField(verbose_name="text")),
                ("kept_at", models.DateTimeField(default=plans.clock.now, verbose_name="kept")),
            ],
            options={
                "verbose_name": "unfinished comment",
                "verbose_name_plural": "unfinished comments",
                "ordering": ("plan", "-kept_at"),
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
            ],
            options={
                "verbose_name": "look",
                "verbose_name_plural": "looks",
                "ordering": ("plan", "-at"),
            },
        ),
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "muted plan or thread",
                "verbose_name_plural": "muted plans and threads",
                "ordering": ("user", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("decisions", "Reviews and decisions on my lab's plans"),
                            ("talk", "Comments and replies"),
                            ("mentions", "Comments that name me"),
                            ("queue", "Plans that wait for my review"),
                            ("reminders", "Reminders and deadlines"),
                        ],
                        max_length=12,
                        verbose_name="topic",
                    ),
                ),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("at_once", "by e-mail, at once"),
                            ("daily", "by e-mail, once a day in the morning"),
                            ("never", "only here, without e-mail"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
            ],
            options={
                "verbose_name": "preference",
                "verbose_name_plural": "preferences",
                "ordering": ("user", "topic"),
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="words proposed")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("applied", "applied"),
                            ("declined", "declined"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="why it was declined")),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="comment",
            name="comment_says_something",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_kind_is_known",
        ),
        migrations.RemoveIndex(
            model_name="notification",
            name="notification_waiting",
        ),
        migrations.AddField(
            model_name="comment",
            name="deleted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="deleted"),
        ),
        migrations.AddField(
            model_name="comment",
            name="mentions",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="people named",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="review",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comments",
                to="plans.review",
                verbose_name="part of the review",
            ),
        ),
        migrations.AddField(
            model_name="cycle",
            name="review_by",
            field=models.DateTimeField(
                blank=True,
                help_text="Reviewers are reminded some days before, and again on that day.",
                null=True,
                verbose_name="reviews are due",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="plans.comment",
                verbose_name="comment",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="review",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="plans.review",
                verbose_name="review",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="by_mail",
            field=models.BooleanField(default=True, verbose_name="also by e-mail"),
        ),
        migrations.AddField(
            model_name="notification",
            name="is_mention",
            field=models.BooleanField(default=False, verbose_name="names this person"),
        ),
        migrations.AddField(
            model_name="notification",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="read"),
        ),
        migrations.AddField(
            model_name="plan",
            name="waited",
            field=models.DurationField(
                default=datetime.timedelta(0),
                editable=False,
                verbose_name="waited for reviewers before",
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="after",
            field=models.TextField(blank=True, verbose_name="words after the phrase"),
        ),
        migrations.AddField(
            model_name="thread",
            name="before",
            field=models.TextField(blank=True, verbose_name="words before the phrase"),
        ),
        migrations.AddField(
            model_name="thread",
            name="for_reviewers",
            field=models.BooleanField(
                default=False, verbose_name="a note that the lab does not see"
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="phrase",
            field=models.TextField(blank=True, verbose_name="phrase"),
        ),
        migrations.AddField(
            model_name="thread",
            name="review",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="threads",
                to="plans.review",
                verbose_name="part of the review",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("start", "began the plan"),
                    ("submit", "submitted the plan for review"),
                    ("recall", "took the plan back"),
                    ("request_changes", "requested changes"),
                    ("approve", "approved the plan"),
                    ("reopen", "reopened the plan"),
                    ("withdraw", "withdrew the plan"),
                    ("restore", "restored the plan as a draft"),
                    ("import", "brought the plan in from the archive"),
                    ("thread_opened", "opened a thread"),
                    ("replied", "replied in a thread"),
                    ("addressed", "marked a thread as addressed"),
                    ("resolved", "resolved a thread"),
                    ("reopened", "reopened a thread"),
                    ("extended", "extended the deadline"),
                    ("reviewed", "sent comments"),
                    ("suggestion_applied", "applied a suggestion"),
                    ("suggestion_declined", "declined a suggestion"),
                    ("claimed", "took on the review"),
                    ("handed_over", "handed the review over"),
                    ("nudged", "wrote to the lab"),
                    ("reminded", "reminded the reviewers"),
                    ("overdue", "reminded the reviewers that the review is overdue"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="review",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("by_mail", True), ("sent_at__isnull", True)),
                fields=["due_at"],
                name="notification_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["recipient", "-created_at"], name="notification_inbox"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deleted_at__isnull", False), ("text", "")),
                    models.Q(("deleted_at__isnull", True), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="comment_says_something",
                violation_error_message="Write something first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review_by__isnull", True),
                    ("review_by__gt", models.F("opens_at")),
                    _connector="OR",
                ),
                name="reviews_are_due_after_cycle_opens",
                violation_error_message="Reviews are due after the cycle opens.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "start",
                            "submit",
                            "recall",
                            "request_changes",
                            "approve",
                            "reopen",
                            "withdraw",
                            "restore",
                            "import",
                            "thread_opened",
                            "replied",
                            "addressed",
                            "resolved",
                            "reopened",
                            "extended",
                            "reviewed",
                            "suggestion_applied",
                            "suggestion_declined",
                            "claimed",
                            "handed_over",
                            "nudged",
                            "reminded",
                            "overdue",
                        ],
                    )
                ),
                name="event_kind_is_known",
                violation_error_message="The history knows no such thing.",
            ),
        ),
        migrations.AddField(
            model_name="commentedit",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="edits",
                to="plans.comment",
                verbose_name="comment",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="plans.cycle",
                verbose_name="cycle",
            ),
        ),
        migrations.AddField(
            model_name="criterionmark",
            name="criterion",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="marks",
                to="plans.criterion",
                verbose_name="criterion",
            ),
        ),
        migrations.AddField(
            model_name="criterionmark",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="marks",
                to="plans.review",
                verbose_name="review",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drafts",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="look",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="looks",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="look",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="thread",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="plans.thread",
                verbose_name="thread",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mutes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="preferences",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="thread",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="suggestion",
                to="plans.thread",
                verbose_name="thread",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("cycle", "position"),
                name="one_criterion_per_place",
                violation_error_message="Only one criterion can be at this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionmark",
            constraint=models.UniqueConstraint(
                fields=("review", "criterion"),
                name="one_mark_per_criterion",
                violation_error_message="This criterion is already marked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("mark__in", ("", "met", "partly", "not_yet"))),
                name="mark_is_known",
                violation_error_message="A criterion is met, partly met, or not yet met.",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("plan", "user", "at"),
                name="one_draft_per_box",
                violation_error_message="What is typed here is already kept.",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.UniqueConstraint(
                fields=("plan", "user"),
                name="one_look_per_person",
                violation_error_message="That this person read the plan is already noted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(
                fields=("user", "plan", "thread"),
                name="muted_once",
                nulls_distinct=False,
                violation_error_message="This is already muted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("plan__isnull", False), ("thread__isnull", False), _connector="XOR"
                ),
                name="mute_is_of_a_plan_or_a_thread",
                violation_error_message="Mute a plan or a thread.",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(
                fields=("user", "topic"),
                name="one_preference_per_topic",
                violation_error_message="There is already a choice for this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivery__in", ["at_once", "daily", "never"]),
                    ("topic__in", ["decisions", "talk", "mentions", "queue", "reminders"]),
                ),
                name="preference_is_known",
                violation_error_message="Choose one of the ways in the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("status", "waiting"),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("status__in", ("applied", "declined")),
                    ),
                    _connector="OR",
                ),
                name="suggestion_is_answered_by_somebody",
                violation_error_message="A suggestion waits, or somebody has answered it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="declined_suggestion_says_why",
                violation_error_message="Say why the suggestion is declined.",
            ),
        ),
        migrations.RunSQL(APPROVED_TEXT, "DROP FUNCTION approved_text_stays() CASCADE"),
        *map(approved_text, ROWS),
    ]
