//! The one task of a node that writes: it takes what is waiting, has it recorded in one transaction, and answers all.
//!
//! There is no timer: under no load a commit serves one, under load it serves many. What to do when a transaction fails is
//! decided here for every database; how one is made is the [`Recorder`]'s.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::case::ids::Hash;
use crate::service::ports::{Append, Appended, StoreError};

/// The most that one transaction takes.
const MOST: usize = 256;

/// How many may wait before callers wait to be let in.
const WAITING: usize = 1024;

/// How often one batch is tried, where trying again at once can help.
const ATTEMPTS: u32 = 6;

/// Appends whose commit was sent and not answered, by the hash of their last event. They may be recorded or not.
pub(super) type Doubtful = HashSet<Hash>;

/// Makes one transaction, once.
#[async_trait]
pub(super) trait Recorder: Send + 'static {
    /// Records a batch in one transaction; each append gets its own outcome, in order.
    ///
    /// Looks first whether those in doubt are recorded, and adds to them what it commits until the commit is answered.
    ///
    /// # Errors
    /// [`Trouble`] if the transaction failed: then nothing of it is recorded but what is left in `doubtful`.
    async fn record(
        &mut self,
        batch: &[Append],
        doubtful: &mut Doubtful,
    ) -> Result<Vec<Appended>, Trouble>;
}

/// Why a transaction failed, as far as it matters to what is done next.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The fault of one append, which must not take the others with it.
    OfOne(StoreError),
    /// Nobody's fault: all who wait are told.
    OfAll(StoreError),
    /// Somebody got in between, or a connection that had stood was lost: it can be tried again at once.
    Again(StoreError),
}

impl Trouble {
    /// What whoever waits is told.
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Trouble::OfOne(error) | Trouble::OfAll(error) | Trouble::Again(error) => error,
        }
    }
}

/// What is read within a transaction, by its key: a row that cannot be understood is the fault of the one append that asked for it.
pub(super) fn understood<Row, K, V>(rows: Vec<Row>) -> Result<HashMap<K, V>, Trouble>
where
    (K, V): TryFrom<Row, Error = StoreError>,
    K: std::hash::Hash + Eq,
{
    rows.into_iter()
        .map(<(K, V)>::try_from)
        .collect::<Result<_, _>>()
        .map_err(Trouble::OfOne)
}

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What somebody does with the connection that writes.
pub(super) type Doing<'r, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'r>>;

type Task<R> =
    Box<dyn for<'r> FnOnce(&'r mut R) -> Pin<Box<dyn Future<Output = ()> + Send + 'r>> + Send>;

enum Work<R> {
    Append(Box<Append>, Reply<Appended>),
    Task(Task<R>),
}

/// The way to the task that writes.
pub(super) struct Writer<R> {
    queue: Mutex<Option<mpsc::Sender<Work<R>>>>,
    task: Mutex<Option<JoinHandle<R>>>,
}

impl<R: Recorder> Writer<R> {
    /// Starts the task.
    pub(super) fn start(recorder: R) -> Self {
        let (queue, work) = mpsc::channel(WAITING);
        let task = tokio::spawn(run(recorder, work));
        Writer {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(task)),
        }
    }

    pub(super) async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Work::Append(Box::new(append), reply)).await?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Has the connection for itself between two batches. The work is done once more where that can help at once, so doing it
    /// again must have no second effect.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: for<'r> Fn(&'r mut R) -> Doing<'r, T> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task: Task<R> = Box::new(move |recorder| {
            Box::pin(async move {
                let done = match work(recorder).await {
                    Err(Trouble::Again(_)) => work(recorder).await,
                    done => done,
                };
                tell(reply, done.map_err(Trouble::into_error));
            })
        });
        self.send(Work::Task(task)).await?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    async fn send(&self, work: Work<R>) -> Result<(), StoreError> {
        let queue = self.queue.lock().await.clone().ok_or(StoreError::Closed)?;
        queue.send(work).await.map_err(|_| StoreError::Closed)
    }

    /// Lets nobody in, waits until all who are in have their answer, and gives back what recorded.
    pub(super) async fn close(&self) -> Option<R> {
        self.queue.lock().await.take();
        let task = self.task.lock().await.take()?;
        task.await.inspect_err(|error| tracing::error!(error = %error, "the writer of the record did not end well")).ok()
    }
}

async fn run<R: Recorder>(mut recorder: R, mut work: mpsc::Receiver<Work<R>>) -> R {
    let mut taken = Vec::with_capacity(MOST);
    while work.recv_many(&mut taken, MOST).await > 0 {
        let (mut appends, mut replies) = (
            Vec::with_capacity(taken.len()),
            Vec::with_capacity(taken.len()),
        );
        for work in taken.drain(..) {
            match work {
                Work::Append(append, reply) => {
                    appends.push(*append);
                    replies.push(reply);
                }
                Work::Task(task) => task(&mut recorder).await,
            }
        }
        if !appends.is_empty() {
            record(&mut recorder, &appends, replies).await;
        }
    }
    recorder
}

async fn record<R: Recorder>(recorder: &mut R, appends: &[Append], replies: Vec<Reply<Appended>>) {
    metrics::histogram!("nhs111_store_batch_size")
        .record(u32::try_from(appends.len()).unwrap_or(u32::MAX));
    let mut doubtful = Doubtful::new();
    match attempts(recorder, appends, &mut doubtful).await {
        Ok(outcomes) => outcomes
            .into_iter()
            .zip(replies)
            .for_each(|(outcome, reply)| tell(reply, Ok(outcome))),
        // One that can never be recorded must not take the others with it.
        Err(Trouble::OfOne(_)) if appends.len() > 1 => {
            for (append, reply) in appends.iter().zip(replies) {
                let alone = attempts(recorder, std::slice::from_ref(append), &mut doubtful).await;
                tell(
                    reply,
                    alone
                        .map_err(Trouble::into_error)
                        .and_then(|mut outcomes| outcomes.pop().ok_or(StoreError::Closed)),
                );
            }
        }
        Err(trouble) => {
            let error = trouble.into_error();
            for reply in replies {
                tell(reply, Err(error.clone()));
            }
        }
    }
}

/// Tries a batch until it is recorded, or trying again does not help.
async fn attempts<R: Recorder>(
    recorder: &mut R,
    appends: &[Append],
    doubtful: &mut Doubtful,
) -> Result<Vec<Appended>, Trouble> {
    let mut attempt = 1;
    loop {
        match recorder.record(appends, doubtful).await {
            Err(Trouble::Again(error)) if attempt < ATTEMPTS => {
                attempt += 1;
                metrics::counter!("nhs111_store_batches_tried_again_total").increment(1);
                tracing::debug!(error.message = %error, attempt, "a batch is tried again");
            }
            // A database that comes and goes is nobody's fault; a conflict that stays is somebody's.
            Err(Trouble::Again(error @ StoreError::Gone(_))) => return Err(Trouble::OfAll(error)),
            Err(Trouble::Again(error)) => return Err(Trouble::OfOne(error)),
            outcome => return outcome,
        }
    }
}

/// Whoever asked may have gone; what was recorded stays recorded.
fn tell<T>(reply: Reply<T>, outcome: Result<T, StoreError>) {
    let _ = reply.send(outcome);
}
