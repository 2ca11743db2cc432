"""Imported by the forkserver before all else: takes it, and every reader that it forks, out of the crawl's process group.

A signal to the group (Ctrl-C, `timeout`, a terminal that closes) is the crawl's business: it lets pages that are being
read come to their end. A forkserver that dies of it would leave a crawl without readers.
"""

import os
import sys

if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv):
    os.setpgid(0, 0)
