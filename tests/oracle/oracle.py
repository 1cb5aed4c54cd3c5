#!/usr/bin/env python3
"""An independent brute-force interpreter of the pathway language (shared/language.md).

It reads the raw YAML and shares no code with the engine. Nothing is cached and nothing is clever: sections 4 and 5 of
language.md are written down as they stand. The protocol is in README.md; the readings taken where the contract is
silent or ambiguous are the list READINGS below (the more urgent one, or the more literal one where urgency says nothing).
"""
import functools
import itertools
import json
import math
import re
import sys
from collections import namedtuple
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import yaml

READINGS = [
    # --- ages, times, numbers
    "R1 A month of age is complete on the day whose number is at least that of the day of birth: born on the 31st is a month "
    "old on the 1st after a shorter month (born 29 February: a year older on 1 March), so a child counts as younger for longer.",
    "R2 The date of the contact is the date written in `now` (UTC when it ends in Z).",
    "R3 The age of a date of birth is exact to the day. Comparisons of which a month or year of age is too coarse to tell (`<=`, `>`, "
    "`==`, `..=` of `years` and `months`) are the reader's to refuse.",
    "R4 A told age is held against a limit in its own unit (a year is 12 months, a week 7 days) as it was told, whatever the date of the "
    "contact; against one in the other unit, n months may be any number of days within four of n times 146097/4800, rounded down, and a "
    "month at least 28. `not told` is every age of up to 130 years.",
    "R5 hours_since and hours_until are whole minutes, rounded down; an answer beyond the bounds is read as the bound, then "
    "below 0 as 0. Of a not-sure ago or due answer every whole minute within the bounds is possible.",
    "R6 per_kg with a not-sure operand is every whole number between its least and greatest quotient; a weight below one step "
    "is read as one step.",
    "R7 A not-sure pick from a table is any non-empty set of rows, `else` included. A picked row the table does not have reads as `else`.",
    # --- values
    "R8 Only what was said implies by `means` (not an `otherwise`), whether or not the source applies. Two sources that imply "
    "differently, and a said value beside an implied not sure, read as not sure ('said and implied differently').",
    "R9 A spoken not sure implies not sure by `means` even where `not_sure: option` is declared.",
    "R10 An implied value, unlike an unanswered one, is known: the question is neither needed nor asked by a keep.",
    "R11 unsure(q) is true for a spoken not sure with a declared stand-in, for a conflict of said and implied, and for an "
    "unknown system fact even where `if_unknown` reads another question in its place.",
    "R12 `if_unknown: ask q`: where the fact is unknown, q's value is read in its place and the leaf is q; if no ask of the case "
    "names q, an ask of q stands at the end of the first flow, open while the fact is unknown.",
    "R13 none_fit joins for any fact of the case that is none fit, `pathway/q` ones included; sex other than female, male is not sure.",
    # --- lines
    "R14 A `for` or `elsewhere` around an elsewhere does not count in the removal of the inner pathway's base "
    "(`p's rules && g` is compositional), as the contract says for settle.",
    "R15 gives_way: `Never a goal` is said of the exception x: its leaves are never needed and undetermined x reads as not "
    "holding; the line that became `instead` is an ordinary rule, and a goal while its own guard is undetermined. Several "
    "exceptions: every `instead` whose x must hold. An `also` that gives way becomes a reach of `instead`. The catalogue's gives_way "
    "covers every line with that disposition (reach, settle, otherwise, of a risk); not what none fit and an early exit add, which "
    "are no lines.",
    "R16 advise: the whole guard, with `for`, `when`, `include` and `elsewhere` around it, must hold. The case's result is cur "
    "while anything is asked and the raised result at keeps and at the end. An item advised in the first flow shows only with `up_to`.",
    "R17 The risk lines of the target of an elsewhere join under its guard. An item absent from `risks` takes its usual line.",
    "R18 Counts and sums are intervals: in `could`, `>=` compares the highest sum and `<=` the lowest; `==` and ranges need both. "
    "highest(s) >= k is 'some part >= k', so a part that can never reach k is decided; a part whose guard is false is 0.",
    "R19 A part of a score that is undetermined but adds the same either way is decided.",
    # --- order
    "R20 Members of a family stand in order of pathway id. The `danger` of an include or elsewhere in a `flow` stands after the "
    "pathway's own, in order of the statements; of an include in a `danger` or the first flow, just before the include's flow.",
    "R21 A group is reached by a member that a rule above cur needs; it then shows every member that applies, is unanswered and "
    "needed by any goal (also-lines included). Checklists likewise.",
    "R22 A checklist named in a group of several is a screen of its own, in its turn.",
    "R23 A checklist answered not sure ({checklist: {not_sure: true}}): its members are asked one by one, in order.",
    "R24 Guides: guides of interrupts stand first; a guide already true comes before asks for undetermined guides. Keeps alike: "
    "true keeps first, then asks for the guards and only_if of undetermined ones.",
    "R25 An undetermined guide of interrupts makes its leaves needed on the same condition as the interrupts' lines are goals.",
    "R26 Defects and raised undetermined lines (rules and also-lines) are computed at the end; `hands_over` is judged of that raised result.",
    "R27 An undetermined also-line is a goal even if the same need is already held by another line.",
    "R28 A guide's exit with `asks_again` is an event: the caller of the oracle takes the fact away; the facts are read as they stand.",
    "R29 An undetermined `certain` also-line is a goal (as every also-line) and breaks definedness; at the end it neither counts nor is logged.",
]


class Bad(Exception):
    """The library or the request cannot be read."""


# ---------------------------------------------------------------- YAML: every scalar is text, duplicate keys are errors
class Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
    pass


def _mapping(loader, node, deep=False):
    seen = {}
    for k, v in node.value:
        key = loader.construct_object(k, deep=True)
        if key in seen:
            raise Bad(f"duplicate key {key}")
        seen[key] = loader.construct_object(v, deep=True)
    return seen


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_yaml(text):
    return yaml.load(text, Loader) or {}


def as_list(x):
    return x if isinstance(x, list) else [] if x is None or x == "" else [x]


# ---------------------------------------------------------------- Kleene: True, False, None (undetermined)
def k_not(a):
    return None if a is None else not a


def k_and(xs):
    xs = list(xs)
    return False if False in xs else None if None in xs else True


def k_or(xs):
    xs = list(xs)
    return True if True in xs else None if None in xs else False


# ---------------------------------------------------------------- rules: nodes are tuples
# ("const", b) ("not", n) ("and", [n]) ("or", [n]) ("certainly", n) ("ctx", pathway, n) ("let", name)
# ("fact", q, view, op, rhs)   view: value, since, until, any, all     ("unsure", q)
# ("perkg", amount, weight, op, rhs)     ("sum", parts, op, k) ("top", parts, op, k)
#   parts: the name of a score, or a list of ("points", n, node) and ("bands", q, [(n, node)])
#   op of a fact: == != < <= > >= in range rows   (range: (low or None, high or None, inclusive))
TRUE, FALSE = ("const", True), ("const", False)
TOKEN = re.compile(r"\s*(\.\.=|\.\.|\|\||&&|==|!=|<=|>=|[<>!()\[\],]|-?\d+(?:\.\d+)?|[A-Za-z_][A-Za-z_0-9]*)")
FLIP = {"could": "must", "must": "could"}


def conj(*nodes):
    return ("and", [n for n in nodes if n != TRUE]) if any(n != TRUE for n in nodes) else TRUE


