//! What was proven of a release.

use jiff::Timestamp;

use nhs111::case::ids::Hash;
use nhs111::service::ports::proofs::{Before, StoredProof};

use super::database::Fresh;
use super::said::RELEASE;

fn report(hash: Hash, report: &str) -> StoredProof {
    StoredProof {
        hash,
        made_at: Timestamp::UNIX_EPOCH,
        report: report.to_owned(),
    }
}

pub async fn of_two_nodes_that_prove_a_release_one_report_stands(fresh: &Fresh) {
    let (one, other) = (fresh.ports().await.proofs, fresh.ports().await.proofs);
    assert_eq!(one.proof(RELEASE).await.unwrap(), None);
    let (mine, theirs) = (report(RELEASE, "ü1"), report(RELEASE, "2"));
    let kept = tokio::join!(
        one.keep_proof(&mine, Before::Stands),
        other.keep_proof(&theirs, Before::Stands)
    );
    kept.0.unwrap();
    kept.1.unwrap();
    let stands = one.proof(RELEASE).await.unwrap().unwrap();
    assert!(stands == mine || stands == theirs, "{stands:?}");
    one.keep_proof(&report(RELEASE, "3"), Before::Stands)
        .await
        .unwrap();
    assert_eq!(other.proof(RELEASE).await.unwrap(), Some(stands));
}

pub async fn a_report_is_replaced_when_that_is_asked_for(fresh: &Fresh) {
    let proofs = fresh.ports().await.proofs;
    for text in ["1", "2"] {
        let report = report(RELEASE, text);
        proofs
            .keep_proof(&report, Before::IsReplaced)
            .await
            .unwrap();
        assert_eq!(proofs.proof(RELEASE).await.unwrap(), Some(report));
    }
}

pub async fn a_report_may_be_there_before_its_release(fresh: &Fresh) {
    let proofs = fresh.ports().await.proofs;
    let unknown = Hash([7; 32]);
    assert!(proofs.is_release(RELEASE).await.unwrap());
    assert!(!proofs.is_release(unknown).await.unwrap());
    let early = report(unknown, "1");
    proofs.keep_proof(&early, Before::Stands).await.unwrap();
    assert_eq!(proofs.proof(unknown).await.unwrap(), Some(early));
}
