"""Builds the documentation's site from the same Markdown that is read in the repository: `make site`.

1. Every page and every file that a page links to is copied into one folder, in the repository's own layout, so that
   relative links mean the same in both.
2. The navigation follows the lists in the sections' README files; a page that no list names is an error.
3. Zensical makes the HTML, and fails on a link or an anchor that leads nowhere.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = {"Tutorial": "tutorial", "How-to": "how-to", "Reference": "reference", "Explanation": "explanation"}
PROJECT_PAGES = {"Changelog": "CHANGELOG.md", "Contributing": "CONTRIBUTING.md", "Security": "SECURITY.md"}
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


class PageUnlisted(Exception):
    """A page that its section's list does not name: no reader would find it."""


def pages(root: Path) -> list[Path]:
    """Every page of the site."""
    return sorted(
        [
            *root.glob("*.md"),
            *(root / "docs").rglob("*.md"),
            *(root / "extracted").glob("*/*.md"),
            *(root / "monolith").glob("*.md"),
        ]
    )


def links(page: Path) -> list[tuple[str, str]]:
    """The text and the target of each link to a file of the repository, code blocks left out, anchors cut off."""
    found = LINK.findall(FENCE.sub("", page.read_text()))
    relative = [(text.replace("`", ""), aim.partition("#")[0]) for text, aim in found if not re.match("[a-z]+:", aim)]
    return [(text, aim) for text, aim in relative if aim]


def navigation(root: Path) -> list[dict[str, object]]:
    """The sections with their pages, in the order of the lists.

    Raises: PageUnlisted.
    """
    tree: list[dict[str, object]] = [{"Start": "README.md"}]
    for title, name in SECTIONS.items():
        folder = root / "docs" / name
        listed = {aim: text for text, aim in links(folder / "README.md") if re.fullmatch(r"[\w-]+\.md", aim)}
        missing = {page.name for page in folder.glob("*.md")} - {"README.md", *listed}
        if missing:
            raise PageUnlisted(
                f"docs/{name}/README.md does not list {', '.join(sorted(missing))}; add a line for each."
            )
        entries: list[object] = [f"docs/{name}/README.md"]
        entries += [{text: f"docs/{name}/{aim}"} for aim, text in listed.items()]
        tree.append({title: entries})
    tree.append({"Project": [{title: page} for title, page in PROJECT_PAGES.items()]})
    return tree


def copy_sources(root: Path, target: Path) -> None:
    """Every page, and every file of the repository that a page links to, in the same layout."""
    for page in pages(root):
        linked = ((page.parent / aim).resolve() for _, aim in links(page))
        for file in [page, *(file for file in linked if file.is_file() and file.is_relative_to(root))]:
            copy = target / file.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def build(root: Path, target: Path) -> None:
    """Writes the site to `target`/site.

    Raises: PageUnlisted; subprocess.CalledProcessError when Zensical finds a mistake, which it has told by then.
    """
    shutil.rmtree(target, ignore_errors=True)
    copy_sources(root, target / "pages")
    # Every JSON array of arrays, objects with one key and texts is TOML too, once `:` is `=`.
    nav = re.sub(r'("(?:[^"\\]|\\.)*"): ', r"\1 = ", json.dumps(navigation(root), ensure_ascii=False))
    text = (root / "docs" / "site" / "zensical.toml").read_text()
    (target / "zensical.toml").write_text(text.replace("[project]\n", f"[project]\nnav = {nav}\n", 1))
    zensical = Path(sys.executable).with_name("zensical")
    subprocess.run([zensical, "build", "--strict", "--clean"], cwd=target, check=True)


if __name__ == "__main__":
    build(ROOT, ROOT / "build" / "docs")