class Parser:
    def __init__(self, lib, text, columns=None):
        self.lib, self.text, self.columns, self.i, self.toks = lib, text, columns, 0, []
        if not isinstance(text, str) or not text.strip():
            raise Bad(f"empty rule {text!r}")
        pos, end = 0, len(text.rstrip())
        while pos < end:
            m = TOKEN.match(text, pos)
            if not m:
                raise Bad(f"cannot read rule {text!r} at {pos}")
            self.toks.append(m.group(1))
            pos = m.end()

    def peek(self, n=0):
        return self.toks[self.i + n] if self.i + n < len(self.toks) else ""

    def take(self, want=None):
        t = self.peek()
        if not t or (want and t != want):
            raise Bad(f"rule {self.text!r}: expected {want or 'more'}, found {t or 'the end'}")
        self.i += 1
        return t

    def whole(self):
        n = self.either()
        if self.peek():
            raise Bad(f"rule {self.text!r}: {self.peek()!r} is left over")
        return n

    def either(self):
        parts, ops = [self.negation()], set()
        while self.peek() in ("||", "&&"):
            ops.add(self.take())
            parts.append(self.negation())
        if len(ops) > 1:
            raise Bad(f"rule {self.text!r}: && and || mixed without parentheses")
        return parts[0] if not ops else ("or" if "||" in ops else "and", parts)

    def negation(self):
        if self.peek() == "!":
            self.take()
            return ("not", self.negation())
        if self.peek() == "(":
            self.take()
            n = self.either()
            self.take(")")
            return n
        return self.test()

    def test(self):
        name = self.take()
        if self.columns is not None:                       # inside any(picked, …): a test of one column
            op, rhs = self.compare(name)
            return ("col", name, op, rhs)
        if self.peek() == "(":
            self.take()
            node = self.call(name)
            return node
        if name in self.lib.lets:
            return self.truth(("let", name))
        if name in self.lib.scores:
            return self.number_node("sum", name)
        kind = self.lib.kind(name, self.text)
        if kind == "checklist" or kind == "text":
            raise Bad(f"rule {self.text!r} reads {name}, a {kind}")
        if kind == "yesno":
            return self.truth(("fact", name, "value", "==", "yes"))
        op, rhs = self.compare(name)
        self.check(name, kind, op, rhs)
        return ("fact", name, "value", op, rhs)

    def check(self, name, kind, op, rhs):
        words = rhs if op == "in" else [rhs]
        if kind == "oneof" and (op not in ("==", "!=", "in") or any(w not in self.lib.options(name) for w in words)):
            raise Bad(f"rule {self.text!r}: not an option of {name}")

    def truth(self, node):                                 # q, q == yes, q != no …
        if self.peek() not in ("==", "!="):
            return node
        op, word = self.take(), self.take()
        if word not in ("yes", "no"):
            raise Bad(f"rule {self.text!r}: yes or no expected")
        return node if (op == "==") == (word == "yes") else ("not", node)

    def call(self, name):
        if name == "unsure":
            q = self.take()
            self.lib.kind(q, self.text)
            self.take(")")
            return ("unsure", q)
        if name in ("hours_since", "hours_until"):
            q = self.take()
            if self.lib.kind(q, self.text) not in ("ago", "due"):
                raise Bad(f"rule {self.text!r}: {q} is no time")
            self.take(")")
            op, rhs = self.compare(q)
            return ("fact", q, "since" if name == "hours_since" else "until", op, rhs)
        if name in ("any", "all"):
            q = self.take()
            self.lib.kind(q, self.text)
            self.take(",")
            self.columns = q
            cond = self.either()
            self.columns = None
            self.take(")")
            return ("fact", q, name, "rows", cond)
        if name == "per_kg":
            a = self.take()
            self.take(",")
            w = self.take()
            self.take(")")
            for q in (a, w):
                if self.lib.kind(q, self.text) != "number":
                    raise Bad(f"rule {self.text!r}: {q} is no number")
            op, rhs = self.compare(a)
            return ("perkg", a, w, op, rhs)
        if name == "highest":
            s = self.take()
            if s not in self.lib.scores:
                raise Bad(f"rule {self.text!r}: {s} is no score")
            self.take(")")
            return self.number_node("top", s)
        if name == "count":
            self.take("[")
            parts = [("points", Fraction(1), self.either())]
            while self.peek() == ",":
                self.take()
                parts.append(("points", Fraction(1), self.either()))
            self.take("]")
            self.take(")")
            return self.number_node("sum", parts)
        raise Bad(f"rule {self.text!r}: no function {name}")

    def number_node(self, kind, parts):                    # == and ranges are two comparisons, each of one end
        op, rhs = self.compare(kind)
        if op == "==":
            return ("and", [(kind, parts, ">=", rhs), (kind, parts, "<=", rhs)])
        if op == "!=":
            return ("or", [(kind, parts, ">", rhs), (kind, parts, "<", rhs)])
        if op == "range":
            lo, hi, inclusive = rhs
            return ("and", [(kind, parts, ">=", lo), (kind, parts, "<=" if inclusive else "<", hi)])
        if op == "in":
            raise Bad(f"rule {self.text!r}: a number against a list")
        return (kind, parts, op, rhs)

    def compare(self, left):
        op = self.take()
        if op in ("==", "!=", "<", "<=", ">", ">="):
            return op, self.constant()
        if op != "in":
            raise Bad(f"rule {self.text!r}: {left} needs a comparison")
        if self.peek() == "[":
            self.take()
            words = [self.constant()]
            while self.peek() == ",":
                self.take()
                words.append(self.constant())
            self.take("]")
            return "in", words
        return "range", self.range_()

    def range_(self):
        lo = None if self.peek() in ("..", "..=") else self.constant()
        dots = self.take()
        if dots not in ("..", "..="):
            raise Bad(f"rule {self.text!r}: a range expected")
        return lo, (self.constant() if self.peek() else None), dots == "..="

    def constant(self):
        t = self.take()
        if re.match(r"-?\d", t):
            return Fraction(t)
        if self.peek() == "(" and t in ("years", "months", "weeks", "days", "hours", "minutes"):
            self.take()
            n = int(self.take())
            self.take(")")
            return {"years": ("months", 12 * n), "months": ("months", n), "weeks": ("days", 7 * n), "days": ("days", n),
                    "hours": ("minutes", 60 * n), "minutes": ("minutes", n)}[t]
        if not re.match(r"[A-Za-z_]", t):
            raise Bad(f"rule {self.text!r}: a constant expected, found {t}")
        return t


