"""The fork server is started early, and once."""

from __future__ import annotations

import subprocess
import sys

EARLY = """
import multiprocessing.forkserver as theirs
import sys
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
