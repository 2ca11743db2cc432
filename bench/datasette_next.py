"""`make datasette-next`: the reading room on the newest Datasette, alphas too, in an environment that is thrown away.

It is no test: it needs a package registry, and it may fail while Datasette 1.0 is being made. It says page by page what
works, so that the work that is ahead is known. Exit code 0: all pages came; 1: some did not; 2: it could not be tried.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import sysconfig
import tempfile
import traceback
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (
    "/", "/{name}/articles", "/{name}/articles?_search=bridge", "/{name}/articles?_view=table", "/{name}/articles.json",
    "/{name}", "/changes", "/sources", "/feeds/articles.atom", "/export/articles.csv", "/-/databases",
)  # fmt: skip


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
    from newsbot.clock import utc_now
    from newsbot.publish import build
    from pipelines import dedupe
    from pipelines.store import Archive

    Archive.open(path, judgement=dedupe, now=utc_now).close()
    room = build(path)
    await room.invoke_startup()
    failed = 0
    for page in PAGES:
        answer = await room.client.get(page.format(name=path.stem))
        wanted = 404 if page.startswith("/-/") else 200
        failed += answer.status_code != wanted
        print(f"{'ok    ' if answer.status_code == wanted else 'FAILED'} {answer.status_code} {page}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(inside() if sys.argv[1:] == ["inside"] else outside())
