//! One transaction for all appends that are waiting, and one statement for all tables. It is tried first as if nobody else were writing,
//! which needs no other statement; where the database refuses it, what is known is read under locks and each append is judged.
//!
//! Several nodes write one database. Rows of cases are locked in the order of their ids, so two batches wait for each other in one
//! direction; where nodes still meet (the same new case, the same key), the database refuses the second, which judges again.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Activation, Append, Appended, Remembered, StoreError, StoredRelease};
use crate::store::batch::{Judged, Known, Rows, Standing, last_hash};
use crate::store::rows::{HeadRow, RememberedRow};
use crate::store::writer::{Doubtful, Recorder, Trouble, understood};

use super::Limits;
use super::error::{is_lost, is_otherwise, silent, trouble};
use super::session::{connect, in_time};
use super::write::write;

/// The one session of a node that writes, made anew when it is lost.
pub(super) struct Session {
    options: PgConnectOptions,
    limits: Limits,
    connection: Option<PgConnection>,
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// [`StoreError`] if the server cannot be used.
    pub(super) async fn start(
        options: PgConnectOptions,
        limits: Limits,
    ) -> Result<Self, StoreError> {
        let connection = Some(
            connect(&options, limits)
                .await
                .map_err(Trouble::into_error)?,
        );
        Ok(Session {
            options,
            limits,
            connection,
        })
    }

    /// Says good-bye to the server.
    pub(super) async fn end(self) -> Result<(), sqlx::Error> {
        match self.connection {
            Some(connection) => in_time(self.limits.answer, connection.close()).await,
            None => Ok(()),
        }
    }

    /// The connection, taken: whoever finds it whole at the end puts it back.
    async fn take(&mut self) -> Result<PgConnection, Trouble> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => {
                let connection = connect(&self.options, self.limits).await?;
                tracing::info!("connected to the database server again");
                Ok(connection)
            }
        }
    }

    /// Works on the session; one that was lost on the way is made anew for whoever comes next.
    pub(super) async fn with<T>(
        &mut self,
        work: impl for<'c> FnOnce(
            &'c mut PgConnection,
        )
            -> Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'c>>,
    ) -> Result<T, Trouble> {
        let mut connection = self.take().await?;
        let done = in_time(self.limits.answer, work(&mut connection)).await;
        if !done.as_ref().is_err_and(is_lost) {
            self.connection = Some(connection);
        }
        done.map_err(trouble)
    }
}

/// Keeps a release; keeping it again changes nothing.
pub(super) async fn keep_release(
    session: &mut Session,
    release: StoredRelease,
) -> Result<(), Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO releases (hash, language, canonical, kept_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING")
                    .bind(release.hash.0.as_slice())
                    .bind(i64::from(release.language))
                    .bind(release.canonical)
                    .bind(release.kept_at.to_string())
                    .execute(connection)
                    .await
                    .map(|_| ())
            })
        })
        .await
}

/// Puts a release on top of the activations of a provider, unless this very activation is there already.
pub(super) async fn activate(
    session: &mut Session,
    provider: ProviderId,
    activation: Activation,
) -> Result<(), Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO activations (provider, hash, activated_at) SELECT $1, $2, $3
                     WHERE NOT EXISTS (
                       SELECT 1 FROM (SELECT hash, activated_at FROM activations WHERE provider = $1 ORDER BY id DESC LIMIT 1) AS last
                       WHERE last.hash = $2 AND last.activated_at = $3)",
                )
                .bind(provider.0)
                .bind(activation.hash.0.as_slice())
                .bind(activation.at.to_string())
                .execute(connection)
                .await
                .map(|_| ())
            })
        })
        .await
}

#[async_trait]
impl Recorder for Session {
    async fn record(
        &mut self,
        batch: &[Append],
        doubtful: &mut Doubtful,
    ) -> Result<Vec<Appended>, Trouble> {
        let mut connection = self.take().await?;
        let mut sent = None;
        let recorded = async {
            match at_once(&mut connection, batch, doubtful, &mut sent).await? {
                Some(outcomes) => Ok(outcomes),
                None => transaction(&mut connection, batch, doubtful, &mut sent).await,
            }
        };
        let outcome = tokio::time::timeout(self.limits.answer, recorded)
            .await
            .unwrap_or_else(|_| Err(Failure::Database(silent())));
        let is_whole = match &outcome {
            Ok(_) => true,
            Err(Failure::Database(error)) if is_lost(error) => false,
            Err(_) => in_time(self.limits.answer, simple(&mut connection, "ROLLBACK"))
                .await
                .is_ok(),
        };
        if is_whole {
            self.connection = Some(connection);
        }
        // Only what was sent to be committed, on a session that was lost before it answered, may be recorded or not.
        if let Some(sent) = sent {
            if is_whole {
                doubtful.retain(|hash| !sent.contains(hash));
            } else {
                doubtful.extend(sent);
            }
        }
        outcome.map_err(Failure::trouble)
    }
}

/// Why a transaction was not made.
enum Failure {
    Database(sqlx::Error),
    Rows(Trouble),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Failure::Database(error)
    }
}

impl Failure {
    fn trouble(self) -> Trouble {
        match self {
            Failure::Database(error) => trouble(error),
            Failure::Rows(trouble) => trouble,
        }
    }
}

