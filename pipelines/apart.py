"""Imported by the forkserver before all else: takes it, and every reader that it forks, out of the crawl's process group.

A signal to the group (Ctrl-C, `timeout`, a terminal that closes) is the crawl's business: it lets pages that are being
read come to their end. A forkserver that dies of it would leave a crawl without readers.
"""

import os
import sys
from types import TracebackType


def _say(kind: type[BaseException], fault: BaseException, _: TracebackType | None) -> None:
    """One line where a reader could not begin, which the forkserver would print as a traceback.

    The pool starts another one, or is being closed: seen once in a thousand pools that were closed as soon as they
    were opened, whose semaphores the last reader then did not find any more.
    """
    sys.stderr.write(f"newsbot: a reader process could not begin ({kind.__name__}: {fault}).\n")


if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv):
    os.setpgid(0, 0)
    sys.excepthook = _say
