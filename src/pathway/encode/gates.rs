//! Gates over a SAT solver: the only module that knows which solver it is.
//!
//! A gate is defined by equivalence, so its literal may be asked for in either sense, and equal gates are one literal.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rustsat::solvers::{Solve, SolveIncremental, SolverResult};
pub use rustsat::types::Lit;
use rustsat::types::{Clause, TernaryVal};
use rustsat_batsat::BasicSolver;

use super::seen::Seen;

/// How long the solver may think about one question. Whoever has a clock makes it.
#[derive(Clone)]
pub struct Limit {
    /// Time that only goes up, from any beginning.
    pub now: Arc<dyn Fn() -> Duration + Send + Sync>,
    /// For each question.
    pub each: Duration,
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit").field("each", &self.each).finish()
    }
}

/// The solver was stopped by its [`Limit`]: nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time for this question was over before it was answered")]
pub struct Stopped;

/// A growing circuit, and the questions asked of it.
pub struct Gates {
    solver: BasicSolver,
    limit: Option<Limit>,
    /// When the present question is over, for the solver to look at.
    until: Rc<Cell<Option<Duration>>>,
    next: u32,
    yes: Lit,
    ands: HashMap<Vec<Lit>, Lit>,
    found: Vec<bool>,
    seen: Seen,
}

impl Default for Gates {
    fn default() -> Self {
        let mut gates = Gates {
            solver: BasicSolver::default(),
            limit: None,
            until: Rc::default(),
            next: 0,
            yes: Lit::positive(0),
            ands: HashMap::new(),
            found: Vec::new(),
            seen: Seen::default(),
        };
        gates.yes = gates.fresh();
        gates.seen.always();
        gates.clause([gates.yes]);
        gates
    }
}

impl Gates {
    /// Gates whose [`Gates::ask`] is answered within a limit.
    pub fn within(limit: Option<&Limit>) -> Self {
        let mut gates = Gates::default();
        if let Some(limit) = limit {
            let (now, until) = (Arc::clone(&limit.now), Rc::clone(&gates.until));
            gates
                .solver
                .batsat_mut()
                .cb_mut()
                .set_stop(move || until.get().is_some_and(|until| now() >= until));
            gates.limit = Some(limit.clone());
        }
        gates
    }

    /// The literal that is always true.
    pub fn yes(&self) -> Lit {
        self.yes
    }

    /// The literal that is always false.
    pub fn no(&self) -> Lit {
        !self.yes
    }

    /// One of the two.
    pub fn constant(&self, value: bool) -> Lit {
        if value { self.yes() } else { self.no() }
    }

