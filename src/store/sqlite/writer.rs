//! The one task that writes: it takes what is waiting, commits it in one transaction, and answers all.
//!
//! There is no timer: under no load a commit serves one, under load it serves many.

use sqlx::SqliteConnection;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::case::ids::ProviderId;
use crate::service::ports::{Activation, Append, Appended, StoreError, StoredRelease};

use super::batch;
use super::error::from_sqlx;

/// The most that one transaction takes.
const MOST: usize = 256;

/// How many may wait before callers wait to be let in.
const WAITING: usize = 1024;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Work {
    Append(Box<Append>, Reply<Appended>),
    KeepRelease(Box<StoredRelease>, Reply<()>),
    Activate(ProviderId, Activation, Reply<()>),
}

/// The way to the task that writes.
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Work>>>,
    task: Mutex<Option<JoinHandle<SqliteConnection>>>,
}

impl Writer {
    /// Starts the task on its own connection.
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (queue, work) = mpsc::channel(WAITING);
        let task = tokio::spawn(run(connection, work));
        Writer {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(task)),
        }
    }

    pub(super) async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.ask(|reply| Work::Append(Box::new(append), reply))
            .await
    }

    pub(super) async fn keep_release(&self, release: StoredRelease) -> Result<(), StoreError> {
        self.ask(|reply| Work::KeepRelease(Box::new(release), reply))
            .await
    }

    pub(super) async fn activate(
        &self,
        provider: ProviderId,
        activation: Activation,
    ) -> Result<(), StoreError> {
        self.ask(|reply| Work::Activate(provider, activation, reply))
            .await
    }

    async fn ask<T>(&self, work: impl FnOnce(Reply<T>) -> Work) -> Result<T, StoreError> {
        let queue = self.queue.lock().await.clone().ok_or(StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        queue
            .send(work(reply))
            .await
            .map_err(|_| StoreError::Closed)?;
        drop(queue);
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets nobody in, waits until all who are in have their answer, and gives the connection back.
    pub(super) async fn close(&self) -> Option<SqliteConnection> {
        self.queue.lock().await.take();
        let task = self.task.lock().await.take()?;
        task.await.inspect_err(|error| tracing::error!(error = %error, "the writer of the record did not end well")).ok()
    }
}

async fn run(mut connection: SqliteConnection, mut work: mpsc::Receiver<Work>) -> SqliteConnection {
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
                Work::KeepRelease(release, reply) => tell(
                    reply,
                    batch::keep_release(&mut connection, &release)
                        .await
                        .map_err(from_sqlx),
                ),
                Work::Activate(provider, activation, reply) => {
                    tell(
                        reply,
                        batch::activate(&mut connection, &provider, &activation)
                            .await
                            .map_err(from_sqlx),
                    );
                }
            }
        }
        record(&mut connection, &appends, replies).await;
    }
    connection
}

async fn record(
    connection: &mut SqliteConnection,
    appends: &[Append],
    replies: Vec<Reply<Appended>>,
) {
    if appends.is_empty() {
        return;
    }
    metrics::histogram!("nhs111_store_batch_size")
        .record(u32::try_from(appends.len()).unwrap_or(u32::MAX));
    match batch::record(connection, appends).await {
        Ok(outcomes) => outcomes
            .into_iter()
            .zip(replies)
            .for_each(|(outcome, reply)| tell(reply, Ok(outcome))),
        // One that can never be recorded must not take the others with it.
        Err(error) if appends.len() > 1 && is_of_one(&error) => {
            for (append, reply) in appends.iter().zip(replies) {
                let alone = batch::record(connection, std::slice::from_ref(append)).await;
                tell(
                    reply,
                    alone
                        .map_err(from_sqlx)
                        .and_then(|mut outcomes| outcomes.pop().ok_or(StoreError::Closed)),
                );
            }
        }
        Err(error) => {
            let error = from_sqlx(error);
            for reply in replies {
                tell(reply, Err(error.clone()));
            }
        }
    }
}

/// A broken constraint is the fault of one append; a full or busy database is nobody's.
fn is_of_one(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind;
    matches!(error, sqlx::Error::Database(database) if !matches!(database.kind(), ErrorKind::Other))
}

/// Whoever asked may have gone; what was recorded stays recorded.
fn tell<T>(reply: Reply<T>, outcome: Result<T, StoreError>) {
    let _ = reply.send(outcome);
}
