"""What programs asked of the system and when it was done, as strace writes it down (`-f -y -ttt -T -s …`)."""

import re
import shutil
import sys

CALLS = "fsync,fdatasync,pwrite64,sendto,recvfrom,write,writev,read,pwritev"
WHOLE = re.compile(r"^(\d+) +(\d+\.\d+) (\w+)\((.*)\) += (-?\d+)[^<]*<(\d+\.\d+)>$", re.DOTALL)
BEGUN = re.compile(r"^(\d+) +(\d+\.\d+) (\w+)\((.*) <unfinished \.\.\.>$", re.DOTALL)
RESUMED = re.compile(r"^(\d+) +(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)\) += (-?\d+)", re.DOTALL)
# An event is stored as its JSON text, which names its case and place; strace writes a backslash before a quotation mark.
EVENT = re.compile(r'\{\\"schema\\":\d+,\\"case\\":\\"([0-9a-f-]{36})\\",\\"seq\\":(\d+),')
REPLY = re.compile(r"x-request-id: ([0-9a-f-]{36})")


def command(output, size=20000):
    if not shutil.which("strace"):
        sys.exit("no strace here; scripts/setup test installs it")
    return ["strace", "-f", "-y", "-ttt", "-T", "-s", str(size), "-e", f"trace={CALLS}", "-e", "signal=none", "-o", output]


class Call:
    """One that ended well, from its beginning to its end."""

    __slots__ = ("begun", "ended", "name", "on", "said")

    def __init__(self, begun, ended, name, arguments):
        self.begun, self.ended, self.name, self.said = begun, ended, name, arguments
        self.on = arguments.split(",", 1)[0]  # the descriptor with what it is, such as 10</data/nhs111.db-wal>


def calls(output):
    """Every call, in the order in which they ended."""
    found, begun = [], {}
    with open(output, encoding="latin-1") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if match := WHOLE.match(line):
                _, at, name, arguments, result, took = match.groups()
                if int(result) >= 0:
                    found.append(Call(float(at), float(at) + float(took), name, arguments))
            elif match := BEGUN.match(line):
                begun[match[1], match[3]] = (float(match[2]), match[4])
            elif (match := RESUMED.match(line)) and (was := begun.pop((match[1], match[3]), None)) and int(match[5]) >= 0:
                found.append(Call(was[0], float(match[2]), match[3], was[1] + match[4]))
    return sorted(found, key=lambda call: call.ended)


def first_of(all_calls, pattern, is_one):
    """By what the pattern finds in it, the first call that has it."""
    first = {}
    for call in all_calls:
        if is_one(call):
            for found in pattern.findall(call.said):
                first.setdefault(found, call)
    return first


def is_sync(call):
    return call.name in ("fsync", "fdatasync")


def is_reply(call):
    return call.name in ("write", "writev", "sendto") and "HTTP/1.1 2" in call.said
