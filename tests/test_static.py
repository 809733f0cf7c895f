"""Files that browsers keep: named by what is in them, also where one names another."""

from __future__ import annotations

from pathlib import Path

from django.core.files.storage import FileSystemStorage

from config.static import HashedStorage


def collected(folder: Path, kind: str = "js", **files: str) -> dict[str, str]:
    """What a site serves of these files: the text of each under the name of its address."""
    source = FileSystemStorage(location=folder / "source")
    (folder / f"source/{kind}").mkdir(parents=True)
    (folder / f"served/{kind}").mkdir(parents=True)
    paths = {}
    for name, text in files.items():
        path = f"{kind}/{name}.{kind}"
        for place in ("source", "served"):
            (folder / place / path).write_text(text, encoding="utf-8")
        paths[path] = (source, path)
    storage = HashedStorage(location=folder / "served", base_url="/static/")
    named = {name: hashed for name, hashed, _done in storage.post_process(paths)}
    return {
        Path(hashed).name: (folder / "served" / hashed).read_text(encoding="utf-8")
        for hashed in named.values()
    }


def test_a_script_imports_another_by_the_name_that_browsers_keep(tmp_path: Path) -> None:
    served = collected(
        tmp_path,
        line='export const line = "—";\n',
        page='import { line } from "./line.js";\ndocument.title = line;\n',
    )

    names = sorted(served)
    assert [name.partition(".")[0] for name in names] == ["line", "page"]
    assert served[names[1]] == (f'import {{ line }} from "./{names[0]}";\ndocument.title = line;\n')


def test_a_script_has_another_name_once_what_it_imports_has_changed(tmp_path: Path) -> None:
    page = 'import { line } from "./line.js";\n'
    before = sorted(collected(tmp_path / "before", line="export const line = 1;\n", page=page))
    after = sorted(collected(tmp_path / "after", line="export const line = 2;\n", page=page))

    assert set(before) & set(after) == set()


def test_what_is_written_for_those_who_read_the_source_is_not_sent(tmp_path: Path) -> None:
    script = collected(
        tmp_path / "js",
        page='// Says where.\nconst at = "https://one.org/"; // ours\n  // And:\nsay(at);\n',
    )
    sheet = collected(
        tmp_path / "css", "css", page="/* Two\n   lines */\na {\n  color: red; /* loud */\n}\n"
    )

    assert [*script.values(), *sheet.values()] == [
        '\nconst at = "https://one.org/"; // ours\n\nsay(at);\n',
        "\n\na {\n  color: red; \n}\n",
    ]
