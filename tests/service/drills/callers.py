"""Callers who walk random cases, remember every reply that they were given, and hold the record against it afterwards.

A request is acknowledged once its reply says so. One without a reply, or that was refused because of the record, is pending: it may
be recorded or not, and is sent again under its key.
"""

import hashlib
import json
import random
import threading
import time
import uuid

from . import said
from .wire import Gone, Wire

COMPLAINTS = ["sore-throat", "chest-pain", "fever", "head-injury", "unwell"]


class Lost(Exception):
    """The record is not what callers were told."""


def digest(reply):
    return hashlib.sha256(json.dumps(reply, sort_keys=True).encode()).digest()


class Case:
    """A case as its caller knows it."""

    def __init__(self, start):
        self.start = start  # the request: (path, body, key)
        self.id = self.secret = self.state = None
        self.acknowledged = []  # (request, digest of its reply, seq after it)
        self.pending = None

    def send(self, wire, request):
        return wire.send(*self.sent(request))

    def sent(self, request):
        """The request as it goes over the wire, under its key."""
        path, body, key = request
        headers = [f"idempotency-key: {key}", f"x-request-id: {key}"]
        if self.secret:
            headers.append(f"authorization: Bearer {self.secret}")
        return "POST", path, body, headers

    def read(self, wire, part):
        status, reply = wire.send("GET", f"/api/v1/cases/{self.id}{part}", None, [f"authorization: Bearer {self.secret}"])
        if status != 200:
            raise Lost(f"case {self.id}{part}: {status} {reply}")
        return reply

    def take(self, request, reply):
        if "secret" in reply:
            self.id, self.secret, self.state = reply["state"]["case"], reply["secret"], reply["state"]
        else:
            self.state = reply
        self.acknowledged.append((request, digest(reply), self.state["seq"]))
        self.pending = None

    def next_request(self, dice):
        """What its caller says next, or None at the end."""
        item = said.answer(self.state["next"], dice)
        if item is None:
            return None
        path = f"/api/v1/cases/{self.id}/answers"
        return path, json.dumps({"answers": [item]}).encode(), str(uuid.UUID(int=dice.getrandbits(128)))

    def settle(self, wire):
        """Sends again, twice, what had no reply: it takes effect once, whether or not it was recorded before."""
        if self.pending is None:
            return
        request = self.pending
        replies = [self.send(wire, request) for _ in range(2)]
        if any(status not in (200, 201) for status, _ in replies) or replies[0] != replies[1]:
            raise Lost(f"case {self.id}: a request sent again was answered {replies}")
        self.take(request, replies[0][1])

    def stands(self, wire, dice):
        """Every acknowledged answer is in the record, and a resend of one has no second effect."""
        if not self.acknowledged:
            return
        last = self.acknowledged[-1][2]
        record = self.read(wire, "")
        now = record["state"]["seq"]
        if now < last or (self.pending is None and record["state"] != self.state):
            raise Lost(f"case {self.id}: {last} events were acknowledged, and it stands at {now}")
        told = {told["question"] for told in record["answers"] if told["seq"] <= last}
        for request, _, _ in self.acknowledged[1:]:
            for item in json.loads(request[1])["answers"]:
                names = item["ticked"] if "ticked" in item else [item["question"]]
                if missing := [name for name in names if name not in told]:
                    raise Lost(f"case {self.id}: the answer to {missing} is lost")
        request, reply, _ = dice.choice(self.acknowledged)
        status, again = self.send(wire, request)
        if status not in (200, 201) or digest(again) != reply:
            raise Lost(f"case {self.id}: an acknowledged request sent again was answered {status} {again}")
        after = self.read(wire, "/next")["seq"]
        if after != now:
            raise Lost(f"case {self.id}: a resend had a second effect: {now} events became {after}")


class Callers:
    """So many at once, each on the next of `addresses` with every request, until they are stopped or the service is gone."""

    def __init__(self, addresses, number, seed, stays=False):
        """`stays`: what was refused or had no reply is sent again until it is acknowledged."""
        self.addresses, self.stays = addresses, stays
        self.cases, self.refused, self.failure = [], {}, None
        self.lock, self.stopped = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(random.Random(f"{seed} {caller}"),), daemon=True) for caller in range(number)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Ends the calling and gives the cases."""
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        if self.failure:
            raise self.failure
        return self.cases

    def is_over(self):
        return self.stopped.is_set()

    def run(self, dice):
        wires = [Wire(address) for address in self.addresses]
        try:
            while not self.is_over() and self.call(wires, dice):
                pass
        except Exception as failure:  # noqa: BLE001: told to whoever stops the calling
            self.failure = failure
        for wire in wires:
            wire.close()

    def call(self, wires, dice):
        """One case from its start to its end; False if the service is gone."""
        start = {
            "complaints": [dice.choice(COMPLAINTS)],
            "mark": "test",
            "patient": {"party": dice.choice(["first", "third"]), "age": f"{dice.choice([8, 20, 40, 58, 81])} years", "sex": dice.choice(["female", "male"])},
        }
        case = Case(("/api/v1/cases", json.dumps(start).encode(), str(uuid.UUID(int=dice.getrandbits(128)))))
        with self.lock:
            self.cases.append(case)
        request, turn = case.start, dice.randrange(len(wires))
        while request is not None:
            if self.is_over():
                return False
            turn += 1
            if not self.ask(case, request, wires[turn % len(wires)], wires, dice):
                return False
            request = case.next_request(dice)
        return True

    def ask(self, case, request, wire, _wires, _dice):
        """Until it is acknowledged; False if the service is gone, or the calling was stopped."""
        case.pending = request
        while True:
            try:
                status, reply = case.send(wire, request)
            except Gone:
                if not self.stays or self.is_over():
                    return False
                self.count("no reply")
                time.sleep(0.05)
                continue
            if status in (200, 201):
                case.take(request, reply)
                return True
            if status < 500:
                raise Lost(f"{request[1]!r} was answered {status} {reply}")
            self.count(f"{status} {reply['code']}")
            if reply["code"] == "not_recorded" and "unrecorded_result" not in reply and (case.state or {}).get("result"):
                raise Lost(f"a refusal does not say where it would have led: {reply}")
            if not self.stays or self.is_over():
                return False
            time.sleep(0.05)

    def count(self, what):
        with self.lock:
            self.refused[what] = self.refused.get(what, 0) + 1


def acknowledged(cases):
    """How many answers were acknowledged."""
    return sum(max(0, len(case.acknowledged) - 1) for case in cases)


def check(address, cases, service, earlier=(), seed=0, settles=True):
    """Settles what is pending, reads every one of `cases`, and verifies the whole record, in which `earlier` ones count too.

    The number of requests that were sent again because nobody had been told what became of them. Where they are not to be settled, the
    record may hold their events or not, and is only as whole as that.
    """
    wire, dice = Wire(address), random.Random(seed)
    pending = [case for case in cases if case.pending is not None]
    for case in cases:
        if settles:
            case.settle(wire)
        case.stands(wire, dice)
    wire.close()
    everyone = [case for case in [*earlier, *cases] if case.state]
    found = service.verify()
    # Not one event more or less than was acknowledged.
    expected = {"cases": len(everyone), "events": sum(case.state["seq"] for case in everyone), "broken": []}
    found = {what: found[what] for what in expected}
    if not settles and found["broken"] == [] and found["cases"] >= expected["cases"] and found["events"] >= expected["events"]:
        return 0
    if found != expected:
        raise Lost(f"verify-log found {found}, and callers know {expected}")
    return len(pending)
