//! Callers who each wait for one reply before they send the next, for a while.

use std::future::Future;
use std::io::Result;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// Somebody who calls again and again.
pub trait Caller: Send + 'static {
    /// Sends one request. Its time, or `None` if it only prepares (a new case) and does not count.
    fn step(&mut self) -> impl Future<Output = Result<Option<Duration>>> + Send;

    /// Makes ready for so many requests that count, before the time is taken.
    fn prepare(&mut self, _requests: usize) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Of each counted request, in milliseconds.
    times: Vec<f64>,
    seconds: f64,
}

impl Figures {
    /// Requests a second, of all callers together.
    pub fn a_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }

    /// Requests of all callers together.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// The time that a share of the requests did not pass, in milliseconds.
    pub fn within(&self, share: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let place = (times.len() as f64 * share) as usize;
        times
            .get(place.min(times.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }

    /// Adds one request.
    pub fn note(&mut self, took: Duration) {
        self.times.push(took.as_secs_f64() * 1e3);
    }

    /// Adds another round.
    pub fn add(&mut self, round: Figures) {
        self.times.extend(round.times);
        self.seconds += round.seconds;
    }
}

/// Makes each ready for so many requests that count.
///
/// # Errors
/// The first request that did not go as it should.
pub async fn prepared<C: Caller>(callers: Vec<C>, requests: usize) -> Result<Vec<C>> {
    let mut preparing = JoinSet::new();
    for mut caller in callers {
        preparing.spawn(async move { caller.prepare(requests).await.map(|()| caller) });
    }
    let mut callers = Vec::new();
    while let Some(ended) = preparing.join_next().await {
        callers.push(ended.map_err(std::io::Error::other)??);
    }
    Ok(callers)
}

/// Lets all of them call for `span`; gives them back for another round.
///
/// # Errors
/// The first request that did not go as it should.
pub async fn load<C: Caller>(callers: Vec<C>, span: Duration) -> Result<(Vec<C>, Figures)> {
    let began = Instant::now();
    let mut calling = JoinSet::new();
    for mut caller in callers {
        calling.spawn(async move {
            let mut times = Vec::new();
            // At least one of each, however short the round.
            while began.elapsed() < span || times.is_empty() {
                if let Some(time) = caller.step().await? {
                    times.push(time.as_secs_f64() * 1e3);
                }
            }
            Ok::<_, std::io::Error>((caller, times))
        });
    }
    let (mut callers, mut figures) = (Vec::new(), Figures::default());
    while let Some(ended) = calling.join_next().await {
        let (caller, times) = ended.map_err(std::io::Error::other)??;
        callers.push(caller);
        figures.times.extend(times);
    }
    figures.seconds = began.elapsed().as_secs_f64();
    Ok((callers, figures))
}

/// Lets each of them call at even times, all together `a_second`, whether or not the last reply was quick: who waits because the service
/// was slow has waited all the same. The times are from when a request was due.
///
/// # Errors
/// The first request that did not go as it should.
pub async fn paced<C: Caller>(
    callers: Vec<C>,
    a_second: f64,
    span: Duration,
) -> Result<(Vec<C>, Figures)> {
    let count = callers.len() as f64;
    let period = Duration::from_secs_f64(count / a_second);
    let began = Instant::now();
    let mut calling = JoinSet::new();
    for (number, mut caller) in callers.into_iter().enumerate() {
        let mut due = began + period.mul_f64(number as f64 / count);
        calling.spawn(async move {
            let mut times = Vec::new();
            while due < began + span || times.is_empty() {
                // The timer of the load is not the service's: who was free at the time waits from when the request is sent.
                let late = Instant::now().saturating_duration_since(due);
                if late.is_zero() {
                    tokio::time::sleep_until(due.into()).await;
                }
                if let Some(time) = caller.step().await? {
                    times.push((late + time).as_secs_f64() * 1e3);
                }
                due += period;
            }
            Ok::<_, std::io::Error>((caller, times))
        });
    }
    let (mut callers, mut figures) = (Vec::new(), Figures::default());
    while let Some(ended) = calling.join_next().await {
        let (caller, times) = ended.map_err(std::io::Error::other)??;
        callers.push(caller);
        figures.times.extend(times);
    }
    figures.seconds = began.elapsed().as_secs_f64();
    Ok((callers, figures))
}

/// Times a request.
///
/// # Errors
/// Its own.
pub async fn timed<T>(request: impl Future<Output = Result<T>>) -> Result<(T, Duration)> {
    let began = Instant::now();
    let reply = request.await?;
    Ok((reply, began.elapsed()))
}