/// Sends a statement without values, in one message.
async fn simple(connection: &mut PgConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(|_| ())
}

/// Writes the whole batch as one statement, which is its own transaction, as if nobody else were writing: each case is taken to stand where
/// the append says, and no key to be used. The statement refuses all of it where that is not so; then it is judged row by row.
///
/// `None` if nothing was recorded and the batch has to be judged.
async fn at_once(
    connection: &mut PgConnection,
    batch: &[Append],
    doubtful: &Doubtful,
    sent: &mut Option<Vec<Hash>>,
) -> Result<Option<Vec<Appended>>, Failure> {
    let Judged { outcomes, accepted } = Known::assumed(batch).judge(batch);
    // What was refused on an assumption may have been refused wrongly.
    if !doubtful.is_empty() || accepted.len() < batch.len() {
        return Ok(None);
    }
    *sent = Some(accepted.iter().copied().filter_map(last_hash).collect());
    match write(connection, &Rows::of(&accepted)).await {
        Ok(()) => Ok(Some(outcomes)),
        Err(error) if is_otherwise(&error) => {
            *sent = None;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// `sent` is set just before the commit goes out: from then until it is answered, nobody knows.
async fn transaction(
    connection: &mut PgConnection,
    batch: &[Append],
    doubtful: &Doubtful,
    sent: &mut Option<Vec<Hash>>,
) -> Result<Vec<Appended>, Failure> {
    // Each statement sees what was committed before it, so what is read after the rows are locked is the last word.
    simple(
        connection,
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    )
    .await?;
    let known = Known {
        heads: locked_heads(connection, batch).await?,
        keys: keys(connection, batch).await?,
        recorded: recorded(connection, batch, doubtful).await?,
    };
    let Judged { outcomes, accepted } = known.judge(batch);
    if accepted.is_empty() {
        simple(connection, "ROLLBACK").await?;
        return Ok(outcomes);
    }
    write(connection, &Rows::of(&accepted)).await?;
    *sent = Some(accepted.iter().copied().filter_map(last_hash).collect());
    simple(connection, "COMMIT").await?;
    Ok(outcomes)
}

/// Locks the rows of the cases in the batch, in the order of their ids, and reads their heads.
async fn locked_heads(
    connection: &mut PgConnection,
    batch: &[Append],
) -> Result<HashMap<CaseId, Standing>, Failure> {
    let cases: HashSet<CaseId> = batch.iter().map(|append| append.case).collect();
    let cases: Vec<&[u8]> = cases
        .iter()
        .map(|case| case.0.as_bytes().as_slice())
        .collect();
    let rows: Vec<HeadRow> = sqlx::query_as(
        "SELECT case_id, provider, seq, head,
                EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id) AS keyed
         FROM cases WHERE case_id = ANY($1) ORDER BY case_id FOR NO KEY UPDATE",
    )
    .bind(cases)
    .fetch_all(connection)
    .await?;
    understood(rows).map_err(Failure::Rows)
}

/// What was done under the keys of the batch.
async fn keys(
    connection: &mut PgConnection,
    batch: &[Append],
) -> Result<HashMap<(ProviderId, Hash), Remembered>, Failure> {
    let (providers, keys): (Vec<&str>, Vec<&[u8]>) = batch
        .iter()
        .filter_map(|append| {
            let remember = append.remember.as_ref()?;
            Some((append.provider.0.as_str(), remember.key.0.as_slice()))
        })
        .unzip();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<RememberedRow> = sqlx::query_as(
        "SELECT known.provider, known.key, known.request, known.case_id, known.seq, known.sealed
         FROM unnest($1::text[], $2::bytea[]) AS asked (provider, key)
         JOIN idempotency AS known ON known.provider = asked.provider AND known.key = asked.key",
    )
    .bind(providers)
    .bind(keys)
    .fetch_all(connection)
    .await?;
    understood(rows).map_err(Failure::Rows)
}

/// Those in doubt that an earlier commit did record: their last event is there, with their hash.
async fn recorded(
    connection: &mut PgConnection,
    batch: &[Append],
    doubtful: &Doubtful,
) -> Result<HashSet<Hash>, Failure> {
    if doubtful.is_empty() {
        return Ok(HashSet::new());
    }
    let last = || {
        batch
            .iter()
            .filter_map(|append| Some((append.case, append.links.last()?)))
            .filter(|(_, link)| doubtful.contains(&link.hash))
    };
    let cases: Vec<Vec<u8>> = last().map(|(case, _)| case.0.as_bytes().to_vec()).collect();
    let hashes: Vec<&[u8]> = last().map(|(_, link)| link.hash.0.as_slice()).collect();
    let seqs: Vec<i64> = last()
        .map(|(_, link)| i64::try_from(link.seq).unwrap_or(-1))
        .collect();
    let found: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT events.hash FROM unnest($1::bytea[], $2::bigint[], $3::bytea[]) AS asked (case_id, seq, hash)
         JOIN events ON events.case_id = asked.case_id AND events.seq = asked.seq AND events.hash = asked.hash",
    )
    .bind(cases)
    .bind(seqs)
    .bind(hashes)
    .fetch_all(connection)
    .await?;
    Ok(found
        .iter()
        .filter_map(|hash| hash.as_slice().try_into().map(Hash).ok())
        .collect())
}
