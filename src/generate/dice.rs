//! Chance from a seed: the same seed gives the same numbers on every machine.

/// SplitMix64: a fixed, portable sequence for each seed (Steele, Lea and Flood, 2014). Not fit for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Those of one case among those of a seed.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut dice = Dice(seed);
        let seed = dice.bits();
        let mut dice = Dice(seed ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        dice.bits();
        dice
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, and 0 below 1.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n.max(1)
    }

    /// A whole number between two, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = to.abs_diff(from).saturating_add(1);
        from.saturating_add_unsigned(self.below(span))
    }

    /// Whether something happens that happens so many times in 10,000.
    pub fn happens(&mut self, in_ten_thousand: u64) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    /// One of a list, each as likely as any other; `None` of an empty one.
    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let place = self.below(list.len() as u64);
        list.get(usize::try_from(place).ok()?)
    }

    /// The place of one of these weights; 0 where all are nothing.
    pub fn weighed(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return place,
            }
        }
        0
    }

    /// Mostly near the first of two numbers, now and then anywhere up to the second.
    pub fn near(&mut self, likely: i64, far: i64) -> i64 {
        let span = far.abs_diff(likely).saturating_add(1);
        let first = self.below(span);
        let second = self.below(first.saturating_add(1));
        let third = self.below(second.saturating_add(1));
        if far >= likely {
            likely.saturating_add_unsigned(third)
        } else {
            likely.saturating_sub_unsigned(third)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_for_ever() {
        let mut dice = Dice::of(1, 0);
        let first: Vec<u64> = (0..2).map(|_| dice.bits()).collect();
        let mut again = Dice::of(1, 0);
        assert_eq!(first, [again.bits(), again.bits()]);
        assert_ne!(Dice::of(1, 1).bits(), first[0]);
        assert_ne!(Dice::of(2, 0).bits(), first[0]);
    }

    #[test]
    fn what_is_drawn_lies_within_its_bounds() {
        let mut dice = Dice::of(3, 0);
        for _ in 0..1000 {
            assert!((-3..=4).contains(&dice.between(-3, 4)));
            assert!((2..=9).contains(&dice.near(2, 9)));
            assert!((2..=9).contains(&dice.near(9, 2)));
            assert!(dice.weighed([0, 3, 1].into_iter()) > 0);
        }
        assert_eq!(dice.one_of::<u8>(&[]), None);
    }
}
