"""The fork server is started early, and once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EARLY = """
import multiprocessing.forkserver as theirs
import sys
from pathlib import Path
from pipelines import forkserver

if __name__ == "__main__":
    print(sorted(name for name in sys.modules if name.partition(".")[0] in ("lxml", "trafilatura", "scrapy", "pebble")))
    forkserver.start(("pipelines.errors",))
    first = theirs._forkserver._forkserver_pid
    forkserver.start()
    print(first == theirs._forkserver._forkserver_pid, theirs._forkserver._preload_modules[:2])
"""


def test_starting_it_loads_nothing_here_and_happens_once(tmp_path):
    script = tmp_path / "early.py"
    script.write_text(EARLY)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == ["[]", "True ['pipelines.apart', 'pipelines.warm']"]
    assert done.stderr == ""


WARM = """
import pipelines.warm
from pipelines.dedupe import noise
from trafilatura import external
print(external.JT_STOPLIST is not None, noise._calendar.cache_info().currsize)
"""


def test_what_the_first_pages_of_a_process_load_is_there_before_them():
    done = subprocess.run(
        [sys.executable, "-c", WARM], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", "1"]


_LOST = """
import multiprocessing
from pipelines import forkserver

if __name__ == "__main__":
    forkserver.start()
    context = multiprocessing.get_context("forkserver")
    lock = context.Lock()
    lock._cleanup(lock._semlock.name)  # gone before the reader looks for it
    reader = context.Process(target=print, args=(lock,))
    reader.start()
    reader.join()
    print(reader.exitcode)
"""


def test_a_reader_that_cannot_begin_says_so_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "lost.py").write_text(_LOST)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "lost.py")], capture_output=True, text=True, timeout=60
    )
    said = [line for line in done.stderr.splitlines() if line.startswith("newsbot: ")]
    assert said == [
        "newsbot: a reader process could not begin (FileNotFoundError: [Errno 2] No such file or directory)."
    ]
    assert "__setstate__" not in done.stderr and done.stdout == "1\n"
