"""What was known of the record at a moment, and the commands that an operator gives."""

import os
import subprocess
import sys

from . import service as services
from .callers import Case, Lost
from .wire import Wire


def nhs111(service, *arguments):
    """Runs the program on the record of a service, and gives what it said."""
    environment = {**os.environ, **service.settings}
    run = subprocess.run([services.PROGRAM, *arguments], cwd=services.ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"FAILED: nhs111 {' '.join(arguments)}: {run.stdout}{run.stderr}")
    return run.stdout.strip()


def now_known(cases):
    """The cases with what was acknowledged of each until now; each may go on."""
    known = []
    for case in list(cases):
        acknowledged = list(case.acknowledged)
        if acknowledged:
            copy = Case(case.start)
            copy.id, copy.secret, copy.acknowledged = case.id, case.secret, acknowledged
            # More may be recorded than was known.
            copy.pending = acknowledged[-1][0]
            known.append(copy)
    return known


def read_all(service, known, dice):
    """Every case is read, with every answer that was acknowledged; a resend has no second effect."""
    wire = Wire(service.address)
    for case in known:
        case.stands(wire, dice)
    wire.close()
    if not known:
        raise Lost("nothing was acknowledged")
