//! The one statement that writes a batch: an array a column, all tables at once.

use sqlx::PgConnection;

use crate::store::batch::{Bytes, EventRow, RememberRow, Rows, SummaryRow};

/// Writes all rows, or none where a case is not as it was taken to be: its head, its provider and that its key is there. Foreign keys
/// are checked once all of them are there.
///
/// # Errors
/// [`super::error::is_otherwise`] says whether it was such a case.
pub(super) async fn write(
    connection: &mut PgConnection,
    rows: &Rows<'_>,
) -> Result<(), sqlx::Error> {
    let Rows {
        cases,
        keys,
        moved,
        events,
        errands,
        remembered,
        match_keys,
        inbox,
    } = rows;
    // Answers to cases that are there need three tables; the server sets up no more than these.
    let usual = cases.is_empty()
        && keys.is_empty()
        && errands.is_empty()
        && match_keys.is_empty()
        && inbox.is_empty();
    if usual {
        return answers(connection, moved, events, remembered).await;
    }
    sqlx::query(WRITE)
        // cases
        .bind(column(cases, |row| row.summary.provider))
        .bind(column(cases, |row| row.summary.case.0))
        .bind(column(cases, |row| row.summary.seq))
        .bind(column(cases, |row| row.summary.head.0))
        .bind(column(cases, |row| row.secret.0))
        .bind(column(cases, |row| row.mark))
        .bind(column(cases, |row| row.opened_at.as_str()))
        .bind(column(cases, |row| row.summary.at.as_str()))
        .bind(column(cases, |row| row.summary.contacts))
        .bind(column(cases, |row| row.summary.channel))
        .bind(column(cases, |row| row.summary.release.0))
        .bind(column(cases, |row| row.summary.disposition))
        .bind(column(cases, |row| row.summary.ended))
        // case_keys
        .bind(column(keys, |row| row.case.0))
        .bind(column(keys, |row| row.provider))
        .bind(column(keys, |row| row.wrapped.0))
        .bind(column(keys, |row| row.master_key.as_deref()))
        // cases that were there
        .bind(column(moved, |row| row.case.0))
        .bind(column(moved, |row| row.seq))
        .bind(column(moved, |row| row.head.0))
        .bind(column(moved, |row| row.at.as_str()))
        .bind(column(moved, |row| row.contacts))
        .bind(column(moved, |row| row.channel))
        .bind(column(moved, |row| row.release.0))
        .bind(column(moved, |row| row.disposition))
        .bind(column(moved, |row| row.ended))
        // events
        .bind(column(events, |row| row.case.0))
        .bind(column(events, |row| row.seq))
        .bind(column(events, |row| row.provider))
        .bind(column(events, |row| row.event))
        .bind(column(events, |row| bytes(row.sealed)))
        .bind(column(events, |row| row.previous.0))
        .bind(column(events, |row| row.hash.0))
        // outbox
        .bind(column(errands, |row| row.provider))
        .bind(column(errands, |row| row.case.0))
        .bind(column(errands, |row| row.seq))
        .bind(column(errands, |row| row.kind))
        .bind(column(errands, |row| row.key))
        .bind(column(errands, |row| row.payload))
        .bind(column(errands, |row| row.at.as_str()))
        // idempotency
        .bind(column(remembered, |row| row.provider))
        .bind(column(remembered, |row| row.key.0))
        .bind(column(remembered, |row| row.request.0))
        .bind(column(remembered, |row| row.case.0))
        .bind(column(remembered, |row| row.seq))
        .bind(column(remembered, |row| bytes(row.sealed)))
        .bind(column(remembered, |row| row.at.as_str()))
        // match_keys
        .bind(column(match_keys, |row| row.provider))
        .bind(column(match_keys, |row| row.case.0))
        .bind(column(match_keys, |row| row.seq))
        .bind(column(match_keys, |row| row.kind))
        .bind(column(match_keys, |row| row.digest.0))
        .bind(column(match_keys, |row| row.at.as_str()))
        // inbox_items
        .bind(column(inbox, |row| row.provider))
        .bind(column(inbox, |row| row.case.0))
        .bind(column(inbox, |row| row.seq))
        .bind(column(inbox, |row| row.kind))
        .bind(column(inbox, |row| row.subject))
        .bind(column(inbox, |row| row.release.0))
        .bind(column(inbox, |row| row.at.as_str()))
        .bind(column(inbox, |row| row.item.0.as_slice()))
        // What the cases were taken to be.
        .bind(column(moved, |row| row.after.0))
        .bind(column(moved, |row| row.provider))
        .execute(connection)
        .await
        .map(|_| ())
}

