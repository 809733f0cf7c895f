"""The house rules that a reader can rely on: who imports whom, who writes, what there is not."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "plans", "config")

# The ranks of the design: a module imports from its own rank or from one above it in this list.
RANKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("facts", ("states", "sections", "errors", "anchors", "document", "clock")),
    ("data", ("models", "migrations")),
    (
        "rules",
        (
            *("permissions", "limits", "readiness", "diff", "combining", "replay", "similarity"),
            *("fetching", "lookup", "acquaintance", "phrases", "duplicates", "mentions", "regions"),
            *("shelf", "places", "likeness"),
            *(
                "checklist",
                "turns",
                "sentences",
                "usage",
                "waiting",
                "pairing",
                "portfolio",
            ),
        ),
    ),
    ("records", ("history", "notifications", "term_history")),
    (
        "actions",
        (
            *("workflow", "scheduling", "pictures", "authoring", "reviewing", "taxonomies"),
            *("directory", "merging", "presence", "inbox", "reminding", "proposals", "splitting"),
            *("preparing", "parcels", "closing", "keys", "collecting"),
        ),
    ),
    (
        "edges",
        (
            "forms",
            "filters",
            "search",
            "importers",
            "exporters",
            "spreadsheets",
            "charts",
            "watching",
        ),
    ),
    ("web", ("api", "views", "urls", "admin", "templatetags", "management", "apps")),
)
ACTIONS = dict(RANKS)["actions"]
RANK = {word: rank for rank, (_name, words) in enumerate(RANKS) for word in words}

FORBIDDEN_NAMES = {"services", "service", "utils", "util", "common", "helpers", "helper", "misc"}
WRITING = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create",
           "update_or_create"}  # fmt: skip


def sources(*folders: str) -> list[Path]:
    """Every Python file of these folders, tables of migrations left out."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place(path: Path, node: ast.AST) -> str:
    """Where to look: file and line."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def imports(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """What a module imports when it runs, dotted; what only type checkers read is left out."""
    hidden = {
        id(inner)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree(path)):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path, node)} imports by dots"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def own_module(dotted: str) -> str | None:
    """The module of ours that an import names, if it names one."""
    parts = dotted.split(".")
    for length in (len(parts), len(parts) - 1):
        path = ROOT.joinpath(*parts[:length])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            return ".".join(parts[:length])
    return None


def rank(dotted: str) -> int:
    """The rank of a module of plans; below all of them for what is not of plans."""
    app, _dot, rest = dotted.partition(".")
    return RANK.get(rest.split(".")[0], -1) if app == "plans" else -1


def test_every_word_of_plans_has_a_rank() -> None:
    words = {
        path.stem
        for path in (ROOT / "plans").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }

    assert words - {"__init__"} == set(RANK)


def test_imports_point_down() -> None:
    upwards = [
        f"{place(path, node)} imports {dotted}"
        for path in sources("plans")
        for node, dotted in imports(path)
        if rank(dotted) > rank(name_of(path))
    ]

    assert upwards == []


def test_accounts_know_nothing_of_plans() -> None:
    wrong = [
        f"{place(path, node)} imports {dotted}"
        for path in sources("accounts")
        for node, dotted in imports(path)
        if dotted.split(".")[0] == "plans"
    ]

    assert wrong == []


def test_nothing_imports_the_tests_or_the_bench() -> None:
    wrong = [
        f"{place(path, node)} imports {dotted}"
        for path in sources(*APPS)
        for node, dotted in imports(path)
        if dotted.split(".")[0] in {"tests", "bench"}
    ]

    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        name_of(path): {
            module
            for _node, dotted in imports(path)
            if (module := own_module(dotted)) and module != name_of(path)
        }
        for path in sources(*APPS)
    }
    # A package that gathers its modules is imported by them only for its name.
    for name, needs in graph.items():
        needs -= {other for other in needs if name.startswith(f"{other}.")}

    graphlib.TopologicalSorter(graph).prepare()


def test_views_fetch_through_visible_plans() -> None:
    wrong = [
        place(path, node)
        for path in sources("plans/api", "plans/views", "plans/forms", "plans/templatetags")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "Plan.objects"
    ]

    assert wrong == []


def test_the_state_of_a_plan_is_assigned_on_one_line() -> None:
    lines = [
        place(path, node).partition(":")[0]
        for path in sources("plans")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]

    assert lines == ["plans/workflow.py"]


def test_the_state_of_a_plan_is_not_changed_in_bulk() -> None:
    wrong = [
        place(path, node)
        for path in sources("plans")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"update", "bulk_update", "update_or_create"}
        and {"state", "slot"} & {keyword.arg for keyword in node.keywords}
    ]

    assert wrong == []


def test_rules_answer_and_pages_ask_but_neither_writes() -> None:
    asking = ("facts", "rules", "web")
    wrong = [
        f"{place(path, node)} {ast.unparse(node.func)}"
        for path in sources("plans")
        if RANKS[rank(name_of(path))][0] in asking and "admin" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING
        and ast.unparse(node.func.value) not in ACTIONS
    ]

    assert wrong == []


def test_acts_are_atomic_and_say_who_did_them() -> None:
    wrong = [
        f"{place(path, node)} {node.name}"
        for word in ACTIONS
        for path in sources("plans")
        if name_of(path).split(".")[1:2] == [word]
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and "actor" in {argument.arg for argument in (*node.args.args, *node.args.posonlyargs)}
        and not node.name.startswith("_")
        and any(ast.unparse(mark) == "transaction.atomic" for mark in node.decorator_list)
    ]

    assert wrong == []


@pytest.mark.parametrize("word", sorted(FORBIDDEN_NAMES))
def test_no_module_is_called(word: str) -> None:
    assert [str(path) for path in sources(*APPS, "tests") if word in {path.stem, *path.parts}] == []


def test_no_signals_for_our_own_logic() -> None:
    wrong = [
        f"{place(path, node)} imports {dotted}"
        for path in sources(*APPS)
        for node, dotted in imports(path)
        if "signals" in dotted.split(".") or dotted.startswith("django.dispatch")
    ]

    assert wrong == []


def test_views_are_functions() -> None:
    wrong = [
        f"{place(path, node)} {node.name}"
        for path in sources("plans/views", "accounts/views")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any("View" in ast.unparse(base) for base in node.bases)
    ]

    assert wrong == []


def test_modules_are_a_few_screens_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*APPS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= 350
    }

    assert long == {}


def test_no_test_is_left_out_or_waits() -> None:
    asleep = {"skip", "skipif", "xfail", "importorskip", "sleep"}
    wrong = [
        f"{place(path, node)} {node.attr}"
        for path in sources("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in asleep
    ]

    assert wrong == []
