"""`make datasette-next`: the reading room on the newest Datasette, alphas too, in an environment that is thrown away.

It is no test: it needs a package registry, and it may fail while Datasette 1.0 is being made. It says page by page what
works, so that the work that is ahead is known. Exit code 0: all pages came; 1: some did not; 2: it could not be tried.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import traceback
import venv
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES: tuple[tuple[str, int, str], ...] = (
    ("/", 200, "News archive"),
    ("/{name}/articles", 200, "/a/"),
    ("/{name}/articles?source={source}&published_year=2025", 200, "/a/"),
    ("/{name}/articles?_search={word}", 200, "/a/"),
    ("/a/{article}", 200, "Cite"),
    ("/changes", 200, ""),
    ("/sources", 200, "{source}"),
    ("/sources/{source}", 200, ""),
    ("/map", 200, ""),
    ("/attention?q={word}", 200, ""),
    ("/dictionary", 200, "published_sort"),
    ("/feeds/articles.atom", 200, "<entry"),
    ("/export/articles.csv", 200, "{article}"),
    ("/{name}", 200, "articles"),
    ("/{name}/articles?_view=table", 200, "{article}"),  # from here on Datasette's own pages
    ("/{name}/articles.json?_size=max", 200, "{article}"),
    ("/{name}/articles.json?_agency=Reuters", 200, "public_id"),
    ("/{name}/article_tags?_facet=tag", 200, "article_tags"),
    ("/{name}/articles_fts_data", 403, ""),
    ("/-/databases", 404, ""),
    ("/-/actions", 404, ""),
)
"""Addresses, the status of each, and what its page holds."""

WITHHELD, SCRIPT = "A lede that is withheld", "<script>alert(1)</script>"
"""What stands in the archive and on no page; the second in no page of HTML."""


def outside() -> int:
    """Makes the environment: the newest Datasette in front of everything that is installed here already."""
    with tempfile.TemporaryDirectory(prefix="datasette-next-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        pip = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--pre",
            "datasette>=1.0a0",
        ]
        done = subprocess.run(pip, check=False, capture_output=True, text=True, timeout=600)  # noqa: S603
        if done.returncode:
            print(f"Datasette could not be installed, so nothing was tried: {done.stderr.strip()[-300:]}")
            return 2
        found = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        packages = subprocess.run(found, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        behind = f"{sysconfig.get_path('purelib')}\n{ROOT}\n"
        Path(packages, "behind.pth").write_text(behind, encoding="utf-8")
        return subprocess.run([python, __file__, "inside"], check=False, cwd=folder).returncode  # noqa: S603


def inside() -> int:
    """Publishes a small archive and asks for its pages."""
    import datasette

    print(f"Datasette {datasette.__version__}")
    try:
        return asyncio.run(ask(Path("archive.db")))
    except Exception:  # noqa: BLE001  (whatever an alpha does is the answer)
        print(f"The reading room does not start: {traceback.format_exc().strip().splitlines()[-1]}")
        return 1


async def ask(path: Path) -> int:
    """One line a page; 1 where one failed."""
    from newsbot.publish import build

    names = _archive(path)
    room = build(path)
    await room.invoke_startup()
    failed = 0
    for page, status, content in PAGES:
        answer = await room.client.get(page.format(**names))
        right = answer.status_code == status and content.format(**names) in answer.text
        html = answer.headers.get("content-type", "").startswith("text/html")
        right = right and WITHHELD not in answer.text and not (html and SCRIPT in answer.text)
        failed += not right
        print(f"{'ok    ' if right else 'FAILED'} {answer.status_code} {page}")
    return 1 if failed else 0


def _archive(path: Path) -> dict[str, str]:
    """Some made-up articles, the newest hostile, one withheld; what addresses are made of."""
    from bench.archive import build
    from bench.stories import Press
    from bench.vocabulary import vocabulary

    press = Press(1, 300)
    build(path, press)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE articles SET state = 'withheld', lede = 'Withheld headline' WHERE id = 299"
        )
        connection.execute("UPDATE articles SET lede = '<script>alert(1)</script>' WHERE id = 300")
        (article,) = connection.execute("SELECT public_id FROM articles WHERE id = 300").fetchone()
    word = vocabulary(press.outlets[0].language, 2000).words[5]
    return {"name": path.stem, "source": press.outlets[0].id, "article": article, "word": word}


if __name__ == "__main__":
    sys.exit(inside() if sys.argv[1:] == ["inside"] else outside())
