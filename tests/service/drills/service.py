"""The service: the program itself, on a record of its own."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from .wire import TOKENS, Gone, Wire

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PROGRAM = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release", "nhs111")

# A token of the client that callers are, for each record. It stands in the record, and outlives every node.
GIVEN = {}


class Service:
    def __init__(self, folder, database=None, under=(), environment=None):
        """On the database, or on a file in `folder`; `under` is a program that runs it, such as strace."""
        self.folder, self.under = folder, list(under)
        self.settings = {
            "NHS111_LISTEN": "127.0.0.1:0",
            "NHS111_DATABASE_URL": database or f"sqlite://{folder}/nhs111.db",
            "NHS111_MASTER_KEY": f"{folder}/master.key",
            "NHS111_LOG": "warn",
            # A load is no flood, and a long one is longer than a token lasts.
            "NHS111_CLIENT_STARTS_PER_MINUTE": "0",
            "NHS111_TOKEN_SECONDS": "86400",
        }
        self.environment = environment or {}
        # What the callers may do.
        self.scopes = ["triage"]
        self.client = None
        self.process = self.address = self.pid = None
        atexit.register(self.stop)

    def start(self, pathways="pathways"):
        """Until it is ready."""
        log = open(f"{self.folder}.log", "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [*self.under, PROGRAM, "serve", "--pathways", pathways],
            cwd=ROOT, env={**os.environ, **self.settings, **self.environment}, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
        )
        for line in self.process.stdout:
            if "http://" in line:
                host, port = line.split("http://", 1)[1].split("/", 1)[0].split(":")
                self.address = (host, int(port))
                break
        else:
            with open(f"{self.folder}.log", encoding="utf-8") as said:
                sys.exit(f"FAILED: the service does not start: {said.read()[-2000:]}")
        # What it says later must not fill the pipe.
        self.pid = self.process.pid if not self.under else child_of(self.process.pid)
        record = self.settings["NHS111_DATABASE_URL"]
        if record not in GIVEN:
            GIVEN[record] = self.token()
        TOKENS[self.address] = GIVEN[record]
        return self

    def token(self):
        """Of a client that is made for it, once."""
        if not self.client:
            scopes = [word for scope in self.scopes for word in ("--scope", scope)]
            added = self.runs("clients", "add", "drill", "--title", "Callers of the drills", *scopes, "--json")
            self.client = json.loads(added)
        form = urllib.parse.urlencode({"grant_type": "client_credentials", **self.client}).encode()
        host, port = self.address
        with urllib.request.urlopen(f"http://{host}:{port}/oauth/token", form, timeout=60) as reply:
            return json.load(reply)["access_token"]

    def token_ended(self):
        """As a restore does: at the next start the client asks for another one."""
        GIVEN.pop(self.settings["NHS111_DATABASE_URL"])

    def runs(self, *command):
        """What a command of the program says, on the same record."""
        environment = {**os.environ, **self.settings, **self.environment}
        done = subprocess.run([PROGRAM, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"FAILED: {' '.join(command)}: {done.stderr}")
        return done.stdout

    def kill(self):
        """Without warning, in the middle of whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
            self.process.wait()
            self.process.stdout.close()

    def is_running(self):
        return self.process.poll() is None

    def verify(self):
        """What `nhs111 verify-log` finds."""
        run = subprocess.run([PROGRAM, "verify-log", "--json"], cwd=ROOT, env={**os.environ, **self.settings}, capture_output=True, text=True, check=False)
        if run.returncode not in (0, 1):
            sys.exit(f"FAILED: verify-log: {run.stderr}")
        return json.loads(run.stdout)

    def is_ready(self):
        wire = Wire(self.address, 5.0)
        try:
            wire.send("GET", "/readyz")
        except Gone as broken:
            # The body of a ready service is no JSON.
            return "Expecting value" in str(broken)
        finally:
            wire.close()
        return False

    def wait_until_ready(self, seconds=60):
        until = time.monotonic() + seconds
        while not self.is_ready():
            if time.monotonic() > until:
                sys.exit(f"FAILED: the service was not ready again within {seconds} s")
            time.sleep(0.05)


def child_of(pid):
    """The program that a program such as strace runs."""
    for _ in range(200):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as children:
            if found := children.read().split():
                return int(found[0])
        time.sleep(0.01)
    sys.exit("FAILED: it runs nothing")
