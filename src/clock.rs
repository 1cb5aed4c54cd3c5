//! What the process is given of time and chance: the only places that read either.

use std::time::SystemTime;

use jiff::Timestamp;

use crate::service::ports::{Clock, Ids};

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the time"
        )]
        let now = SystemTime::now();
        Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Random numbers of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn fill(&self, bytes: &mut [u8]) {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that draws random numbers"
        )]
        let drawn = getrandom::fill(bytes);
        // A secret that is not random would let one person see another's case: stopping is the safer side.
        #[expect(
            clippy::expect_used,
            reason = "no safe value can stand in for a random one"
        )]
        drawn.expect("the operating system gives random numbers");
    }
}