    /// A literal that nothing binds yet.
    #[expect(
        clippy::expect_used,
        reason = "reserving a variable in memory cannot fail"
    )]
    pub fn fresh(&mut self) -> Lit {
        let lit = Lit::positive(self.next);
        self.next += 1;
        self.seen.free();
        self.solver
            .reserve(lit.var())
            .expect("a solver in memory takes any variable");
        lit
    }

    /// Some of these hold.
    #[expect(clippy::expect_used, reason = "adding a clause in memory cannot fail")]
    pub fn clause(&mut self, lits: impl IntoIterator<Item = Lit>) {
        let clause: Clause = lits.into_iter().collect();
        self.solver
            .add_clause(clause)
            .expect("a solver in memory takes any clause");
    }

    /// Where `one` holds, `other` does.
    pub fn implies(&mut self, one: Lit, other: Lit) {
        self.clause([!one, other]);
    }

    /// Both hold or neither.
    pub fn equal(&mut self, one: Lit, other: Lit) {
        self.implies(one, other);
        self.implies(other, one);
    }

    /// All of them.
    pub fn and(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        let mut lits: Vec<Lit> = lits.into_iter().filter(|lit| *lit != self.yes).collect();
        lits.sort_unstable();
        lits.dedup();
        if lits
            .iter()
            .any(|lit| *lit == self.no() || lits.binary_search(&!*lit).is_ok())
        {
            return self.no();
        }
        match lits.as_slice() {
            [] => return self.yes(),
            [only] => return *only,
            _ => {}
        }
        if let Some(known) = self.ands.get(&lits) {
            return *known;
        }
        let all = self.fresh();
        self.seen.all_of(&lits);
        for lit in &lits {
            self.implies(all, *lit);
        }
        self.clause(lits.iter().map(|lit| !*lit).chain([all]));
        self.ands.insert(lits, all);
        all
    }

    /// Some of them.
    pub fn or(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        !self.and(lits.into_iter().map(|lit| !lit))
    }

    /// `then` where `condition` holds, else `otherwise`.
    pub fn choose(&mut self, condition: Lit, then: Lit, otherwise: Lit) -> Lit {
        if then == otherwise {
            return then;
        }
        let held = self.and([condition, then]);
        let not_held = self.and([!condition, otherwise]);
        self.or([held, not_held])
    }

    /// No two of them (a running "one of those before" keeps it linear).
    pub fn at_most_one(&mut self, lits: &[Lit]) {
        let mut before: Option<Lit> = None;
        for lit in lits {
            let Some(so_far) = before else {
                before = Some(*lit);
                continue;
            };
            self.implies(so_far, !*lit);
            let now = self.fresh();
            self.implies(so_far, now);
            self.implies(*lit, now);
            before = Some(now);
        }
    }

    /// At least `needed`, where each part adds the points of its one alternative that holds.
    ///
    /// The alternatives of a part exclude each other and one of them holds.
    pub fn sum_at_least(&mut self, parts: &[Vec<(Lit, i64)>], needed: i64) -> Lit {
        let mut known = HashMap::new();
        self.rest_at_least(parts, needed, &mut known)
    }

    fn rest_at_least(
        &mut self,
        parts: &[Vec<(Lit, i64)>],
        needed: i64,
        known: &mut HashMap<(usize, i64), Lit>,
    ) -> Lit {
        let ends = |pick: fn(i64, i64) -> i64| -> i64 {
            parts
                .iter()
                .map(|part| {
                    part.iter()
                        .map(|(_, points)| *points)
                        .reduce(pick)
                        .unwrap_or(0)
                })
                .sum()
        };
        if ends(i64::min) >= needed {
            return self.yes();
        }
        let Some((part, rest)) = parts.split_first().filter(|_| ends(i64::max) >= needed) else {
            return self.no();
        };
        if let Some(found) = known.get(&(rest.len(), needed)) {
            return *found;
        }
        let mut ways = Vec::with_capacity(part.len());
        for (lit, points) in part {
            let then = self.rest_at_least(rest, needed.saturating_sub(*points), known);
            ways.push((*lit, then));
        }
        let found = match ways.first() {
            Some((_, same)) if ways.iter().all(|(_, then)| then == same) => *same,
            _ => {
                let held: Vec<Lit> = ways
                    .into_iter()
                    .map(|(lit, then)| self.and([lit, then]))
                    .collect();
                self.or(held)
            }
        };
        known.insert((rest.len(), needed), found);
        found
    }

    /// Whether everything said so far and these can hold together, however long it takes.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: without a time to end at, the solver is never stopped"
    )]
    pub fn possible(&mut self, assuming: &[Lit]) -> bool {
        self.solve(assuming)
            .expect("the solver goes on until it knows")
    }

    /// Whether the two are alike for everybody of whom all said so far holds. Who tells them apart is remembered, and found again without a
    /// question.
    pub fn is_alike(&mut self, one: Lit, other: Lit) -> bool {
        if one == other {
            return true;
        }
        if self.seen.differ(one, other) {
            return false;
        }
        let apart = self.choose(one, !other, other);
        if !self.possible(&[apart]) {
            return true;
        }
        let solver = &self.solver;
        self.seen.keep(|variable| holds(solver, variable));
        false
    }

    /// The same, within the limit.
    ///
    /// # Errors
    /// [`Stopped`] if the time is over before it is known.
    pub fn ask(&mut self, assuming: &[Lit]) -> Result<bool, Stopped> {
        self.timed(|gates| gates.solve(assuming))
    }

    /// One question, for which the time of the limit begins now.
    fn timed<T>(&mut self, question: impl FnOnce(&mut Self) -> T) -> T {
        let end = self
            .limit
            .as_ref()
            .map(|limit| (limit.now)().saturating_add(limit.each));
        self.until.set(end);
        let answer = question(self);
        self.until.set(None);
        answer
    }

    #[expect(clippy::expect_used, reason = "a solver in memory does not fail")]
    fn solve(&mut self, assuming: &[Lit]) -> Result<bool, Stopped> {
        let answer = self
            .solver
            .solve_assumps(assuming)
            .expect("a solver in memory answers");
        match answer {
            SolverResult::Sat => Ok(true),
            SolverResult::Unsat => Ok(false),
            SolverResult::Interrupted => Err(Stopped),
        }
    }

    /// As [`Gates::possible`]; if so, [`Gates::holds`] reads the example found.
    pub fn example(&mut self, assuming: &[Lit]) -> bool {
        let found = self.possible(assuming);
        if found {
            self.remember();
        }
        found
    }

    fn remember(&mut self) {
        let solver = &self.solver;
        self.found = (0..self.next).map(|index| holds(solver, index)).collect();
    }

    /// Whether a literal holds in the example last found.
    pub fn holds(&self, lit: Lit) -> bool {
        self.found
            .get(lit.vidx())
            .is_some_and(|value| *value == lit.is_pos())
    }

    /// Looks for an example of `must` that grants each wish, in order, that can be granted with those before it. When the time of the limit
    /// is over, the wishes that are left are not granted.
    pub fn grant(&mut self, must: &[Lit], wishes: impl IntoIterator<Item = Lit>) -> bool {
        let mut kept = must.to_vec();
        if !self.example(&kept) {
            return false;
        }
        let wishes: Vec<Lit> = wishes.into_iter().collect();
        // What is granted when the time is over stays granted.
        let _: Result<(), Stopped> = self.timed(|gates| gates.grant_all(&mut kept, &wishes));
        true
    }

    /// All of them at once if they can be, else all before the one that cannot be granted with those before it, and so on: most wishes are
    /// granted, and one question answers for many.
    fn grant_all(&mut self, kept: &mut Vec<Lit>, mut wishes: &[Lit]) -> Result<(), Stopped> {
        while !wishes.is_empty() {
            let before = kept.len();
            let mut refused = wishes.len();
            // The last wish of a set that cannot hold together is refused, unless those before it cannot hold together either.
            loop {
                let (granted, _) = wishes.split_at(refused);
                kept.truncate(before);
                kept.extend(granted);
                if granted.iter().all(|wish| self.holds(*wish)) {
                    break;
                }
                if self.solve(kept)? {
                    self.remember();
                    break;
                }
                let clash = self.clash();
                refused = granted
                    .iter()
                    .rposition(|wish| clash.contains(wish))
                    .unwrap_or(0);
            }
            wishes = wishes.get(refused + 1..).unwrap_or_default();
        }
        Ok(())
    }

    /// Those of what was assumed last that cannot hold together with what was said.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: the solver has just said that they cannot"
    )]
    fn clash(&mut self) -> HashSet<Lit> {
        let core = self.solver.core().expect("the solver has just refused");
        core.into_iter().map(|lit| !lit).collect()
    }

    /// How many variables there are, for measurements.
    pub fn size(&self) -> u32 {
        self.next
    }
}

/// Whether a variable holds in what the solver has just found.
fn holds(solver: &BasicSolver, variable: u32) -> bool {
    solver
        .lit_val(Lit::positive(variable))
        .is_ok_and(|value| value == TernaryVal::True)
}
