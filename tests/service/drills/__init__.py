"""What the drills are made of: the service, a database server of their own, callers who remember what was acknowledged.

A drill breaks something under load and then holds the record against what callers were told. Python's standard library only.
"""

import signal
import sys

# A drill that is stopped ends what it started.
for stop in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(stop, lambda *_: sys.exit(1))
