//! The master keys of a record: that they are the right ones, that every key of a case goes over to a new one, that an old one goes.

use jiff::Timestamp;

use super::ports::{
    CaseKeys, KnownMasterKey, MasterKeyId, MasterKeys, Rewrapped, SealError, Sealer, StoreError,
    WrappedKey,
};

/// What is wrapped to prove a master key. It says nothing.
const PROOF: &[u8] = b"nhs111: the record opens";

/// What the proof is bound to, so that it is never taken for the key of a case.
const BOUND: &[u8] = b"nhs111 1\0record";

/// How many keys of cases are wrapped anew in one transaction.
const BATCH: u32 = 500;

/// Master keys that are not those of this record.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyFault {
    /// The record was sealed under a key that is not held.
    #[error(
        "the record is sealed under master key {0}, which the key file does not hold: nothing is sealed under another one. Put the file of this record in its place"
    )]
    Missing(MasterKeyId),
    /// A key of this name is held, and it is another key.
    #[error("the master key {0} of the key file is not the one under which the record is sealed")]
    Other(MasterKeyId),
    /// The record was sealed before master keys had names, and no key that is held opens it.
    #[error(
        "no master key of the key file opens what the record holds: it is the file of another record"
    )]
    OpensNothing,
    /// The keys cannot be used.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The record cannot be read, or did not take a key.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sees that the master keys open what the record holds, and makes those known that the record does not know yet.
///
/// A key that is not known cannot wrap the key of a case, so this comes before the first case. Whoever finds another record's keys
/// stops here: sealing under them would leave a record of which each half is closed to somebody.
///
/// # Errors
/// [`MasterKeyFault`] if they are not those of this record. Nothing is then made known.
pub async fn prove(
    keys: &dyn MasterKeys,
    sealer: &dyn Sealer,
    record: &dyn CaseKeys,
    at: Timestamp,
) -> Result<(), MasterKeyFault> {
    let known = record.master_keys().await?;
    let held = keys.ids()?;
    for known in &known {
        if !held.contains(&known.id) {
            return Err(MasterKeyFault::Missing(known.id));
        }
        let proof = keys.unwrap(BOUND, &known.proof);
        if proof.as_deref() != Ok(PROOF) {
            return Err(MasterKeyFault::Other(known.id));
        }
    }
    if known.is_empty()
        && let Some((case, key)) = record.case_keys(None, None, 1).await?.pop()
        && sealer.rewrap(case, &key).is_err()
    {
        return Err(MasterKeyFault::OpensNothing);
    }
    know_current(keys, record, at).await
}

/// Makes the current master key known to the record.
///
/// # Errors
/// [`MasterKeyFault`] if it could not be.
pub async fn know_current(
    keys: &dyn MasterKeys,
    record: &dyn CaseKeys,
    since: Timestamp,
) -> Result<(), MasterKeyFault> {
    let proof: WrappedKey = keys.wrap(BOUND, PROOF)?;
    // A key service without names has nothing that could be forgotten.
    let (Some(id), _) = proof.parts() else {
        return Ok(());
    };
    Ok(record
        .know_master_key(&KnownMasterKey { id, proof, since })
        .await?)
}

/// What became of the keys of cases.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// How many are wrapped under the current master key now that were not before.
    pub wrapped: u64,
    /// How many could not be opened; they are left as they were, and named in the log.
    pub left: u64,
}

/// Wraps every key of a case under the current master key, a batch a transaction.
///
/// Nodes may serve meanwhile; what is done is not done again, so it can be broken off and begun again at any time.
///
/// # Errors
/// [`MasterKeyFault`] if the record cannot be read or did not take a batch. What was done before stays done.
pub async fn rewrap_all(
    keys: &dyn MasterKeys,
    sealer: &dyn Sealer,
    record: &dyn CaseKeys,
) -> Result<Rotated, MasterKeyFault> {
    let current = *keys.ids()?.first().ok_or(SealError::NoMasterKey)?;
    let mut rotated = Rotated::default();
    let mut after = None;
    loop {
        let page = record.case_keys(Some(current), after, BATCH).await?;
        let Some((last, _)) = page.last() else {
            return Ok(rotated);
        };
        after = Some(*last);
        let mut anew = Vec::with_capacity(page.len());
        for (case, from) in page {
            match sealer.rewrap(case, &from) {
                Ok(to) => anew.push(Rewrapped { case, from, to }),
                Err(error) => {
                    rotated.left += 1;
                    tracing::error!(case = %case, error.message = %error, "the key of a case could not be wrapped anew");
                }
            }
        }
        record.rewrap(&anew).await?;
        rotated.wrapped += u64::try_from(anew.len()).unwrap_or(u64::MAX);
    }
}