async fn answers(
    connection: &mut PgConnection,
    moved: &[SummaryRow<'_>],
    events: &[EventRow<'_>],
    remembered: &[RememberRow<'_>],
) -> Result<(), sqlx::Error> {
    sqlx::query(ANSWERS)
        // cases that were there
        .bind(column(moved, |row| row.case.0))
        .bind(column(moved, |row| row.seq))
        .bind(column(moved, |row| row.head.0))
        .bind(column(moved, |row| row.at.as_str()))
        .bind(column(moved, |row| row.contacts))
        .bind(column(moved, |row| row.channel))
        .bind(column(moved, |row| row.release.0))
        .bind(column(moved, |row| row.disposition))
        .bind(column(moved, |row| row.ended))
        .bind(column(moved, |row| row.after.0))
        .bind(column(moved, |row| row.provider))
        // events
        .bind(column(events, |row| row.case.0))
        .bind(column(events, |row| row.seq))
        .bind(column(events, |row| row.provider))
        .bind(column(events, |row| row.event))
        .bind(column(events, |row| bytes(row.sealed)))
        .bind(column(events, |row| row.previous.0))
        .bind(column(events, |row| row.hash.0))
        // idempotency
        .bind(column(remembered, |row| row.provider))
        .bind(column(remembered, |row| row.key.0))
        .bind(column(remembered, |row| row.request.0))
        .bind(column(remembered, |row| row.case.0))
        .bind(column(remembered, |row| row.seq))
        .bind(column(remembered, |row| bytes(row.sealed)))
        .bind(column(remembered, |row| row.at.as_str()))
        .execute(connection)
        .await
        .map(|_| ())
}

fn column<'a, R, V>(rows: &'a [R], value: impl Fn(&'a R) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

fn bytes(stored: Option<Bytes<'_>>) -> Option<&[u8]> {
    stored.map(|Bytes(bytes)| bytes)
}

const WRITE: &str = "
WITH opened AS (
    INSERT INTO cases (provider, case_id, seq, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, ended)
    SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[],
                         $9::bigint[], $10::text[], $11::bytea[], $12::text[], $13::bigint[])
), keyed AS (
    INSERT INTO case_keys (case_id, provider, wrapped, master_key)
    SELECT * FROM unnest($14::bytea[], $15::text[], $16::bytea[], $17::text[])
), moved AS (
    UPDATE cases SET seq = row.seq, head = row.head, changed_at = row.at, contacts = row.contacts, channel = row.channel,
                     release = row.release, disposition = row.disposition, ended = row.ended
    FROM unnest($18::bytea[], $19::bigint[], $20::bytea[], $21::text[], $22::bigint[], $23::text[], $24::bytea[], $25::text[],
                $26::bigint[], $62::bytea[], $63::text[])
         AS row (case_id, seq, head, at, contacts, channel, release, disposition, ended, after, provider)
    WHERE cases.case_id = row.case_id AND cases.head = row.after AND cases.provider = row.provider
          AND EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id)
    RETURNING 1
), told AS (
    INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)
    SELECT * FROM unnest($27::bytea[], $28::bigint[], $29::text[], $30::text[], $31::bytea[], $32::bytea[], $33::bytea[])
), queued AS (
    INSERT INTO outbox (provider, case_id, seq, kind, key, payload, queued_at)
    SELECT * FROM unnest($34::text[], $35::bytea[], $36::bigint[], $37::text[], $38::text[], $39::text[], $40::text[])
), remembered AS (
    INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)
    SELECT * FROM unnest($41::text[], $42::bytea[], $43::bytea[], $44::bytea[], $45::bigint[], $46::bytea[], $47::text[])
), matched AS (
    INSERT INTO match_keys (provider, case_id, seq, kind, digest, at)
    SELECT * FROM unnest($48::text[], $49::bytea[], $50::bigint[], $51::text[], $52::bytea[], $53::text[])
), noticed AS (
    INSERT INTO inbox_items (provider, case_id, seq, kind, subject, release, at, item)
    SELECT * FROM unnest($54::text[], $55::bytea[], $56::bigint[], $57::text[], $58::text[], $59::bytea[], $60::text[], $61::bytea[])
)
SELECT 1 / (CASE WHEN (SELECT count(*) FROM moved) = cardinality($18) THEN 1 ELSE 0 END)";

/// The same for answers to cases that are there.
const ANSWERS: &str = "
WITH moved AS (
    UPDATE cases SET seq = row.seq, head = row.head, changed_at = row.at, contacts = row.contacts, channel = row.channel,
                     release = row.release, disposition = row.disposition, ended = row.ended
    FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::text[], $5::bigint[], $6::text[], $7::bytea[], $8::text[],
                $9::bigint[], $10::bytea[], $11::text[])
         AS row (case_id, seq, head, at, contacts, channel, release, disposition, ended, after, provider)
    WHERE cases.case_id = row.case_id AND cases.head = row.after AND cases.provider = row.provider
          AND EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id)
    RETURNING 1
), told AS (
    INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)
    SELECT * FROM unnest($12::bytea[], $13::bigint[], $14::text[], $15::text[], $16::bytea[], $17::bytea[], $18::bytea[])
), remembered AS (
    INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)
    SELECT * FROM unnest($19::text[], $20::bytea[], $21::bytea[], $22::bytea[], $23::bigint[], $24::bytea[], $25::text[])
)
SELECT 1 / (CASE WHEN (SELECT count(*) FROM moved) = cardinality($1) THEN 1 ELSE 0 END)";
