"""Hand-worked examples: each docstring names the sentence of language.md that the expected answer follows from."""
import itertools
import json
import pathlib
import random
import subprocess
import sys
import unittest

from oracle import READINGS, Oracle

NOW = "2026-11-22T12:00:00Z"
DISPOSITIONS = """
none_fit: call-30
early_exit: call-60
dispositions:
  ambulance: {rank: 1, setting: ambulance, hands_over: yes}
  emergency: {rank: 2, setting: hospital, hands_over: yes}
  see-2: {rank: 3, setting: see, hands_over: yes}
  call-30: {rank: 3, setting: speak}
  call-60: {rank: 3, setting: speak}
  palliative: {rank: 4, setting: speak}
  see-24: {rank: 5, setting: see}
  pharmacy: {rank: 6, setting: pharmacy}
  self-care: {rank: 7, setting: self}
needs:
  crisis: {title: c}
  police: {title: p, certain: yes}
"""
SYSTEM = """
system:
  party: {say: s, answers: {first: Me, third: Other}}
  age: {say: s, answers: age}
  sex: {say: s, answers: {female: F, male: M}}
  contacts: {say: s, answers: {number: contacts, from: 0, to: 20}, otherwise: 0}
  care_plan: {say: s, answers: {stay: a, none: b}, otherwise: none}
  lonely: {say: s, otherwise: no, if_unknown: ask alone}
"""
SHARED = "questions:\n" + "".join(f"  {q}: {{say: s}}\n" for q in
                                  ("a", "b", "c", "d", "e", "alone", "throat")) + """
  swallow:
    say: s
    answers:
      unable: {say: x, means: {throat: yes}}
      sore: x
      normal: x
  level: {say: s, answers: {low: l, mid: m, high: h}}
  guess: {say: s, not_sure: mid, answers: {low: l, mid: m, high: h}}
  days: {say: s, answers: {number: days, from: 0, to: 30}}
  temp: {say: s, answers: {number: celsius, from: "30.0", to: "45.0", step: "0.1"}}
  amount: {say: s, answers: {number: mg, from: 0, to: 1000}}
  weight: {say: s, answers: {number: kg, from: 1, to: 100}}
  began: {say: s, answers: {ago: hours, to: 72}}
  dose: {say: s, answers: {due: hours, from: -48, to: 168}}
  taken: {say: s, answers: {table: stuff}}
  child: {say: s, only_if: a, otherwise: no}
  grand: {say: s, only_if: child, otherwise: no}
  signs: {say: s, checklist: [b, c, d]}
  place: {say: s, about: complaint}
"""
TABLE = """
table: stuff
columns: {harm: [bad, mild]}
rows: {bleach: {harm: bad}, soap: {harm: mild}, none: {harm: mild}}
else: {harm: bad}
"""


def pathway(flow, name="p", head="", danger=""):
    return f"pathway: {name}\nfamily: {name}\n{head}\n" + (f"danger:\n{danger}\n" if danger else "") + f"flow:\n{flow}\n"


class Base(unittest.TestCase):
    def lib(self, flow="  - otherwise: pharmacy", files=None, **kw):
        self.o = Oracle()
        all_ = {"dispositions.yaml": DISPOSITIONS, "questions/system.yaml": SYSTEM, "questions/q.yaml": SHARED,
                "tables/stuff.yaml": TABLE, "complaints/p.yaml": pathway(flow, **kw)}
        all_.update(files or {})
        self.assertEqual(self.o.answer({"op": "load", "files": all_}), {"ok": True})

    def ask(self, op, facts, complaints=("p",), patient=None, early=False):
        return self.o.answer({"op": op, "complaints": list(complaints), "now": NOW, "ended_early": early, "facts": facts,
                              "patient": {"age": "30 years", "sex": "female", "party": "first"} if patient is None else patient})

    def walk(self, *a, **kw):
        return self.ask("walk", *a, **kw)

    def next(self, facts=None, **kw):
        return self.walk(facts or {}, **kw)["next"]

    def reached(self, facts=None, **kw):
        return self.walk(facts or {}, **kw)["reached"]

    def truth(self, rule, facts, patient=None):
        """(could, must) as True, False, None, read directly."""
        from oracle import Case
        self.lib()
        request = {"now": NOW, "facts": facts, "patient": {"age": "30 years", "sex": "female", "party": "first"}
                   if patient is None else patient}
        case, node = Case(self.o.lib, ["p"], request), self.o.lib.rule(rule)
        return case.eval(node, "could"), case.eval(node, "must")

    def defined(self, flow, **kw):
        self.lib(flow, **kw)
        return self.o.answer({"op": "definedness", "pathway": "p", "limit": 200000})


