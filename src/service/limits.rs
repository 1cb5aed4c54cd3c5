//! How often something may be done: what floods a node is held back by the node ([`Flow`]), what must not be guessed is counted in the
//! record for all nodes ([`Window`]).
//!
//! Nothing here may keep anybody from an emergency page or from answering in a case that is under way: only starting, tokens and codes
//! are limited.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::case::ids::{Hash, ProviderId};

use super::ports::attempts::Attempt;

/// Too much in too short a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; if somebody may be in danger, phone 999")]
pub struct TooMany {
    /// After so many seconds it may be tried again; at least 1.
    pub retry_after: u32,
}

/// So many attempts of a kind on one subject, in windows that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// What is tried.
    pub kind: &'static str,
    /// The length of a window.
    pub seconds: i64,
    /// So many in a window.
    pub most: u32,
}

impl Window {
    /// An attempt at a time.
    pub fn of(self, provider: ProviderId, subject: Hash, at: Timestamp) -> Attempt {
        let since = at.as_second().div_euclid(self.seconds) * self.seconds;
        let second = |second| Timestamp::from_second(second).unwrap_or(at);
        Attempt {
            provider,
            kind: self.kind,
            subject,
            since: second(since),
            until: second(since + self.seconds),
        }
    }

    /// Whether the attempt that was the `tried`-th may go on.
    ///
    /// # Errors
    /// [`TooMany`], until its window ends.
    pub fn admits(self, tried: u32, attempt: &Attempt, at: Timestamp) -> Result<(), TooMany> {
        if tried <= self.most {
            return Ok(());
        }
        Err(TooMany {
            retry_after: seconds(attempt.until.duration_since(at)),
        })
    }
}

/// So many a minute for each of those who ask, on this node. Asked for more at once, it lets through what a minute allows, then one at a
/// time as time goes by (a leaking bucket, kept as the time at which it will be empty).
#[derive(Debug)]
pub struct Flow {
    per_minute: u32,
    empty_at: Mutex<HashMap<Hash, Timestamp>>,
}

/// So many of those who ask are known at once; then those whose bucket is empty are forgotten.
const KNOWN: usize = 50_000;

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

impl Flow {
    /// So many a minute; 0 is no limit.
    pub fn of(per_minute: u32) -> Self {
        Flow {
            per_minute,
            empty_at: Mutex::default(),
        }
    }

    /// Lets `who` through, or says when to ask again.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn admit(&self, who: Hash, now: Timestamp) -> Result<(), TooMany> {
        let Some(drop) = i32::try_from(self.per_minute)
            .ok()
            .and_then(|most| MINUTE.checked_div(most))
        else {
            return Ok(());
        };
        // A lock that was left in the middle: letting through is the safer side.
        let Ok(mut buckets) = self.empty_at.lock() else {
            return Ok(());
        };
        if buckets.len() >= KNOWN {
            buckets.retain(|_, empty_at| *empty_at > now);
        }
        // A clock that was set back must not shut anybody out for longer than a minute.
        let empty_at = buckets
            .get(&who)
            .copied()
            .filter(|at| at.duration_since(now) <= MINUTE)
            .map_or(now, |at| at.max(now));
        let filled = empty_at.saturating_add(drop).unwrap_or(empty_at);
        let over = filled.duration_since(now) - MINUTE;
        if over > SignedDuration::ZERO {
            return Err(TooMany {
                retry_after: seconds(over),
            });
        }
        buckets.insert(who, filled);
        Ok(())
    }
}

/// Whole seconds, rounded up, at least one.
fn seconds(wait: SignedDuration) -> u32 {
    u32::try_from(wait.as_secs() + i64::from(wait.subsec_nanos() > 0))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// A time without its part of a second, so that its text sorts as it does.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_flow_lets_a_minutes_worth_through_and_then_one_at_a_time() {
        let flow = Flow::of(6);
        let (one, other) = (Hash([1; 32]), Hash([2; 32]));
        for _ in 0..6 {
            assert_eq!(flow.admit(one, at(0)), Ok(()));
        }
        assert_eq!(flow.admit(one, at(0)), Err(TooMany { retry_after: 10 }));
        assert_eq!(flow.admit(other, at(0)), Ok(()), "each for themselves");
        assert_eq!(flow.admit(one, at(10)), Ok(()));
        assert_eq!(flow.admit(one, at(10)), Err(TooMany { retry_after: 10 }));
        assert_eq!(
            flow.admit(one, at(-500)),
            Ok(()),
            "a clock that was set back"
        );
    }

    #[test]
    fn no_limit_is_none() {
        let flow = Flow::of(0);
        for _ in 0..10_000 {
            assert_eq!(flow.admit(Hash([1; 32]), at(0)), Ok(()));
        }
    }

    #[test]
    fn windows_follow_each_other() {
        let window = Window {
            kind: "code",
            seconds: 300,
            most: 2,
        };
        let attempt = |second| window.of(ProviderId::default(), Hash([1; 32]), at(second));
        assert_eq!((attempt(299).since, attempt(299).until), (at(0), at(300)));
        assert_eq!(attempt(300).since, at(300));
        assert_eq!(window.admits(2, &attempt(299), at(299)), Ok(()));
        assert_eq!(
            window.admits(3, &attempt(299), at(299)),
            Err(TooMany { retry_after: 1 })
        );
    }
}
