"""A PostgreSQL server of the drill's own, which may be killed."""

import atexit
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time


def programs():
    found = shutil.which("initdb")
    folders = [os.path.dirname(found)] if found else []
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not folders:
        sys.exit("no PostgreSQL server here; scripts/setup test installs one")
    return folders[-1]


class Server:
    def __init__(self, folder, settings=(), initdb=(), environment=None, under=()):
        """Its files go below `folder`, which may be a mounted one."""
        self.folder, self.data, self.programs = folder, os.path.join(folder, "data"), programs()
        self.environment, self.under = environment or {}, list(under)
        os.makedirs(folder, exist_ok=True)
        # PostgreSQL does not run as root.
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        password = secrets.token_hex(16)
        with open(f"{folder}/password", "w", encoding="utf-8") as file:
            file.write(password)
        self.own(f"{folder}/password")
        self.run([f"{self.programs}/initdb", "-D", self.data, "-U", "postgres", f"--pwfile={folder}/password", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "-N", *initdb])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        lines = [f"port = {self.port}", "listen_addresses = '127.0.0.1'", f"unix_socket_directories = '{folder}'", "fsync = on", "synchronous_commit = on", *settings]
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        self.server = f"postgres://postgres:{password}@127.0.0.1:{self.port}"
        self.url, self.process = f"{self.server}/nhs111", None
        atexit.register(self.stop)

    def own(self, path):
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def popen(self, command, **options):
        user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.Popen(command, cwd=self.folder, **user, **options)

    def run(self, command):
        process = self.popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, _ = process.communicate()
        if process.returncode:
            sys.exit(f"FAILED: {command[0]}: {said}")

    def start(self):
        """Until it takes sessions."""
        log = open(f"{self.folder}.log", "a", encoding="utf-8")
        self.process = self.popen([*self.under, f"{self.programs}/postgres", "-D", self.data], stdout=log, stderr=log, env={**os.environ, **self.environment}, start_new_session=True)
        for _ in range(1200):
            ready = subprocess.run([f"{self.programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False)
            if ready.returncode == 0:
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        with open(f"{self.folder}.log", encoding="utf-8") as said:
            sys.exit(f"FAILED: the database server does not start: {said.read()[-2000:]}")

    def sql(self, text, database="postgres"):
        return subprocess.run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", f"{self.server}/{database}", "-c", text], capture_output=True, text=True, check=True).stdout.strip()

    def kill(self):
        """Every process of it, the one that would start the others again first."""
        everyone = family(self.process.pid)
        for pid in everyone:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        # Its memory is free once all have ended.
        while any(is_alive(pid) for pid in everyone):
            time.sleep(0.01)

    def stop(self):
        if self.process and self.process.poll() is None:
            pid = self.process.pid if not self.under else family(self.process.pid)[1]
            os.kill(pid, signal.SIGQUIT)
            self.process.wait()


def family(pid):
    """A process and all that it started, itself first."""
    everyone = [pid]
    for one in everyone:
        try:
            with open(f"/proc/{one}/task/{one}/children", encoding="utf-8") as children:
                everyone += [int(child) for child in children.read().split()]
        except FileNotFoundError:
            pass
    return everyone


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