class Meaning(Base):
    def test_most_urgent_wins(self):
        """'every line that is true counts, and the most urgent one wins' (order of lines does not matter)."""
        self.lib("  - reach: see-24\n    if: a\n  - reach: emergency\n    if: b\n  - otherwise: pharmacy")
        self.assertEqual(self.reached({"a": "yes", "b": "yes"}), "emergency")
        self.assertEqual(self.reached({"a": "yes", "b": "no"}), "see-24")

    def test_unknown_is_never_no(self):
        """'strong Kleene (false && unknown is false in either order …). Unknown is never "no"'."""
        self.assertEqual(self.truth("a && b", {"b": "no"}), (False, False))
        self.assertEqual(self.truth("a && b", {"b": "yes"}), (None, None))
        self.assertEqual(self.truth("a || b", {"b": "yes"}), (True, True))
        self.assertEqual(self.truth("!a", {}), (None, None))

    def test_rank_then_setting_then_line(self):
        """'the lower rank number, then the setting (… upwards), then the earlier line of the catalogue'."""
        self.lib("  - reach: call-60\n    if: a\n  - reach: call-30\n    if: a\n  - otherwise: pharmacy")
        self.assertEqual(self.reached({"a": "yes"}), "call-30")
        self.lib("  - reach: call-30\n    if: a\n  - reach: see-2\n    if: a\n  - otherwise: pharmacy")
        self.assertEqual(self.reached({"a": "yes"}), "see-2")

    def test_not_needed_not_asked(self):
        """'Questions that can no longer matter are not asked': only rules above cur make leaves needed."""
        self.lib("  - ask: a\n  - reach: emergency\n    if: a\n  - ask: b\n  - reach: see-24\n    if: b\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"ask": ["a"]})
        self.assertEqual(self.next({"a": "no"}), {"ask": ["b"]})
        self.assertEqual(self.next({"a": "yes"}), {"end": "emergency"})

    def test_no_leaf_under_a_decided_part(self):
        """'the undetermined leaves of every goal's guard (none under a part already decided)'."""
        self.lib("  - ask: [a, b, c]\n  - reach: emergency\n    if: (a && b) || c\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"ask": ["a", "b", "c"]})
        self.assertEqual(self.next({"a": "no"}), {"ask": ["c"]})

    def test_group_members_recomputed(self):
        """'A list is a group: members are shown if they apply, are unanswered and needed'."""
        self.lib("  - ask: [a, child, b]\n  - reach: emergency\n    if: child || b\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"ask": ["a", "b"]})
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["child", "b"]})

    def test_asks_of_closed_guards_are_needed(self):
        """'if no ask of q is open, those of the guards of its asks'."""
        self.lib("  - ask: a\n  - ask: b\n    if: a\n  - reach: emergency\n    if: b\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"ask": ["a"]})
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["b"]})

    def test_undetermined_at_the_end_raises(self):
        """'Any other rule still undetermined at the end counts as "could hold" (it raises) and is logged as a defect'."""
        self.lib("  - reach: emergency\n    if: a\n  - also: crisis\n    if: b\n  - also: police\n    if: b\n  - otherwise: pharmacy")
        w = self.walk({})
        self.assertEqual((w["reached"], w["next"], w["also"], len(w["defects"])),
                         ("pharmacy", {"end": "emergency"}, ["crisis"], 2))
        self.assertEqual(self.ask("outcome", {})["outcome"], "emergency")
        self.assertEqual(self.ask("outcome", {"a": "no", "b": "no"})["outcome"], "pharmacy")

    def test_nothing_true(self):
        """'Nothing true at the end: the none_fit disposition, logged as a defect'."""
        self.lib("  - otherwise: pharmacy", head="for: {sex: female}")
        w = self.walk({}, patient={"age": "30 years", "sex": "male", "party": "first"})
        self.assertEqual((w["reached"], w["next"], len(w["defects"])), (None, {"end": "call-30"}, 1))

    def test_settle_takes_the_place_of_the_base(self):
        """'otherwise d -> (no settle of this pathway must hold …; d)'; of several true settles the most urgent."""
        self.lib("  - ask: [a, b]\n  - settle: self-care\n    if: a\n  - otherwise: pharmacy")
        self.assertEqual(self.reached({"a": "yes"}), "self-care")
        self.assertEqual(self.reached({"a": "no"}), "pharmacy")
        self.assertIsNone(self.reached({}))
        self.assertEqual(self.reached({"a": {"not_sure": True}}), "pharmacy")

    def test_when_else(self):
        """'when: a nested list under a condition'; with not sure 'both follow-ups are asked'."""
        self.lib("  - ask: a\n  - when: a\n    do:\n      - ask: b\n      - reach: emergency\n        if: b\n    else:\n"
                 "      - ask: c\n      - reach: see-2\n        if: c\n  - otherwise: pharmacy")
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["b"]})
        self.assertEqual(self.next({"a": "no"}), {"ask": ["c"]})
        unsure = {"a": {"not_sure": True}}
        self.assertEqual(self.next(unsure), {"ask": ["b"]})
        self.assertEqual(self.next(dict(unsure, b="no")), {"ask": ["c"]})

    def test_let_ignores_when(self):
        """'lets … do not take the guard of a `when` around them'."""
        self.lib("  - when: a\n    do:\n      - let: both\n        if: b && c\n  - reach: emergency\n    if: both\n"
                 "  - otherwise: pharmacy")
        self.assertEqual(self.reached({"a": "no", "b": "yes", "c": "yes"}), "emergency")

    def test_if_unless_any_together(self):
        """'Every guarded statement takes if, unless, any …; all that are present must hold'."""
        self.lib("  - reach: emergency\n    if: a\n    unless: b\n    any:\n      - c\n      - d\n  - otherwise: pharmacy")
        self.assertEqual(self.reached({"a": "yes", "b": "no", "c": "no", "d": "yes"}), "emergency")
        self.assertEqual(self.reached({"a": "yes", "b": "yes", "c": "yes"}), "pharmacy")
        self.assertEqual(self.reached({"a": "yes", "b": "no", "c": "no", "d": "no"}), "pharmacy")

    def test_list_order(self):
        """'list order: first flow · every danger in order of complaint · risk history · every flow'."""
        line = "  - ask: {0}\n  - reach: ambulance\n    if: {0}\n"
        self.lib(line.format("c") + "  - otherwise: pharmacy", danger=line.format("b"), files={
            "first-flow.yaml": "flow:\n" + line.format("a"),
            "risk-history.yaml": "flow:\n  - ask: e\nitems:\n  e: {reach: emergency}\n",
            "complaints/r.yaml": pathway("  - otherwise: pharmacy", "r", danger=line.format("d"))})
        order, facts = [], {}
        while "ask" in self.next(facts, complaints=["p", "r"]):
            q = self.next(facts, complaints=["p", "r"])["ask"][0]
            order.append(q)
            facts[q] = "no"
        self.assertEqual(order, ["a", "b", "d", "e", "c"])
        self.assertEqual(self.next({"a": "no"}, complaints=["r", "p"]), {"ask": ["d"]})

    def test_system_facts_first(self):
        """'Age, sex and party are asked before the first flow; unasked is undetermined'."""
        self.lib("  - ask: a\n  - reach: ambulance\n    if: a\n  - otherwise: pharmacy")
        self.assertEqual(self.next({"a": "yes"}, patient={}), {"ask": ["party"]})
        self.assertEqual(self.next({}, patient={"party": "third"}), {"ask": ["age"]})
        self.assertEqual(self.next({}, patient={"party": "third", "age": "not_told"}), {"ask": ["sex"]})
        self.assertEqual(self.next({}, patient={"party": "third", "age": "not_told", "sex": "not_told"}), {"ask": ["a"]})

    def test_family_members(self):
        """'A complaint is a family: every member whose `for` could hold joins; one whose `for` is surely false does not'."""
        child = pathway("  - otherwise: emergency", "kid", head='for: {age: "..years(5)"}').replace("family: kid", "family: p")
        self.lib("  - otherwise: pharmacy", head='for: {age: "years(5).."}', files={"complaints/kid.yaml": child})
        person = {"sex": "female", "party": "first"}
        self.assertEqual(self.reached(patient=dict(person, age="30 years")), "pharmacy")
        self.assertEqual(self.reached(patient=dict(person, age="4 years")), "emergency")
        self.assertEqual(self.reached(patient=dict(person, age="not_told")), "emergency")

    def test_two_complaints(self):
        """'over the same facts two complaints give the more urgent of the two'."""
        self.lib("  - settle: self-care\n    if: a\n  - otherwise: pharmacy",
                 files={"complaints/r.yaml": pathway("  - otherwise: see-24", "r")})
        self.assertEqual(self.reached({"a": "yes"}), "self-care")
        self.assertEqual(self.reached({"a": "yes"}, complaints=["r", "p"]), "see-24")


