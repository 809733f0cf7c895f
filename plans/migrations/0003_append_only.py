"""Events and versions are written once: the database itself refuses to change or delete them."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are written once and never changed.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
"""


def guard(table: str) -> migrations.RunSQL:
    """A trigger on ``table`` that refuses updates and deletions."""
    return migrations.RunSQL(
        f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER written_once ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_plans")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_change()"),
        guard("plans_event"),
        guard("plans_version"),
    ]
