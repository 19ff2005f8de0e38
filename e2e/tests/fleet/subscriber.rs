//! A log whose subscriber reads the session at each event, under load: no request hangs.

use e2e::{
    Check,
    Framework::{Actix, Axum},
    checks, figures,
};

use crate::{fleet::Kind::TestServer, load::CLIENTS, rollout::Rollout};

pub(crate) const CHECKS: &[Check] = checks![no_request_hangs_on_a_subscriber_that_reads_the_session];

const REQUESTS: usize = 10_000;

fn no_request_hangs_on_a_subscriber_that_reads_the_session() {
    let outcome = Rollout::start(&[TestServer(Axum), TestServer(Actix)], REQUESTS).finish();

    let (tally, history) = (&outcome.tally, &outcome.history);
    figures(format!(
        "A subscriber that reads the session at each event: 1 axum and 1 actix behind nginx; {CLIENTS} clients at once\n{}\n\
         rejected cookies logged: {}; sessions lost: {}; requests failed: {}",
        outcome.traffic(),
        history.rejections,
        tally.lost,
        tally.failed,
    ));
    assert_eq!((tally.lost, tally.failed), (0, 0), "{:#?}", tally.troubles);
    // Each request brings one, and each handler touches its session.
    assert!(history.rejections >= tally.requests, "{} of {}", history.rejections, tally.requests);
    assert_eq!(tally.served_by.len(), 2, "somebody was never asked: {:?}", tally.served_by);
    assert_eq!(history.complaints, [""; 0], "what the instances logged");
}