class Values(Base):
    def test_only_if_false_reads_otherwise(self):
        """'what was said; else, where `only_if` is false, its `otherwise`; else unknown'."""
        self.assertEqual(self.truth("child", {"a": "no"}), (False, False))
        self.assertEqual(self.truth("child", {}), (None, None))
        self.assertEqual(self.truth("child", {"a": "yes"}), (None, None))
        self.assertEqual(self.truth("child", {"a": {"not_sure": True}}), (None, None))

    def test_said_wins_over_not_applying(self):
        """'What was said wins, not sure included: said where it does not apply it may raise'."""
        self.assertEqual(self.truth("child", {"a": "no", "child": "yes"}), (True, True))
        self.assertEqual(self.truth("child", {"a": "no", "child": {"not_sure": True}}), (True, False))

    def test_only_if_chain(self):
        """'for each q in it, those of its `only_if`': a chain is asked from its root."""
        self.lib("  - ask: [grand, child, a]\n  - reach: emergency\n    if: grand\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"ask": ["a"]})
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["child"]})
        self.assertEqual(self.next({"a": "yes", "child": {"not_sure": True}}), {"ask": ["grand"]})
        self.assertEqual(self.next({"a": "no"}), {"end": "pharmacy"})

    def test_means(self):
        """'Derived, not stored … Said and implied differently reads as not sure … Not sure, none fit or refused on such a
        question implies not sure.'"""
        self.assertEqual(self.truth("throat", {"swallow": "unable"}), (True, True))
        self.assertEqual(self.truth("throat", {"swallow": "sore"}), (None, None))
        self.assertEqual(self.truth("throat", {"swallow": "unable", "throat": "no"}), (True, False))
        self.assertEqual(self.truth("throat", {"swallow": "unable", "throat": "yes"}), (True, True))
        for w in ("not_sure", "none_fit", "refused"):
            self.assertEqual(self.truth("throat", {"swallow": {w: True}}), (True, False))
        self.assertEqual(self.truth("throat", {"swallow": "sore", "throat": "no"}), (False, False))

    def test_out_of_bounds(self):
        """'an answer beyond a bound is kept as said and read as the bound'."""
        self.assertEqual(self.truth("days <= 30", {"days": 99}), (True, True))
        self.assertEqual(self.truth("days < 0", {"days": -4}), (False, False))

    def test_system_fact_otherwise_and_unknown(self):
        """'Each declares `otherwise:` for nothing to look up; `unknown`, which reads as not sure, is only a look-up that failed'."""
        self.assertEqual(self.truth("contacts >= 3", {}), (False, False))
        self.assertEqual(self.truth("contacts >= 3", {"contacts": 4}), (True, True))
        self.assertEqual(self.truth("contacts >= 3", {"contacts": {"unknown": True}}), (True, False))

    def test_if_unknown(self):
        """'`if_unknown: ask q` opens a question to be read in place of a record fact'."""
        self.lib("  - reach: emergency\n    if: lonely\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"end": "pharmacy"})
        u = {"lonely": {"unknown": True}}
        self.assertEqual(self.next(u), {"ask": ["alone"]})
        self.assertEqual(self.next(dict(u, alone="no")), {"end": "pharmacy"})
        self.assertEqual(self.reached(dict(u, alone="yes")), "emergency")

    def test_about_complaint(self):
        """'`about: complaint` (keyed by pathway)': an answer for one pathway says nothing for another."""
        line = "  - ask: place\n  - reach: emergency\n    if: place\n  - otherwise: pharmacy"
        self.lib(line, files={"complaints/r.yaml": pathway(line, "r")})
        self.assertEqual(self.next(complaints=["p", "r"]), {"ask": ["p/place"]})
        self.assertEqual(self.next({"p/place": "no"}, complaints=["p", "r"]), {"ask": ["r/place"]})
        self.assertEqual(self.reached({"r/place": "yes"}, complaints=["p", "r"]), "emergency")

    def test_only_if_about_the_complaint(self):
        """'It is asked only where `only_if` is true': a pathway's own question behind its `about: complaint` one."""
        head = ("questions:\n  spot: {say: s, about: complaint}\n  sore_spot: {say: s, only_if: spot, otherwise: no}\n")
        self.lib("  - ask: [sore_spot, spot]\n  - reach: emergency\n    if: sore_spot\n  - otherwise: pharmacy", head=head)
        self.assertEqual(self.next(), {"ask": ["p/spot"]})
        self.assertEqual(self.next({"p/spot": "yes"}), {"ask": ["sore_spot"]})
        self.assertEqual(self.next({"p/spot": "no"}), {"end": "pharmacy"})

    def test_checklist(self):
        """'a screen over ordinary yes/no facts, showing members that apply, are unanswered and needed'; 'not sure leaves them
        unanswered and they are asked one by one'."""
        self.lib("  - ask: signs\n  - reach: emergency\n    if: b || d\n  - otherwise: pharmacy")
        self.assertEqual(self.next(), {"checklist": "signs", "ask": ["b", "d"]})
        self.assertEqual(self.next({"b": "no"}), {"checklist": "signs", "ask": ["d"]})
        self.assertEqual(self.next({"signs": {"not_sure": True}}), {"ask": ["b"]})
        self.assertEqual(self.next({"b": "no", "d": "no"}), {"end": "pharmacy"})


class Ages(Base):
    def age(self, rule, **patient):
        return self.truth(rule, {}, patient)

    def test_by_calendar(self):
        """'Age is by calendar from the date of birth to the date of the contact (`years(1)` is `months(12)`)'."""
        for rule in ("age >= years(1)", "age >= months(12)"):
            self.assertEqual(self.age(rule, birth_date="2025-11-22"), (True, True))
            self.assertEqual(self.age(rule, birth_date="2025-11-23"), (False, False))
        self.assertEqual(self.age("age < days(28)", birth_date="2026-10-26"), (True, True))
        self.assertEqual(self.age("age < days(28)", birth_date="2026-10-25"), (False, False))

    def test_ranges(self):
        """'a..b leaves b out, a..=b keeps it, everywhere'."""
        self.assertEqual(self.age("age in months(3)..years(3)", birth_date="2023-11-22"), (False, False))
        self.assertEqual(self.age("age in days(3)..days(28)", birth_date="2026-10-25"), (False, False))
        self.assertEqual(self.age("age in days(3)..=days(28)", birth_date="2026-10-25"), (True, True))
        self.assertEqual(self.age("age in days(3)..=days(28)", birth_date="2026-10-24"), (False, False))

    def test_told_age_is_a_range(self):
        """'an age told as "five" is any age in `years(5)..years(6)`'."""
        self.assertEqual(self.age("age >= years(5)", age="5 years"), (True, True))
        self.assertEqual(self.age("age >= years(6)", age="5 years"), (False, False))
        self.assertEqual(self.age("age < months(66)", age="5 years"), (True, False))
        self.assertEqual(self.age("age in months(61)..months(62)", age="5 years"), (True, False))
        self.assertEqual(self.age("age >= months(20)", age="20 months"), (True, True))

    def test_told_month_in_days(self):
        """Silent on the other unit; wider is more urgent (R4): one month is 28 days or more, and two at most 64."""
        self.assertEqual(self.age("age < days(28)", age="1 month"), (False, False))
        self.assertEqual(self.age("age < days(29)", age="1 month"), (True, False))
        self.assertEqual(self.age("age <= days(62)", age="1 month"), (True, False))
        self.assertEqual(self.age("age <= days(63)", age="1 month"), (True, True))
        self.assertEqual(self.age("age < months(3)", age="12 weeks"), (True, False))
        self.assertEqual(self.age("age < months(3)", age="11 weeks"), (True, True))

    def test_not_told(self):
        """'unasked is undetermined, only "not told" is every age'; sex not told is not sure."""
        self.assertEqual(self.age("age < years(1)", age="not_told"), (True, False))
        self.assertEqual(self.age("age < years(1)"), (None, None))
        self.assertEqual(self.age("sex == female", sex="not_told"), (True, False))
        self.assertEqual(self.age("sex == female"), (None, None))

    def test_end_of_month(self):
        """Reading R1: born on 31 January, a month old on 1 March."""
        from oracle import completed_months
        from datetime import date
        self.assertEqual([completed_months(date(2026, 1, 31), d) for d in (date(2026, 2, 28), date(2026, 3, 1))], [0, 1])
        self.assertEqual([completed_months(date(2024, 2, 29), d) for d in (date(2025, 2, 28), date(2025, 3, 1))], [11, 12])


class Ignorance(Base):
    def test_could_and_must_leaf_by_leaf(self):
        """'a not-sure leaf could hold if some value satisfies it and must if all do; then Kleene, with ! swapping the two;
        never jointly'."""
        u = {"a": {"not_sure": True}}
        self.assertEqual(self.truth("a && !a", u), (True, False))
        self.assertEqual(self.truth("a || !a", u), (True, False))
        self.assertEqual(self.truth("!(a && b)", dict(u, b="yes")), (True, False))
        self.assertEqual(self.truth("level in [low, mid, high]", {"level": {"not_sure": True}}), (True, True))
        self.assertEqual(self.truth("days >= 0", {"days": {"not_sure": True}}), (True, True))
        self.assertEqual(self.truth("days in 31..40", {"days": {"not_sure": True}}), (False, False))
        self.assertEqual(self.truth("temp >= 38.5", {"temp": 38.5}), (True, True))

    def test_stand_in(self):
        """'`not_sure: option`, used only for a spoken "not sure"'; none fit: 'a declared stand-in is not used'."""
        self.assertEqual(self.truth("guess == high", {"guess": {"not_sure": True}}), (False, False))
        for w in ("none_fit", "refused"):
            self.assertEqual(self.truth("guess == high", {"guess": {w: True}}), (True, False))

    def test_unsure(self):
        """'unsure(q) …: undetermined while unanswered, false where not applicable and nothing was said, true for an unknown
        system fact'."""
        self.assertEqual(self.truth("unsure(a)", {}), (None, None))
        self.assertEqual(self.truth("unsure(a)", {"a": {"refused": True}}), (True, True))
        self.assertEqual(self.truth("unsure(a)", {"a": "yes"}), (False, False))
        self.assertEqual(self.truth("unsure(child)", {"a": "no"}), (False, False))
        self.assertEqual(self.truth("unsure(contacts)", {"contacts": {"unknown": True}}), (True, True))

    def test_none_fit(self):
        """'None of these fit: reads as not sure …, joins the catalogue's `none_fit` disposition as a reach, and goes on'."""
        self.lib("  - ask: level\n  - reach: see-24\n    if: level == high\n  - ask: b\n  - reach: emergency\n    if: b\n"
                 "  - otherwise: pharmacy")
        w = self.walk({"level": {"none_fit": True}})
        self.assertEqual((w["reached"], w["next"]), ("call-30", {"ask": ["b"]}))
        self.assertEqual(self.reached({"level": {"refused": True}}), "see-24")

    def test_early_exit(self):
        """'the catalogue's `early_exit` disposition holds as a rule while the last contact ended before its walk'."""
        self.lib("  - otherwise: pharmacy")
        self.assertEqual(self.reached({}, early=True), "call-60")

    def test_count(self):
        """'counts and scores are intervals': two of three, with one unanswered and one not sure."""
        rule = "count([a, b, c]) >= 2"
        self.assertEqual(self.truth(rule, {"a": "yes"}), (None, None))
        self.assertEqual(self.truth(rule, {"a": "yes", "b": {"not_sure": True}}), (True, None))
        self.assertEqual(self.truth(rule, {"a": "no", "b": {"not_sure": True}}), (None, False))
        self.assertEqual(self.truth(rule, {"a": "no", "b": "no"}), (False, False))

    SCORE = ("  - score: s\n    points:\n      - add: 2\n        if: a\n      - add: 1\n        if: b\n      - add: -1\n        if: c\n"
             "    bands:\n      days:\n        ..=3: 0\n        4..10: 2\n        10..: 4\n")

    def score(self, rule, facts):
        from oracle import Case
        self.lib(self.SCORE + "  - otherwise: pharmacy")
        case = Case(self.o.lib, ["p"], {"now": NOW, "facts": facts})
        node = self.o.lib.rule(rule)
        return [case.eval(node, "could"), case.eval(node, "must"), sorted(q for q, _ in case.leaves(node, "could"))]

    def test_score_sum(self):
        """'A score runs from the lowest to the highest sum of its parts still possible (the bands of one question are one
        part)': 2 + 1 - 1 + 2 = 4."""
        full = {"a": "yes", "b": "yes", "c": "yes", "days": 9}
        self.assertEqual(self.score("s == 4", full), [True, True, []])
        self.assertEqual(self.score("s >= 6", dict(full, days=10)), [True, True, []])
        self.assertEqual(self.score("s in 0..4", full), [False, False, []])

    def test_score_not_sure_and_unanswered(self):
        """The same, with ignorance: days not sure is 0 to 4, c unanswered is -1 to 0."""
        facts = {"a": "yes", "b": "no", "days": {"not_sure": True}}
        self.assertEqual(self.score("s >= 6", facts), [None, False, ["c"]])
        self.assertEqual(self.score("s >= 5", facts), [True, False, []])
        self.assertEqual(self.score("s >= 1", facts), [True, True, []])
        self.assertEqual(self.score("s <= 1", facts), [None, False, ["c"]])

    def test_only_the_deciding_end_is_needed(self):
        """'in a comparison only the end that decides is needed': a || b with a not sure could hold, whatever b is."""
        self.lib("  - score: s\n    points:\n      - add: 2\n        if: a || b\n      - add: 1\n        if: c\n  - ask: [a, b, c]\n"
                 "  - reach: emergency\n    if: s >= 3\n  - otherwise: pharmacy")
        self.assertEqual(self.next({"a": {"not_sure": True}}), {"ask": ["c"]})

    def test_highest(self):
        """'`highest(s)` is its largest single part'."""
        self.assertEqual(self.score("highest(s) >= 2", {"a": "no", "b": "yes", "c": "no", "days": 5})[:2], [True, True])
        self.assertEqual(self.score("highest(s) >= 3", {"a": "yes", "b": "yes", "c": "no", "days": 9})[:2], [False, False])
        self.assertEqual(self.score("highest(s) >= 3", {}), [None, None, ["days"]])

    def test_not_sure_is_at_least_every_option(self):
        """'So not sure is at least as urgent as every option by construction' – over every pair of answers."""
        self.lib("  - reach: emergency\n    if: a && level == mid\n  - reach: see-24\n    if: level != low\n"
                 "  - settle: self-care\n    if: level == low && !a\n  - otherwise: pharmacy")
        order = ["emergency", "see-24", "pharmacy", "self-care"]
        for a, level in itertools.product(("yes", "no"), ("low", "mid", "high")):
            told = order.index(self.reached({"a": a, "level": level}))
            for f in ({"a": {"not_sure": True}, "level": level}, {"a": a, "level": {"not_sure": True}}):
                self.assertLessEqual(order.index(self.reached(f)), told)


class Fragment(Base):
    def test_times(self):
        """'hours_since(q), hours_until(q) against hours(n) or minutes(n) (now is the start of the contact; exact minutes;
        below 0 is 0)'."""
        self.assertEqual(self.truth("hours_since(began) <= hours(6)", {"began": {"at": "2026-11-22T06:00:00Z"}}), (True, True))
        self.assertEqual(self.truth("hours_since(began) <= hours(6)", {"began": {"at": "2026-11-22T05:59:00Z"}}), (False, False))
        self.assertEqual(self.truth("hours_until(dose) < minutes(1)", {"dose": {"at": "2026-11-22T09:00:00Z"}}), (True, True))
        self.assertEqual(self.truth("hours_since(dose) >= hours(3)", {"dose": {"at": "2026-11-22T09:00:00Z"}}), (True, True))
        self.assertEqual(self.truth("hours_since(began) > hours(72)", {"began": {"at": "2026-11-01T09:00:00Z"}}), (False, False))
        self.assertEqual(self.truth("hours_since(began) > hours(71)", {"began": {"not_sure": True}}), (True, False))

    def test_tables(self):
        """'`any(picked, column == value)`, `all(picked, …)` …; an empty pick is no answer, "none" is a row'."""
        self.assertEqual(self.truth("any(taken, harm == bad)", {"taken": ["soap", "bleach"]}), (True, True))
        self.assertEqual(self.truth("all(taken, harm in [bad])", {"taken": ["soap", "bleach"]}), (False, False))
        self.assertEqual(self.truth("any(taken, harm == bad)", {"taken": []}), (None, None))
        self.assertEqual(self.truth("any(taken, harm == bad)", {"taken": ["none"]}), (False, False))
        self.assertEqual(self.truth("any(taken, harm == bad)", {"taken": ["else"]}), (True, True))
        self.assertEqual(self.truth("all(taken, harm == mild)", {"taken": {"not_sure": True}}), (True, False))

    def test_per_kg(self):
        """'per_kg(amount, weight) (rounded up)': 100 / 3 is 34."""
        self.assertEqual(self.truth("per_kg(amount, weight) >= 34", {"amount": 100, "weight": 3}), (True, True))
        self.assertEqual(self.truth("per_kg(amount, weight) >= 35", {"amount": 100, "weight": 3}), (False, False))
        self.assertEqual(self.truth("per_kg(amount, weight) >= 34", {"amount": 100}), (None, None))
        self.assertEqual(self.truth("per_kg(amount, weight) >= 34", {"amount": 100, "weight": {"not_sure": True}}), (True, False))

    def test_comparisons(self):
        """'numbers … `in a..b`, `in a..=b`'; '`q == no` is `!q`'."""
        self.assertEqual(self.truth("days in 1..3", {"days": 3}), (False, False))
        self.assertEqual(self.truth("days in 1..=3", {"days": 3}), (True, True))
        self.assertEqual(self.truth("a == no", {"a": "no"}), (True, True))
        self.assertEqual(self.truth("level != low", {"level": "mid"}), (True, True))

    def test_errors(self):
        """'`a || b && c` without parentheses'; '`if:` left empty'; 'duplicate keys'; 'a right side that is not an option'."""
        for flow in ("  - reach: emergency\n    if: a || b && c", "  - reach: emergency\n    if:", "  - reach: emergency\n    if: !a",
                     "  - reach: emergency\n    if: a\n    if: b", "  - reach: emergency\n    if: level == wet",
                     "  - reach: emergency\n    if: nothing_like_it", "  - include: nowhere"):
            o = Oracle()
            files = {"dispositions.yaml": DISPOSITIONS, "questions/system.yaml": SYSTEM, "questions/q.yaml": SHARED,
                     "complaints/p.yaml": pathway(flow + "\n  - otherwise: pharmacy")}
            self.assertIn("error", o.answer({"op": "load", "files": files}), flow)

    def test_text_is_not_read(self):
        """'text (for people; no rule reads it)'."""
        o = Oracle()
        self.assertIn("error", o.answer({"op": "load", "files": {
            "dispositions.yaml": DISPOSITIONS, "questions/system.yaml": SYSTEM,
            "complaints/p.yaml": pathway("  - reach: emergency\n    if: words\n  - otherwise: pharmacy",
                                         head="questions:\n  words: {say: s, answers: text}")}}))


class Composition(Base):
    def test_include(self):
        """'include: a shared flow in this place: its `danger` and `flow` join ours'."""
        shared = "shared: f\ndanger:\n  - ask: b\n  - reach: ambulance\n    if: b\nflow:\n  - ask: c\n  - reach: emergency\n    if: c\n"
        self.lib("  - ask: d\n  - reach: see-2\n    if: d\n  - include: f\n    if: a\n  - otherwise: pharmacy",
                 files={"shared/f.yaml": shared})
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["b"]})
        self.assertEqual(self.next({"a": "yes", "b": "no"}), {"ask": ["d"]})
        self.assertEqual(self.next({"a": "no"}), {"ask": ["d"]})
        self.assertEqual(self.reached({"a": "no", "b": "yes", "c": "yes"}), "pharmacy")

    def test_elsewhere(self):
        """'our `otherwise` goes only where the guard and p's `for` must hold'; 'its settles act on its own `otherwise`'."""
        other = pathway("  - ask: b\n  - settle: self-care\n    if: b\n  - otherwise: see-24", "r", head='for: {age: "years(5).."}')
        self.lib("  - ask: a\n  - elsewhere: r\n    if: a\n  - otherwise: see-2", files={"complaints/r.yaml": other})
        self.assertEqual(self.reached({"a": "no", "b": "yes"}), "see-2")
        self.assertEqual(self.reached({"a": "yes", "b": "yes"}), "self-care")
        self.assertEqual(self.reached({"a": "yes", "b": "no"}), "see-24")
        self.assertEqual(self.reached({"a": {"not_sure": True}, "b": "yes"}), "see-2")
        young = {"age": "4 years", "sex": "female", "party": "first"}
        self.assertEqual(self.reached({"a": "yes", "b": "yes"}, patient=young), "see-2")

    def test_settle_removal_ignores_the_guard_around(self):
        """'A settle's removal of the base does not depend on the guard of an `elsewhere` or `for` around it.'"""
        other = pathway("  - settle: self-care\n    if: b\n  - otherwise: see-24", "r")
        self.lib("  - elsewhere: r\n    if: a\n  - otherwise: pharmacy", files={"complaints/r.yaml": other})
        self.assertEqual(self.reached({"a": {"not_sure": True}, "b": "yes"}), "pharmacy")
        self.assertEqual(self.reached({"a": {"not_sure": True}, "b": "no"}), "see-24")

    RISK = "flow:\n  - ask: [d, e]\nitems:\n  d: {reach: see-24}\n  weak: {if: e, reach: see-24}\n"

    def test_risks(self):
        """'here, `reach d if item` in place of the item's own line …; an item with `none: why` has no line here'."""
        self.lib(head="risks: {weak: emergency, rest: usual}", files={"risk-history.yaml": self.RISK})
        self.assertEqual(self.reached({"e": "yes", "d": "no"}), "emergency")
        self.assertEqual(self.reached({"e": "no", "d": "yes"}), "see-24")
        self.lib(head="risks: {weak: {none: why}, rest: usual}", files={"risk-history.yaml": self.RISK})
        self.assertEqual(self.reached({"e": "yes", "d": "no"}), "pharmacy")
        self.assertEqual(self.next({}), {"ask": ["d"]})

    def test_risk_history_is_a_keep(self):
        """'The risk history is a keep as well: what was not needed for the result is asked for the hand-over.'"""
        self.lib("  - reach: emergency\n    if: a\n  - otherwise: pharmacy", head="risks: {rest: usual}",
                 files={"risk-history.yaml": self.RISK})
        self.assertEqual(self.next({"a": "yes"}), {"keep": ["d", "e"]})
        self.assertEqual(self.next({"a": "yes", "d": "no", "e": "no"}), {"end": "emergency"})
        self.assertEqual(self.next({"a": "no", "d": "yes"}), {"end": "see-24"})

    def test_keep(self):
        """'keep: asked for the hand-over when the result is certain, if the result hands over'; 'An undetermined guard of a
        … keep makes its leaves needed at that point'."""
        self.lib("  - ask: [a, b]\n  - reach: emergency\n    if: a\n  - otherwise: pharmacy\n  - keep: [c, child]\n    if: b")
        self.assertEqual(self.next(), {"ask": ["a"]})
        self.assertEqual(self.next({"a": "no"}), {"end": "pharmacy"})
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["b"]})
        self.assertEqual(self.next({"a": "yes", "b": "yes"}), {"keep": ["c", "child"]})
        self.assertEqual(self.next({"a": "yes", "b": "no"}), {"end": "emergency"})

    def test_guide_between(self):
        """'It comes after the asks that could be more urgent and before everything else' (asks only for also-lines, keeps)."""
        self.lib("  - ask: [a, b]\n  - ask: c\n  - reach: emergency\n    if: a\n  - reach: ambulance\n    if: b\n  - guide: g\n    if: a\n"
                 "  - also: crisis\n    if: c\n  - otherwise: pharmacy", files={"guides/g.yaml": "guide: g\nexits: {done: x}\n"})
        self.assertEqual(self.next({"a": "yes"}), {"ask": ["b"]})
        self.assertEqual(self.next({"a": "yes", "b": "no"}), {"guide": "g"})
        done = {"a": "yes", "b": "no", "g": {"exit": "done"}}
        self.assertEqual(self.next(done), {"ask": ["c"]})
        self.assertEqual(self.walk(dict(done, c="yes"))["also"], ["crisis"])

    def test_certain_needs(self):
        """'A catalogue entry marked `certain: yes` counts only when its guard must hold'."""
        self.lib("  - also: police\n    if: a\n  - also: crisis\n    if: a\n  - otherwise: pharmacy")
        self.assertEqual(self.walk({"a": {"not_sure": True}})["also"], ["crisis"])
        self.assertEqual(self.walk({"a": "yes"})["also"], ["crisis", "police"])

    EXC = {"exceptions.yaml": "exceptions:\n  stay: {if: care_plan == stay, instead: palliative}\n"}

    def test_gives_way(self):
        """'the line is lost only where x must hold, and then becomes the `instead`'; facts 'read no until stated'."""
        self.lib("  - reach: emergency\n    if: a\n    gives_way: [stay]\n  - otherwise: pharmacy", files=self.EXC)
        self.assertEqual(self.reached({"a": "yes"}), "emergency")
        self.assertEqual(self.reached({"a": "yes", "care_plan": "stay"}), "palliative")
        self.assertEqual(self.reached({"a": "yes", "care_plan": {"unknown": True}}), "emergency")
        self.assertEqual(self.reached({"a": "no", "care_plan": "stay"}), "pharmacy")

    def test_gives_way_of_the_catalogue(self):
        """'on a line or a catalogue disposition'."""
        files = dict(self.EXC)
        files["dispositions.yaml"] = DISPOSITIONS.replace("setting: ambulance, ", "setting: ambulance, gives_way: [stay], ")
        self.lib("  - reach: ambulance\n    if: a\n  - otherwise: pharmacy", files=files)
        self.assertEqual(self.reached({"a": "yes", "care_plan": "stay"}), "palliative")

    def test_advice(self):
        """'each line … shows only when it must hold, and only if the case's result is no more urgent than this pathway's
        `otherwise` (or the item's `up_to: d`)'."""
        advice = "advice: rest\nlines:\n  - say: x\n  - say: y\n    if: b\n"
        flow = "  - reach: see-24\n    if: a\n  - otherwise: pharmacy\n  - advise: rest"
        self.lib(flow, files={"advice/rest.yaml": advice})
        self.assertEqual(self.walk({"a": "no", "b": {"not_sure": True}})["advice"], [["rest", 0]])
        self.assertEqual(self.walk({"a": "no", "b": "yes"})["advice"], [["rest", 0], ["rest", 1]])
        self.assertEqual(self.walk({"a": "yes", "b": "yes"})["advice"], [])
        self.lib(flow, files={"advice/rest.yaml": advice + "up_to: see-24\n"})
        self.assertEqual(self.walk({"a": "yes", "b": "no"})["advice"], [["rest", 0]])

    def test_interrupts(self):
        """'they count when their facts are known, and are goals while every undetermined leaf still has an ask that is not
        surely closed; one still undetermined at the end does not count'."""
        inter = {"interrupts.yaml": "interrupts:\n  - reach: ambulance\n    if: d || e\n"}
        self.lib("  - otherwise: pharmacy", files=inter)
        w = self.walk({})
        self.assertEqual((w["next"], w["defects"]), ({"end": "pharmacy"}, []))
        self.assertEqual(self.reached({"d": "yes"}), "ambulance")
        self.lib("  - ask: d\n    if: a\n  - otherwise: pharmacy", files=inter)
        self.assertEqual(self.next({"a": "yes"}), {"end": "pharmacy"})            # e has no ask
        self.assertEqual(self.next({"a": "yes", "e": "no"}), {"ask": ["d"]})
        self.assertEqual(self.next({"a": "no", "e": "no"}), {"end": "pharmacy"})  # surely closed

    def test_change_and_change_back(self):
        """'change and change back is identity of the outcome over the same facts' – the walk is pure."""
        self.lib("  - ask: swallow\n  - reach: emergency\n    if: throat\n  - otherwise: pharmacy")
        self.assertEqual([self.reached({"swallow": x, "throat": "no"}) for x in ("sore", "unable", "sore")],
                         ["pharmacy", "emergency", "pharmacy"])

    def test_end_is_the_outcome(self):
        """'every walk ends; its end is the outcome over the facts this case can ask and those volunteered, for every order of
        asking, volunteering': random answers, random volunteering, the group's members in random order."""
        self.lib("  - include: f\n  - ask: [a, child, level]\n  - reach: see-2\n    if: child && level == high\n  - ask: signs\n"
                 "  - reach: emergency\n    if: count([b, c, d]) >= 2\n  - settle: self-care\n    if: level == low && !b\n"
                 "  - otherwise: pharmacy\n  - keep: e",
                 danger="  - ask: swallow\n  - reach: ambulance\n    if: throat && a\n  - ask: throat\n",
                 files={"shared/f.yaml": "shared: f\nflow:\n  - ask: a\n  - also: crisis\n    if: a && c\n"})
        rnd = random.Random(7)
        for _ in range(150):
            full = {q: rnd.choice(["yes", "no", {"not_sure": True}]) for q in ("a", "b", "c", "d", "e", "child", "throat")}
            full["level"] = rnd.choice(["low", "mid", "high", {"none_fit": True}])
            full["swallow"] = rnd.choice(["unable", "sore", "normal"])
            facts = {q: v for q, v in full.items() if rnd.random() < .15}
            for _ in range(20):
                w = self.walk(facts)
                if "end" in w["next"]:
                    break
                for q in rnd.sample(w["next"].get("ask") or w["next"]["keep"], 1):
                    facts[q] = full[q]
            self.assertEqual(w["defects"], [])
            self.assertEqual(w["next"], {"end": self.ask("outcome", facts)["outcome"]})
            for q, v in full.items():                      # every open ask answered: still the same end
                if q not in facts and q not in ("child", "level", "swallow", "throat"):
                    self.assertEqual(self.ask("outcome", dict(facts, **{q: v}))["outcome"], w["next"]["end"])