def holds(op, rhs, v, cmp):
    """One value against one test; cmp(value, constant) is negative, 0 or positive."""
    if op == "in":
        return any(cmp(v, c) == 0 for c in rhs)
    if op == "range":
        lo, hi, inclusive = rhs
        return (lo is None or cmp(v, lo) >= 0) and (hi is None or cmp(v, hi) < 0 or (inclusive and cmp(v, hi) == 0))
    c = cmp(v, rhs)
    return {"==": c == 0, "!=": c != 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[op]


def cmp_number(v, c):
    if isinstance(c, tuple) and c[0] == "days":            # hours_since(q) against days(2)
        c = ("minutes", 1440 * c[1])
    c = c[1] if isinstance(c, tuple) else c
    return (v > c) - (v < c)


def cmp_word(v, c):
    return 0 if v == c else 1


def constants(op, rhs):
    return [c for c in (rhs if op == "in" else rhs[:2] if op == "range" else [rhs]) if c is not None]


# ---------------------------------------------------------------- ages by calendar
def completed_months(birth, day):
    return (day.year - birth.year) * 12 + day.month - birth.month - (1 if day.day < birth.day else 0)


# An age: ((least, most) completed months, (least, most) completed days); of a date of birth both are single numbers.
def days_of_months(n):
    mean = n * 146097 // 4800
    return max(mean - 4, 28 if n else 0), mean + 4


@functools.cache
def told_age(text):
    if text.replace("_", " ") == "not told":
        return (0, 130 * 12 + 11), (0, 131 * 366)
    m = re.fullmatch(r"(\d+)\s*(year|month|week|day)s?", text.strip())
    if not m:
        raise Bad(f"no age: {text}")
    n, unit = min(int(m.group(1)), 130 * 366), m.group(2)
    if unit in ("year", "month"):
        lo, hi = (12 * n, 12 * n + 11) if unit == "year" else (n, n)
        return (lo, hi), (days_of_months(lo)[0], days_of_months(hi + 1)[1] - 1)
    lo, hi = (7 * n, 7 * n + 6) if unit == "week" else (n, n)
    possible = [m for m in range(131 * 12) if days_of_months(m)[0] <= hi and lo < days_of_months(m + 1)[1]]
    return (min(possible), max(possible)), (lo, hi)


def age_of_birth(birth, day):
    months, days = completed_months(birth, day), (day - birth).days
    return (months, months), (days, days)


def cmp_age(v, const):
    """An age as one pair of completed months and days."""
    if not isinstance(const, tuple) or const[0] == "minutes":
        raise Bad("an age is compared with years, months or days")
    mine = v[0] if const[0] == "months" else v[1]
    return (mine > const[1]) - (mine < const[1])


# ---------------------------------------------------------------- the library
SETTINGS = ["self", "pharmacy", "speak", "see", "hospital", "ambulance"]
UNIT_MINUTES = {"minutes": 1, "hours": 60, "days": 1440}


class Library:
    def __init__(self, files):
        self.questions, self.lets, self.scores, self.parsed = {}, {}, {}, {}
        self.pathways, self.shared, self.tables, self.guides, self.advice = {}, {}, {}, {}, {}
        self.first, self.risk, self.interrupts, self.exceptions, self.system = {}, {}, {}, {}, []
        self.dispositions, self.needs, self.none_fit, self.early_exit = {}, {}, None, None
        for path in sorted(files):
            if re.match(r"(cases|evidence)/|promises", path):
                continue
            try:
                doc = load_yaml(files[path])
            except yaml.YAMLError as e:
                raise Bad(f"{path}: {e}") from e
            self.add(path, doc)
        self.order = list(self.dispositions)
        for a in ("party", "age", "sex"):
            if a not in self.questions:
                raise Bad(f"no system fact {a}")
        for name in list(self.scores):
            self.scores[name] = self.parts(self.scores[name])
        for name, s in list(self.lets.items()):
            self.lets[name] = self.guard(s)
        for q, d in self.questions.items():
            d["_only_if"] = self.rule(d["only_if"]) if "only_if" in d else TRUE
            if d.get("_home") and "only_if" in d:          # it may read `about: complaint` questions of its pathway
                d["_only_if"] = ("ctx", d["_home"], d["_only_if"])
        self.exceptions = {x: (self.guard(e), e["instead"]) for x, e in self.exceptions.items()}
        Case(self, [], {"facts": {}, "now": "2026-01-01T00:00:00Z"}, list(self.pathways))      # every reference resolves

    def add(self, path, doc):
        for q, d in (doc.get("questions") or {}).items():
            self.add_question(q, dict(d, _home=doc.get("pathway")))
        for q, d in (doc.get("system") or {}).items():
            self.add_question(q, dict(d, _system=True))
            self.system.append(q)
        for part in ("danger", "flow"):
            self.collect(doc.get(part) or [])
        for key, place in (("pathway", self.pathways), ("shared", self.shared), ("table", self.tables),
                           ("guide", self.guides), ("advice", self.advice)):
            if key in doc:
                place[doc[key]] = doc
        if path == "dispositions.yaml":
            self.dispositions, self.needs = doc["dispositions"], doc.get("needs") or {}
            self.none_fit, self.early_exit = doc.get("none_fit"), doc.get("early_exit")
        elif path == "first-flow.yaml":
            self.first = doc
        elif path == "risk-history.yaml":
            self.risk = doc
        elif path == "interrupts.yaml":
            self.interrupts = doc
        elif path == "exceptions.yaml":
            self.exceptions = doc.get("exceptions") or {}

    def add_question(self, q, d):
        if q in self.questions:
            raise Bad(f"{q} is defined twice")
        d = dict(d)
        a = d.get("answers")
        d["_kind"] = ("checklist" if "checklist" in d else "yesno" if a is None else a if a in ("text", "age") else
                      next((k for k in ("number", "ago", "due", "table") if k in a), "oneof"))
        self.questions[q] = d

    def collect(self, statements):                         # lets and scores, seen in the whole file
        for s in statements:
            for kind, place in (("let", self.lets), ("score", self.scores)):
                if kind in s:
                    if s[kind] in place:
                        raise Bad(f"{s[kind]} is defined twice")
                    place[s[kind]] = s
            self.collect(s.get("do") or [])
            self.collect(s.get("else") or [])

    def kind(self, q, where):
        if q not in self.questions:
            raise Bad(f"{where!r}: no fact {q}")
        return self.questions[q]["_kind"]

    def options(self, q):
        return list(self.questions[q]["answers"])

    def rule(self, text):
        if text not in self.parsed:
            self.parsed[text] = Parser(self, text).whole()
        return self.parsed[text]

    def guard(self, s):
        nodes = []
        if "if" in s:
            nodes.append(self.rule(s["if"]))
        if "unless" in s:
            nodes.append(("not", self.rule(s["unless"])))
        if "any" in s:
            nodes.append(("or", [self.rule(r) for r in as_list(s["any"])]))
        return conj(*nodes)

    def parts(self, s):
        parts = [("points", Fraction(p["add"]), self.guard(p)) for p in s.get("points") or []]
        for q, bands in (s.get("bands") or {}).items():
            kind, rows = self.kind(q, s["score"]), []
            for key, points in bands.items():
                if kind in ("number", "age"):
                    p = Parser(self, key)
                    test = ("range", p.range_()) if ".." in key else ("==", p.constant())
                else:
                    test = ("==", key)
                rows.append((Fraction(points), ("fact", q, "value", *test)))
            parts.append(("bands", q, rows))
        return parts

    def for_(self, p):
        f, nodes = self.pathways[p].get("for") or {}, []
        if "age" in f and f["age"].strip() != "..":
            nodes.append(("fact", "age", "value", "range", Parser(self, f["age"]).range_()))
        for k in ("sex", "party"):
            if k in f:
                nodes.append(("fact", k, "value", "==", f[k]))
        return conj(*nodes)

    def urgency(self, d):
        """Smaller is more urgent: the rank, then the setting upwards, then the earlier line."""
        if d not in self.dispositions:
            raise Bad(f"no disposition {d}")
        e = self.dispositions[d]
        return int(e["rank"]), -SETTINGS.index(e["setting"]), self.order.index(d)


# ---------------------------------------------------------------- what a case's list consists of
Ask = namedtuple("Ask", "guard names ctx risk")
Keep = namedtuple("Keep", "guard names ctx")
Guide = namedtuple("Guide", "guard name interrupt")
Rule = namedtuple("Rule", "guard to gives_way interrupt label")
Also = namedtuple("Also", "guard need gives_way interrupt label")
Advise = namedtuple("Advise", "guard item up_to ctx")
Read = namedtuple("Read", "state value unsure key")        # state: unknown, not_sure, value


class Place:
    """The pathway (or library list) whose statements are being inlined."""
    def __init__(self, ctx, outer, danger, flow, stack, base=None):
        self.ctx, self.outer, self.danger, self.flow, self.stack, self.base = ctx, outer, danger, flow, stack, base
        self.settles, self.elsewheres, self.later, self.in_danger = [], [], [], False


def instant(text):
    t = datetime.fromisoformat(text)
    return t if t.tzinfo else t.replace(tzinfo=timezone.utc)


class Case:
    def __init__(self, lib, complaints, request, pathways=None):
        self.lib, self.reads = lib, {}
        self.now = instant(request.get("now") or "2026-11-22T12:00:00Z")
        self.today = self.now.date()
        self.patient = {k: v for k, v in (request.get("patient") or {}).items() if v is not None}
        self.facts = {k: v for k, v in (request.get("facts") or {}).items() if v is not None and v != []}
        for k in self.facts:
            if k.split("/")[-1] not in lib.questions and k not in lib.guides:
                raise Bad(f"no fact {k}")
        self.ended_early = bool(request.get("ended_early"))
        if pathways is None:
            pathways = []
            for c in complaints:
                members = sorted(p for p, d in lib.pathways.items() if d.get("family", p) == c)
                if not members:
                    raise Bad(f"no complaint {c}")
                pathways += [p for p in members if p not in pathways]
        self.items = self.inline(pathways)
        self.asks = [i for i in self.items if isinstance(i, Ask)]
        self.asks_by_key = {}
        for a in self.asks:
            for key in {self.key(q, a.ctx) for n in a.names for q in self.members(n)}:
                self.asks_by_key.setdefault(key, []).append(a)

    # ------------------------------------------------------------ inlining, in list order
    def inline(self, pathways):
        lib = self.lib
        system = [Ask(TRUE, [q], None, False) for q in ("party", "age", "sex")]
        first, danger, risk, flow = [], [], [], []
        self.statements(lib.first.get("flow") or [], TRUE, Place(None, TRUE, first, first, ()), first)
        place = Place(None, TRUE, risk, risk, ())
        self.statements(lib.risk.get("flow") or [], TRUE, place, risk)
        risk[:] = [i._replace(risk=True) if isinstance(i, Ask) else i for i in risk]
        self.risk_lines = []
        for p in pathways:
            self.pathway(p, lib.for_(p), danger, flow, ())
        rest = Place(None, TRUE, [], [], ())
        interrupts = []
        self.statements(lib.interrupts.get("interrupts") or [], TRUE, rest, interrupts)
        interrupts = [i._replace(interrupt=True) for i in interrupts]
        whole = interrupts + system + first + danger + risk + self.risk_lines + flow
        named = {q for a in whole if isinstance(a, Ask) for n in a.names for q in self.members(n)}
        for f in lib.system:                               # R12
            words = lib.questions[f].get("if_unknown", "").split()
            if words and words[-1] not in named:
                first.append(Ask(("unknown", f), [words[-1]], None, False))
        joins = [Rule(("const", any(isinstance(v, dict) and v.get("none_fit") for v in self.facts.values())), lib.none_fit, None,
                      False, "none of these fit"),
                 Rule(("const", self.ended_early), lib.early_exit, None, False, "early exit")]
        return (interrupts + system + first + danger + risk + self.risk_lines + flow
                + [j for j in joins if j.to])

    def pathway(self, p, outer, danger, flow, stack):
        lib = self.lib
        if p not in lib.pathways:
            raise Bad(f"no pathway {p}")
        if p in stack:
            raise Bad(f"elsewhere in a circle: {p}")
        doc = lib.pathways[p]
        base = next((s["otherwise"] for s in doc["flow"] if "otherwise" in s), None)
        place = Place(p, outer, danger, flow, stack + (p,), base)
        place.in_danger = True
        self.statements(doc.get("danger") or [], TRUE, place, danger)
        place.in_danger = False
        for join in place.later:
            join()
        self.statements(doc["flow"], TRUE, place, flow)
        if base:        # (no settle of this pathway must hold, and no elsewhere with its target's `for` must hold; d)
            gone = [("not", ("certainly", h)) for h in place.settles + place.elsewheres]
            flow.append(Rule(conj(outer, *gone), base, [], False, f"{p}: otherwise {base}"))
        risks = doc.get("risks") or {}
        for item, line in (lib.risk.get("items") or {}).items():
            to = risks.get(item, line["reach"])
            if isinstance(to, dict):                       # none: why
                continue
            lib.urgency(to)
            own = lib.guard(line) if any(k in line for k in ("if", "unless", "any")) else lib.rule(item)
            self.risk_lines.append(Rule(conj(outer, ("ctx", p, own)), to, [], False, f"{p}: risk {item} {to}"))

    def statements(self, statements, inner, place, out):
        lib = self.lib
        for s in statements:
            if "when" in s:
                r = ("ctx", place.ctx, lib.rule(s["when"]))
                self.statements(s.get("do") or [], conj(inner, r), place, out)
                self.statements(s.get("else") or [], conj(inner, ("not", r)), place, out)
                continue
            if "let" in s or "score" in s or "otherwise" in s:
                continue
            own = lib.guard(s)
            g = conj(inner, ("ctx", place.ctx, own)) if own != TRUE else inner
            full, gives_way = conj(place.outer, g), as_list(s.get("gives_way"))
            if "ask" in s or "keep" in s:
                names = as_list(s.get("ask") or s.get("keep"))
                for n in names:
                    for q in self.members(n):
                        lib.kind(q, s)
                out.append(Ask(full, names, place.ctx, False) if "ask" in s else Keep(full, names, place.ctx))
            elif "reach" in s or "settle" in s:
                d = s.get("reach") or s["settle"]
                lib.urgency(d)
                if "settle" in s:
                    place.settles.append(g)                # without the `for` and `elsewhere` around it
                out.append(Rule(full, d, gives_way, False, f"{place.ctx}: {'settle' if 'settle' in s else 'reach'} {d}"))
            elif "also" in s:
                if s["also"] not in lib.needs:
                    raise Bad(f"no need {s['also']}")
                out.append(Also(full, s["also"], gives_way, False, f"{place.ctx}: also {s['also']}"))
            elif "guide" in s:
                out.append(Guide(full, s["guide"], False))
            elif "advise" in s:
                if s["advise"] not in lib.advice:
                    raise Bad(f"no advice {s['advise']}")
                out.append(Advise(full, s["advise"], lib.advice[s["advise"]].get("up_to", place.base), place.ctx))
            elif "include" in s:
                f = s["include"]
                if f not in lib.shared or ("include", f) in place.stack:
                    raise Bad(f"include {f}: missing or in a circle")
                place.stack += (("include", f),)
                self.statements(lib.shared[f].get("danger") or [], g, place, place.danger)
                self.statements(lib.shared[f].get("flow") or [], g, place, out)
                place.stack = place.stack[:-1]
            elif "elsewhere" in s:
                p = s["elsewhere"]
                if p not in lib.pathways:
                    raise Bad(f"no pathway {p}")
                place.elsewheres.append(conj(g, lib.for_(p)))
                outer = conj(full, lib.for_(p))

                def join(p=p, outer=outer):
                    self.pathway(p, outer, place.danger, place.flow, place.stack)
                if place.in_danger:
                    place.later.append(join)
                else:
                    join()
            else:
                raise Bad(f"no statement: {s}")

    def members(self, name):
        d = self.lib.questions.get(name)
        return as_list(d["checklist"]) if d and "checklist" in d else [name]

    # ------------------------------------------------------------ the value of a question
    def key(self, q, ctx):
        return f"{ctx}/{q}" if self.lib.questions[q].get("about") == "complaint" and ctx else q

    def answered(self, q, ctx):
        if q in ("party", "age", "sex") and self.person(q) is not None:
            return True
        return self.key(q, ctx) in self.facts

    def person(self, q):
        got = self.patient.get(q, self.facts.get(q))
        return self.patient.get("birth_date", got) if q == "age" else got

    def read(self, q, ctx):
        if (q, ctx) not in self.reads:                     # the facts of a case never change
            self.reads[q, ctx] = self.read_anew(q, ctx)
        return self.reads[q, ctx]

    def read_anew(self, q, ctx):
        """What was said; else what is implied; else, where `only_if` is false, its `otherwise`; else unknown."""
        d, key = self.lib.questions[q], self.key(q, ctx)
        if q in ("party", "age", "sex"):
            return self.read_person(q)
        said = self.said(q, self.facts[key]) if key in self.facts else None
        implied = self.implied(q)
        if said and isinstance(self.facts[key], dict) and self.facts[key].get("unknown") and "if_unknown" in d:
            r = self.read(d["if_unknown"].split()[-1], ctx)
            return r._replace(unsure=True)
        found = ([said] if said else []) + implied
        if found:
            same = all(f[:2] == found[0][:2] for f in found)
            state, value, _ = found[0] if same else ("not_sure", None, True)
            return Read(state, value, any(f[2] for f in found) or not same, key)
        if d.get("_system"):
            applies = "otherwise" not in d                 # nothing to look up
        else:
            applies = self.eval(d["_only_if"], "could", ctx)
        if applies is False and "otherwise" in d:
            return Read("value", self.parse_answer(q, d["otherwise"]), False, key)
        return Read("unknown", None, False, key)

    def read_person(self, q):
        got = self.person(q)
        if got is None:
            return Read("unknown", None, False, q)
        if q == "age":
            if "birth_date" in self.patient:
                b = min(date.fromisoformat(self.patient["birth_date"][:10]), self.today)
                return Read("value", age_of_birth(b, self.today), False, q)
            if isinstance(got, dict):
                got = "not told"
            return Read("value", told_age(got), got.replace("_", " ") == "not told", q)
        if isinstance(got, dict) or got not in self.lib.options(q):
            return Read("not_sure", None, True, q)
        return Read("value", got, False, q)

    def said(self, q, raw):
        """(state, value, unsure) of an answer."""
        if isinstance(raw, dict) and "at" not in raw:
            stand_in = self.lib.questions[q].get("not_sure")
            if raw.get("not_sure") and stand_in is not None:
                return "value", self.parse_answer(q, stand_in), True
            if any(raw.get(w) for w in ("not_sure", "none_fit", "refused", "timed_out", "unknown")):
                return "not_sure", None, True
            raise Bad(f"{q}: no answer: {raw}")
        return "value", self.parse_answer(q, raw), False

    def parse_answer(self, q, raw):
        d = self.lib.questions[q]
        kind, a = d["_kind"], d.get("answers")
        if isinstance(raw, bool):
            raw = "yes" if raw else "no"
        if kind == "yesno" and raw not in ("yes", "no") or kind == "oneof" and raw not in a:
            raise Bad(f"{q}: no answer: {raw}")
        if kind == "number":                               # kept as said and read as the bound
            return min(max(Fraction(str(raw)), Fraction(a["from"])), Fraction(a["to"]))
        if kind in ("ago", "due"):
            if isinstance(raw, dict):
                return instant(raw["at"])
            if raw == "never":                             # as long ago, or as far off, as an answer can say
                raw = a["to"]
            m = re.fullmatch(r"(-?\d+)\s*(minute|hour|day)?s?", str(raw))
            minutes = int(m.group(1)) * UNIT_MINUTES[(m.group(2) + "s") if m.group(2) else a[kind]]
            return self.now + timedelta(minutes=-minutes if kind == "ago" else minutes)
        if kind == "table":
            rows = self.lib.tables[a["table"]]["rows"]
            return [r if r in rows else "else" for r in as_list(raw)]
        return raw

    def implied(self, target):
        found = []
        for key, raw in self.facts.items():
            d = self.lib.questions.get(key.split("/")[-1])
            if not d or d["_kind"] != "oneof":
                continue
            means = {o: t["means"][target] for o, t in d["answers"].items()
                     if isinstance(t, dict) and target in (t.get("means") or {})}
            if means and isinstance(raw, dict):
                found.append(("not_sure", None, True))
            elif isinstance(raw, str) and raw in means:
                found.append(("value", self.parse_answer(target, means[raw]), False))
        return found

    # ------------------------------------------------------------ guards: could and must, leaf by leaf
    def eval(self, n, mode, ctx=None):
        tag = n[0]
        if tag == "const":
            return n[1]
        if tag == "not":
            return k_not(self.eval(n[1], FLIP[mode], ctx))
        if tag == "and":
            return k_and(self.eval(x, mode, ctx) for x in n[1])
        if tag == "or":
            return k_or(self.eval(x, mode, ctx) for x in n[1])
        if tag == "certainly":
            return self.eval(n[1], "must", ctx)
        if tag == "ctx":
            return self.eval(n[2], mode, n[1])
        if tag == "let":
            return self.eval(self.lib.lets[n[1]], mode, ctx)
        if tag == "unknown":                               # R12
            raw = self.facts.get(n[1])
            return isinstance(raw, dict) and bool(raw.get("unknown"))
        if tag == "unsure":
            r = self.read(n[1], ctx)
            return None if r.state == "unknown" and not r.unsure else r.unsure
        if tag == "sum":
            ends = [self.part(p, mode, n[2], ctx) for p in self.parts(n[1])]
            return self.against(sum(e[0] for e in ends), sum(e[1] for e in ends), n[2], n[3])
        if tag == "top":                                   # some part >= k; every part <= k
            each = (self.eval(("sum", [p], n[2], n[3]), mode, ctx) for p in self.parts(n[1]))
            return k_or(each) if n[2] in (">", ">=") else k_and(each)
        possible = self.possible(n, ctx)
        if possible is None:
            return None
        return any(possible) if mode == "could" else all(possible)

    def parts(self, p):
        return self.lib.scores[p] if isinstance(p, str) else p

    @staticmethod
    def against(lo, hi, op, k):
        tests = {holds(op, k, lo, cmp_number), holds(op, k, hi, cmp_number)}
        return None if len(tests) == 2 else tests.pop()

    def wants_highest(self, mode, op):
        return (mode == "could") == (op in (">", ">="))

    def part(self, p, mode, op, ctx):
        """The end of this part that decides the comparison: (least, greatest) it can still become."""
        high = self.wants_highest(mode, op)
        if p[0] == "bands":
            _, q, rows = p
            points = [n for n, _ in rows]
            if self.read(q, ctx).state == "unknown":
                return min(points), max(points)
            points = [n for n, leaf in rows if self.eval(leaf, "could", ctx)] or [Fraction(0)]
            end = max(points) if high else min(points)
            return end, end
        _, n, guard = p
        g = self.eval(guard, "could" if high == (n > 0) else "must", ctx)
        return (min(n, Fraction(0)), max(n, Fraction(0))) if g is None else (n, n) if g else (Fraction(0), Fraction(0))

    def possible(self, n, ctx):
        """The truth of a leaf for every value the fact may have; None while it is unanswered."""
        if n[0] == "perkg":
            return self.possible_per_kg(n, ctx)
        _, q, view, op, rhs = n
        r = self.read(q, ctx)
        if r.state == "unknown":
            return None
        kind, a = self.lib.questions[q]["_kind"], self.lib.questions[q].get("answers")
        if kind == "age":
            near = {"months": set(r.value[0]), "days": set(r.value[1])}
            for unit, n in constants(op, rhs):             # the test changes nowhere else
                least, most = r.value[0] if unit == "months" else r.value[1]
                near[unit] |= {x for x in (n - 1, n, n + 1) if least <= x <= most}
            return [holds(op, rhs, pair, cmp_age) for pair in itertools.product(near["months"], near["days"])]
        if view in ("since", "until"):
            return [holds(op, rhs, m, cmp_number) for m in self.minutes(q, r, view, constants(op, rhs))]
        if view in ("any", "all"):
            table = self.lib.tables[a["table"]]
            picks = r.value if r.state == "value" else None
            truth = {row: self.row_holds(rhs, cells) for row, cells in self.rows(table)}
            if picks is None:                              # any one row, or all of them at once
                return list(truth.values()) + [(any if view == "any" else all)(truth.values())]
            return [(any if view == "any" else all)(truth[row] for row in picks)]
        if kind == "number":
            values = [r.value] if r.state == "value" else self.grid(q, constants(op, rhs))
            return [holds(op, rhs, v, cmp_number) for v in values]
        values = [r.value] if r.state == "value" else ["yes", "no"] if kind == "yesno" else self.lib.options(q)
        return [holds(op, rhs, v, cmp_word) for v in values]

    def grid(self, q, cuts):
        """The bounds, and the values of the question next to each constant (a test changes nowhere else)."""
        a = self.lib.questions[q]["answers"]
        lo, hi, step = Fraction(a["from"]), Fraction(a["to"]), Fraction(a.get("step", "1"))
        last = math.floor((hi - lo) / step)
        ks = {0, last}
        for c in cuts:
            k = math.floor((c - lo) / step)
            ks |= {x for x in (k - 1, k, k + 1) if 0 <= x <= last}
        return [lo + k * step for k in sorted(ks)]

    def minutes(self, q, r, view, cuts):
        kind, a = self.lib.questions[q]["_kind"], self.lib.questions[q]["answers"]
        unit = UNIT_MINUTES[a[kind]]
        lo, hi = int(a.get("from", 0)) * unit, int(a["to"]) * unit       # since, of an ago; until, of a due
        if (kind == "ago") != (view == "since"):
            lo, hi = -hi, -lo
        if r.state == "value":
            gone = (self.now - r.value) if view == "since" else (r.value - self.now)
            return [max(0, min(hi, max(lo, math.floor(gone.total_seconds() / 60))))]
        cuts = [c[1] * (1440 if c[0] == "days" else 1) for c in cuts]
        return [max(0, m) for m in {lo, hi} | {c + x for c in cuts for x in (-1, 0, 1) if lo <= c + x <= hi}]

    @staticmethod
    def rows(table):
        return list(table["rows"].items()) + ([("else", table["else"])] if "else" in table else [])

    def row_holds(self, cond, cells):
        if cond[0] == "not":
            return not self.row_holds(cond[1], cells)
        if cond[0] in ("and", "or"):
            return (all if cond[0] == "and" else any)(self.row_holds(c, cells) for c in cond[1])
        _, column, op, rhs = cond
        return holds(op, rhs, cells[column], cmp_word)

    def possible_per_kg(self, n, ctx):
        _, amount, weight, op, rhs = n
        ra, rw = self.read(amount, ctx), self.read(weight, ctx)
        if "unknown" in (ra.state, rw.state):
            return None
        step = Fraction(self.lib.questions[weight]["answers"].get("step", "1"))
        amounts = [ra.value] if ra.state == "value" else self.grid(amount, [])
        weights = [max(w, step) for w in ([rw.value] if rw.state == "value" else self.grid(weight, []))]
        found = [math.ceil(x / w) for x in amounts for w in weights]
        return [holds(op, rhs, v, cmp_number) for v in range(min(found), max(found) + 1)]

    def leaves(self, n, mode, ctx=None):
        """The undetermined leaves, none under a part already decided: a set of (question, pathway)."""
        if self.eval(n, mode, ctx) is not None:
            return set()
        tag = n[0]
        if tag == "not":
            return self.leaves(n[1], FLIP[mode], ctx)
        if tag in ("and", "or"):
            return set().union(*(self.leaves(x, mode, ctx) for x in n[1]))
        if tag == "certainly":
            return self.leaves(n[1], "must", ctx)
        if tag == "ctx":
            return self.leaves(n[2], mode, n[1])
        if tag == "let":
            return self.leaves(self.lib.lets[n[1]], mode, ctx)
        if tag == "top":
            return set().union(*(self.leaves(("sum", [p], n[2], n[3]), mode, ctx) for p in self.parts(n[1])))
        if tag == "sum":
            found = set()
            for p in self.parts(n[1]):
                lo, hi = self.part(p, mode, n[2], ctx)
                if lo == hi:
                    continue
                if p[0] == "bands":
                    found |= self.leaf(p[1], ctx)
                else:
                    high = self.wants_highest(mode, n[2])
                    found |= self.leaves(p[2], "could" if high == (p[1] > 0) else "must", ctx)
            return found
        return set().union(*(self.leaf(q, ctx) for q in (n[1:3] if n[0] == "perkg" else n[1:2])))

    def leaf(self, q, ctx):
        r = self.read(q, ctx)
        if r.state != "unknown":
            return set()
        q = r.key.split("/")[-1]                           # the question read in its place, if any
        return {(q, ctx if self.lib.questions[q].get("about") == "complaint" else None)}

    # ------------------------------------------------------------ lines as they stand
    def given_way(self, d, names):
        names = names + as_list(self.lib.dispositions.get(d, {}).get("gives_way"))
        for x in names:
            if x not in self.lib.exceptions:
                raise Bad(f"no exception {x}")
        return [self.lib.exceptions[x][1] for x in names if self.eval(self.lib.exceptions[x][0], "must") is True]

    @functools.cached_property
    def rules(self):
        """[(value, guard, disposition, interrupt, label)], gives_way applied."""
        found = []
        for i in self.items:
            if isinstance(i, Rule):
                tos = (self.given_way(i.to, i.gives_way) if i.gives_way is not None else []) or [i.to]
            elif isinstance(i, Also):
                tos = self.given_way(None, i.gives_way)
            else:
                continue
            found += [(self.eval(i.guard, "could"), i.guard, to, i.interrupt, i.label) for to in tos]
        return found

    @functools.cached_property
    def also_lines(self):
        """[(value, mode, line)]"""
        found = []
        for i in self.items:
            if isinstance(i, Also) and not self.given_way(None, i.gives_way):
                mode = "must" if self.lib.needs[i.need].get("certain") == "yes" else "could"
                found.append((self.eval(i.guard, mode), mode, i))
        return found

    def most_urgent(self, ds):
        return min(ds, key=self.lib.urgency, default=None)

    def above(self, d, cur):
        return cur is None or self.lib.urgency(d) < self.lib.urgency(cur)

    def cur(self):
        return self.most_urgent([d for v, _, d, _, _ in self.rules if v is True])

    def asks_of(self, leaf):
        return self.asks_by_key.get(self.key(*leaf), [])

    def askable(self, leaves):
        """Every undetermined leaf still has an ask that is not surely closed (interrupts)."""
        return all(any(self.eval(a.guard, "could") is not False for a in self.asks_of(leaf)) for leaf in leaves)

    def goals(self):
        """The undetermined leaves of rules above cur; those of also-lines."""
        cur, of_rules, of_also = self.cur(), set(), set()
        for v, guard, d, interrupt, _ in self.rules:
            if v is None and self.above(d, cur):
                leaves = self.leaves(guard, "could")
                if not interrupt or self.askable(leaves):
                    of_rules |= leaves
        for v, mode, i in self.also_lines:
            if v is None:
                leaves = self.leaves(i.guard, mode)
                if not i.interrupt or self.askable(leaves):
                    of_also |= leaves
        return of_rules, of_also

    def needed(self, leaves):
        found = set(leaves)
        while True:
            more = set(found)
            for q, ctx in found:
                more |= self.leaves(self.lib.questions[q]["_only_if"], "could", ctx)
                asks = self.asks_of((q, ctx))
                if not any(self.eval(a.guard, "could") is True for a in asks):
                    for a in asks:
                        more |= self.leaves(a.guard, "could")
            if more == found:
                return found
            found = more

    def applies(self, q, ctx):
        return self.eval(self.lib.questions[q]["_only_if"], "could", ctx) is True

    def find_ask(self, because_of, shown):
        """The first ask in list order that is open and has a member that applies, is unanswered and needed."""
        def eligible(a, name, needed):
            return [q for q in self.members(name) if self.applies(q, a.ctx) and not self.answered(q, a.ctx)
                    and (self.key(q, a.ctx) in {self.key(*leaf) for leaf in needed})]
        for a in self.asks:
            if self.eval(a.guard, "could") is not True or not any(eligible(a, n, because_of) for n in a.names):
                continue
            shown = shown | because_of
            name = next(n for n in a.names if eligible(a, n, shown))
            if "checklist" in self.lib.questions[name]:
                members = [self.key(q, a.ctx) for q in eligible(a, name, shown)]
                if name in self.facts:                     # not sure: one by one
                    return {"ask": members[:1]}
                return {"checklist": name, "ask": members}
            return {"ask": [self.key(q, a.ctx) for n in a.names if "checklist" not in self.lib.questions[n]
                            for q in eligible(a, n, shown)]}
        return None

    # ------------------------------------------------------------ the end
    def result(self):
        """(disposition, needs, defects) with what is still undetermined counted as section 4 says for the end."""
        cur, defects = self.cur(), []
        held = [cur] if cur else []
        for v, _, d, interrupt, label in self.rules:
            if v is None and not interrupt and self.above(d, cur):
                held.append(d)
                defects.append(f"undetermined at the end: {label}")
        needs = set()
        for v, mode, i in self.also_lines:
            if v is True:
                needs.add(i.need)
            elif v is None and not i.interrupt and mode == "could":
                needs.add(i.need)
                defects.append(f"undetermined at the end: {i.label}")
        if not held:
            held = [self.lib.none_fit] if self.lib.none_fit else []
            defects.append("nothing is true at the end")
        return self.most_urgent(held), needs, defects

    def step(self):
        """next: (what, whether the asking for the result is over)"""
        for q in ("party", "age", "sex"):
            if not self.answered(q, None):
                return {"ask": [q]}, False
        of_rules, of_also = (self.needed(x) for x in self.goals())
        every = of_rules | of_also
        found = self.find_ask(of_rules, every)
        if found:
            return found, False
        guides = [i for i in self.items if isinstance(i, Guide) and i.name not in self.facts]
        for i in guides:
            if self.eval(i.guard, "could") is True:
                return {"guide": i.name}, False
        leaves = set()
        for i in guides:
            mine = self.leaves(i.guard, "could")
            if not i.interrupt or self.askable(mine):
                leaves |= mine
        found = self.find_ask(self.needed(leaves), every) or self.find_ask(of_also, every)
        if found:
            return found, False
        end = self.result()[0]
        if end and self.lib.dispositions[end].get("hands_over") == "yes":
            keeps = [i for i in self.items if isinstance(i, Keep) or isinstance(i, Ask) and i.risk]
            leaves = set()
            for i in keeps:
                open_ = [q for n in i.names for q in self.members(n) if self.read(q, i.ctx).state == "unknown"]
                if self.eval(i.guard, "could") is True:
                    shown = self.keep_screen(i, open_)
                    if shown:
                        return {"keep": [self.key(q, i.ctx) for q in shown]}, True
                    for q in open_:
                        leaves |= self.leaves(self.lib.questions[q]["_only_if"], "could", i.ctx)
                elif open_:
                    leaves |= self.leaves(i.guard, "could")
            found = self.find_ask(self.needed(leaves), every)
            if found:
                return found, False
        return {"end": end}, True

    def keep_screen(self, i, open_):
        """As of an ask: the questions of the group together, a checklist by itself, one by one once it was not sure (R22, R23)."""
        shown = {n: [q for q in self.members(n) if q in open_ and self.applies(q, i.ctx)] for n in i.names}
        lists = {n for n in i.names if "checklist" in self.lib.questions[n]}
        first = next((n for n in i.names if shown[n]), None)
        if first in lists:
            return shown[first][:1] if first in self.facts else shown[first]
        return [q for n in i.names if n not in lists for q in shown[n]]

    def advice(self, result):
        shown = []
        for i in self.items:
            if not isinstance(i, Advise) or result is None or i.up_to is None or self.above(result, i.up_to):
                continue
            for n, line in enumerate(self.lib.advice[i.item].get("lines") or []):
                g = conj(i.guard, ("ctx", i.ctx, self.lib.guard(line)) if isinstance(line, dict) else TRUE)
                if self.eval(g, "must") is True and [i.item, n] not in shown:
                    shown.append([i.item, n])
        return shown

    def walk(self):
        step, over = self.step()
        cur, (end, needs, defects) = self.cur(), self.result()
        held = needs
        if not over:
            needs, defects = {i.need for v, _, i in self.also_lines if v is True}, []
        elif "end" not in step:
            defects = []
        must = {i.need for _, _, i in self.also_lines if self.eval(i.guard, "must") is True}
        return {"reached": cur, "also": sorted(needs), "next": step, "defects": defects, "outcome": end,
                "outcome_also": sorted(held), "advice": self.advice(end if over else cur), "must_also": sorted(must)}


# ---------------------------------------------------------------- definedness by brute force
class Definedness:
    def __init__(self, lib, pathway, now=None):
        if pathway not in lib.pathways:
            raise Bad(f"no pathway {pathway}")
        self.lib, self.pathway, self.now = lib, pathway, now or "2026-11-22T12:00:00Z"
        case = self.case({}, {})
        self.cuts, seen = {}, set()                        # (question, pathway) -> the constants it meets
        for i in case.items:
            if not getattr(i, "interrupt", False) and not isinstance(i, (Keep, Guide, Advise)):
                self.gather(i.guard, None)
        for guard, _ in lib.exceptions.values():
            self.gather(guard, None)
        asked = {(q, self.ctx(q, a.ctx)) for a in case.asks for n in a.names for q in case.members(n)}
        while seen != set(self.cuts):
            for q, ctx in set(self.cuts) - seen:
                seen.add((q, ctx))
                d = lib.questions[q]
                self.gather(d["_only_if"], ctx)
                if "if_unknown" in d:
                    self.cuts.setdefault((d["if_unknown"].split()[-1], None), set())
                for s, c in asked:                         # questions of the case that imply it
                    if lib.questions[s]["_kind"] == "oneof" and any(
                            isinstance(t, dict) and q in (t.get("means") or {}) for t in lib.questions[s]["answers"].values()):
                        self.cuts.setdefault((s, c), set())

    def ctx(self, q, ctx):
        return ctx if self.lib.questions[q].get("about") == "complaint" else None

    def case(self, patient, facts):
        return Case(self.lib, [], {"now": self.now, "patient": patient, "facts": facts}, [self.pathway])

    def gather(self, n, ctx):
        tag = n[0]
        if tag in ("not", "certainly"):
            self.gather(n[1], ctx)
        elif tag in ("and", "or"):
            for x in n[1]:
                self.gather(x, ctx)
        elif tag == "ctx":
            self.gather(n[2], n[1])
        elif tag == "let":
            self.gather(self.lib.lets[n[1]], ctx)
        elif tag in ("sum", "top"):
            for p in self.lib.scores[n[1]] if isinstance(n[1], str) else n[1]:
                for g in [p[2]] if p[0] == "points" else [leaf for _, leaf in p[2]]:
                    self.gather(g, ctx)
        elif tag == "perkg":
            for q in n[1:3]:
                self.cuts.setdefault((q, self.ctx(q, ctx)), set())
        elif tag == "unsure":
            self.cuts.setdefault((n[1], self.ctx(n[1], ctx)), set())
        elif tag == "fact":
            cuts = self.cuts.setdefault((n[1], self.ctx(n[1], ctx)), set())
            if n[3] != "rows":
                cuts.update(c for c in constants(n[3], n[4]) if not isinstance(c, str))

    def answers(self, q, cuts, case):
        """Every answer worth trying; None is unanswered."""
        d, lib = self.lib.questions[q], self.lib
        kind, a = d["_kind"], d.get("answers")
        ignorance = [{"unknown": True}] if d.get("_system") else [{"not_sure": True}]
        if kind == "yesno":
            values = ["yes", "no"]
        elif kind == "oneof":
            values = lib.options(q)
        elif kind == "number":
            values = [str(float(v)) for v in case.grid(q, cuts)]
        elif kind in ("ago", "due"):
            r = Read("not_sure", None, True, q)
            minutes = case.minutes(q, r, "since" if kind == "ago" else "until", list(cuts))
            sign = -1 if kind == "ago" else 1
            values = [{"at": (case.now + timedelta(minutes=sign * m)).isoformat()} for m in sorted(set(minutes))]
        elif kind == "table":
            rows = [r for r, _ in case.rows(lib.tables[a["table"]])]
            sizes = range(1, len(rows) + 1) if len(rows) <= 5 else (1, 2)
            values = [list(c) for n in sizes for c in itertools.combinations(rows, n)]
        else:
            values = []
        if "not_sure" in d:
            ignorance.append({"refused": True})            # the stand-in is not used
        return [None] + values + ignorance

    def patients(self, case):
        """Every way to have told party, age and sex, as far as a line reads them."""
        ages = [{"birth_date": "1990-01-01"}]
        if ("age", None) in self.cuts:
            births, told = {case.today}, {"not_told"}
            for unit, n in self.cuts["age", None]:
                fewest, most = days_of_months(n) if unit == "months" else (n, n)
                for back in range(fewest - 1, most + 2):   # one of these days is the first of that age
                    births.add(case.today - timedelta(days=back))
                for word, size in (("days", 1), ("weeks", 7), ("months", 30), ("years", 365)):
                    for count in range(max(0, fewest // size - 2), most // size + 3):
                        least, greatest = told_age(f"{count} {word}")[unit == "days"]
                        if least < n <= greatest:
                            told.add(f"{count} {word}")
            ages = [{"birth_date": b.isoformat()} for b in sorted(births) if b <= case.today] + [{"age": t} for t in sorted(told)]
        sexes = ["female", "male", "not_told"] if ("sex", None) in self.cuts else ["female"]
        parties = ["first", "third", "not_told"] if ("party", None) in self.cuts else ["first"]
        return [dict(a, sex=s, party=p) for a in ages for s in sexes for p in parties]

    def run(self, limit):
        case = self.case({}, {})
        facts = sorted((f for f in self.cuts if f[0] not in ("party", "age", "sex")), key=str)
        choices = [self.answers(q, self.cuts[q, ctx], case) for q, ctx in facts]
        patients = self.patients(case)
        if len(patients) * math.prod(len(c) for c in choices) > limit:
            return {"skipped": "too large"}
        for patient in patients:
            for pick in itertools.product(*choices):
                said = {case.key(q, ctx): v for (q, ctx), v in zip(facts, pick) if v is not None}
                broken = self.broken(self.case(patient, said))
                if broken:
                    return {"defined": False, "example": {"patient": patient, "facts": said, "undetermined": broken}}
        return {"defined": True}

    def broken(self, case):
        for a in case.asks:                                # all open asks answered
            if case.eval(a.guard, "could") is True:
                for n in a.names:
                    for q in case.members(n):
                        read = (q, self.ctx(q, a.ctx)) in self.cuts        # an answer no line reads changes nothing
                        if read and case.read(q, a.ctx).state == "unknown" and case.applies(q, a.ctx):
                            return []
        cur = case.cur()
        return ([label for v, _, d, interrupt, label in case.rules if v is None and not interrupt and case.above(d, cur)]
                + [i.label for v, _, i in case.also_lines if v is None and not i.interrupt])


# ---------------------------------------------------------------- the protocol
class Oracle:
    def __init__(self):
        self.lib = None

    def answer(self, request):
        op = request.get("op")
        try:
            if op == "load":
                self.lib = None
                self.lib = Library(request["files"])
                return {"ok": True}
            if self.lib is None:
                raise Bad("no library is loaded")
            if op == "walk":
                return Case(self.lib, request.get("complaints") or [], request).walk()
            if op == "outcome":
                return {"outcome": Case(self.lib, request.get("complaints") or [], request).result()[0]}
            if op == "definedness":
                return Definedness(self.lib, request["pathway"], request.get("now")).run(int(request.get("limit", 200000)))
            raise Bad(f"no operation {op}")
        except Bad as e:
            return {"error": str(e)}
        except RecursionError:
            return {"error": "a circle of only_if, lets or scores"}
        except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as e:
            return {"error": f"{type(e).__name__}: {e}"}


def main():
    oracle = Oracle()
    for line in sys.stdin:
        if line.strip():
            try:
                reply = oracle.answer(json.loads(line))
            except json.JSONDecodeError as e:
                reply = {"error": f"not JSON: {e}"}
            print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
