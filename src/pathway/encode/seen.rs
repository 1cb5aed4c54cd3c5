//! Patients whom the solver has found, kept side by side: what each gate comes to for them is reckoned as it is made, so that two gates which
//! differ for one of them need not be asked about.

use rustsat::types::Lit;

/// One bit for each patient; the 65th takes the place of the first.
#[derive(Default)]
pub(super) struct Seen {
    /// By variable: whether it holds, and whether that is known. Of a variable that came after a patient and is no gate over older ones, it is
    /// not.
    bits: Vec<(u64, u64)>,
    next: u32,
}

impl Seen {
    /// A variable that nothing binds yet.
    pub(super) fn free(&mut self) {
        self.bits.push((0, 0));
    }

    /// The variable made last holds for everybody.
    pub(super) fn always(&mut self) {
        if let Some(last) = self.bits.last_mut() {
            *last = (u64::MAX, u64::MAX);
        }
    }

    /// The variable made last holds where all of these do.
    pub(super) fn all_of(&mut self, lits: &[Lit]) {
        let all = lits.iter().fold((u64::MAX, u64::MAX), |all, lit| {
            let (holds, known) = self.of(*lit);
            (all.0 & holds, all.1 & known)
        });
        if let Some(last) = self.bits.last_mut() {
            *last = all;
        }
    }

    /// Somebody was found, of whom this says which variables hold.
    pub(super) fn keep(&mut self, holds: impl Fn(u32) -> bool) {
        let bit = 1_u64 << self.next;
        self.next = (self.next + 1) % u64::BITS;
        for (variable, (values, known)) in (0..).zip(&mut self.bits) {
            *known |= bit;
            if holds(variable) {
                *values |= bit;
            } else {
                *values &= !bit;
            }
        }
    }

    /// For one of them, as far as that is known, one of the two holds and the other does not.
    pub(super) fn differ(&self, one: Lit, other: Lit) -> bool {
        let (one, other) = (self.of(one), self.of(other));
        (one.0 ^ other.0) & one.1 & other.1 != 0
    }

    fn of(&self, lit: Lit) -> (u64, u64) {
        let (holds, known) = self.bits.get(lit.vidx()).copied().unwrap_or_default();
        if lit.is_pos() {
            (holds, known)
        } else {
            (!holds, known)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Gates;

    #[test]
    fn two_gates_are_alike_if_and_only_if_nobody_tells_them_apart() {
        let mut gates = Gates::default();
        let lits: Vec<_> = (0..4).map(|_| gates.fresh()).collect();
        let [a, b, c, d] = lits.as_slice() else {
            unreachable!()
        };
        gates.equal(*a, *b);
        let one = gates.and([*a, *c]);
        let other = gates.and([*b, *c]);
        assert!(gates.is_alike(one, other));
        assert!(!gates.is_alike(one, *d));
        // Somebody is known now who has one and not the other: what is made of them differs without another question.
        let more = gates.and([!one, !*d]);
        let fewer = gates.and([!other, !*d]);
        assert!(gates.is_alike(more, fewer));
        assert!(!gates.is_alike(more, one));
        assert!(!gates.is_alike(gates.yes(), gates.no()));
    }
}