class Defined(Base):
    def test_asked_is_defined(self):
        """'a line reads only what is asked whenever it could count'."""
        self.assertEqual(self.defined("  - ask: [a, b]\n  - reach: emergency\n    if: a && b\n  - otherwise: pharmacy"),
                         {"defined": True})

    def test_never_asked(self):
        """'The diagnostic shows the patient for whom it is not so': a yes, b never asked."""
        got = self.defined("  - ask: a\n  - reach: emergency\n    if: a && b\n  - otherwise: pharmacy")
        self.assertEqual((got["defined"], got["example"]["facts"].get("a") != "no"), (False, True))

    def test_unread_asks_hide_nothing(self):
        """'all open asks answered': an asked question that no line reads changes nothing (it is taken as answered)."""
        self.assertFalse(self.defined("  - ask: [a, c]\n  - reach: emergency\n    if: a && b\n  - otherwise: pharmacy")["defined"])

    def test_conflict_of_means_is_defined(self):
        """'Derived, not stored': throat is read; swallow implies it only for `unable`, so it must be asked itself."""
        flow = "  - ask: swallow\n  - reach: emergency\n    if: throat\n  - otherwise: pharmacy"
        self.assertFalse(self.defined(flow)["defined"])
        self.assertTrue(self.defined(flow.replace("ask: swallow", "ask: [swallow, throat]"))["defined"])

    def test_three_fixes(self):
        """'three fixes: ask it; guard the read; give the question `only_if` and `otherwise`' – and the closed ask they mend."""
        broken = "  - ask: a\n  - ask: b\n    if: a\n  - reach: emergency\n    if: b\n  - otherwise: pharmacy"
        self.assertFalse(self.defined(broken)["defined"])
        self.assertTrue(self.defined(broken.replace("if: b", "if: a && b"))["defined"])
        self.assertTrue(self.defined("  - ask: [a, child]\n  - reach: emergency\n    if: child\n  - otherwise: pharmacy")["defined"])

    def test_not_sure_included(self):
        """'all open asks answered ("not sure" included)': unless a could hold and a could hold at once, so both are asked."""
        flow = ("  - ask: a\n  - when: a\n    do:\n      - ask: b\n      - reach: emergency\n        if: b\n    else:\n      - ask: c\n"
                "      - reach: see-2\n        if: c\n  - otherwise: pharmacy")
        self.assertTrue(self.defined(flow)["defined"])

    def test_below_the_result_is_defined(self):
        """'a rule above the result' – one below it may stay undetermined."""
        self.assertTrue(self.defined("  - reach: see-24\n    if: a\n  - otherwise: see-2")["defined"])

    def test_volunteered(self):
        """'any set of facts volunteered (inapplicable ones too)': a volunteered b opens c's line, c's ask stands behind a."""
        flow = "  - ask: a\n  - when: a\n    do:\n      - ask: [b, c]\n  - reach: emergency\n    if: b && c && {0}\n  - otherwise: pharmacy"
        self.assertFalse(self.defined(flow.format("b"))["defined"])
        self.assertTrue(self.defined(flow.format("a"))["defined"])

    def test_ages_and_also(self):
        """The same by age, and 'an also-line still undetermined'; 'Interrupts are exempt'."""
        flow = "  - ask: b\n    if: age < years(5)\n  - also: crisis\n    if: {0}\n  - otherwise: pharmacy"
        self.assertFalse(self.defined(flow.format("b && age <= years(5)"))["defined"])
        self.assertTrue(self.defined(flow.format("b && age < years(5)"))["defined"])
        inter = {"interrupts.yaml": "interrupts:\n  - reach: ambulance\n    if: e\n"}
        self.assertTrue(self.defined("  - otherwise: pharmacy", files=inter)["defined"])

    def test_too_large(self):
        """The brief: {"skipped": "too large"} beyond the limit."""
        self.lib("  - ask: [a, b, c]\n  - reach: emergency\n    if: a && b && c\n  - otherwise: pharmacy")
        self.assertEqual(self.o.answer({"op": "definedness", "pathway": "p", "limit": 10}), {"skipped": "too large"})


class Protocol(unittest.TestCase):
    def test_lines(self):
        """The brief: JSON lines in, one JSON line each out, errors named."""
        files = {"dispositions.yaml": DISPOSITIONS, "questions/system.yaml": SYSTEM, "questions/q.yaml": SHARED,
                 "tables/stuff.yaml": TABLE, "complaints/p.yaml": pathway("  - otherwise: pharmacy")}
        lines = [{"op": "walk"}, {"op": "load", "files": files},
                 {"op": "walk", "complaints": ["p"], "now": NOW, "patient": {"birth_date": "2024-01-31", "sex": "male", "party": "third"}},
                 {"op": "walk", "complaints": ["nothing"]}, {"op": "walk", "complaints": ["p"], "facts": {"level": "wet"}}]
        out = subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name("oracle.py"))], text=True, check=True,
                             input="".join(json.dumps(x) + "\n" for x in lines), capture_output=True).stdout.splitlines()
        got = [json.loads(x) for x in out]
        self.assertEqual(["error" in g for g in got], [True, False, False, True, False])
        self.assertEqual(got[2], {"reached": "pharmacy", "also": [], "next": {"end": "pharmacy"}, "defects": [], "advice": [],
                                  "must_also": [], "outcome": "pharmacy", "outcome_also": []})

    def test_readings_are_numbered(self):
        """README and report cite the readings by number."""
        self.assertEqual([r.split()[0] for r in READINGS], [f"R{i + 1}" for i in range(len(READINGS))])


if __name__ == "__main__":
    unittest.main()
