//! Restarts and a key rotation in the right order: no session is lost.

use e2e::{
    Check,
    Framework::{Actix, Axum},
    checks, figures,
};

use crate::{
    fleet::Kind::{Demo, VelociPy},
    keys::Keys,
    load::CLIENTS,
    rollout::Rollout,
    sleepers::SLEEPERS,
};

pub(crate) const CHECKS: &[Check] =
    checks![no_session_is_lost_while_instances_stop_crash_and_start_and_the_key_is_rotated];

const REQUESTS: usize = 100_000;
/// How often the fleet changes: each of the five stops and crashes, VelociPy leaves, the four others see three phases.
const CHANGES: usize = 5 + 5 + 1 + 3 * 4;

fn no_session_is_lost_while_instances_stop_crash_and_start_and_the_key_is_rotated() {
    let mut rollout =
        Rollout::start(&[Demo(Axum), Demo(Actix), Demo(Axum), Demo(Actix), VelociPy], REQUESTS.div_ceil(CHANGES + 1));

    rollout.restart_each(Keys::OLD);
    rollout.crash_each(Keys::OLD);

    // VelociPy knows of no fallback keys.
    rollout.dismiss(4);
    // Phase 1: every instance accepts the new key, none signs with it.
    rollout.restart_each(Keys::OLD_THEN_NEW);
    // Phase 2: one instance after the other signs with the new key, and all accept both.
    rollout.restart_each(Keys::NEW_THEN_OLD);
    // No instance signs with the old key any more. Until nothing that it signed is left, here every session is touched,
    // which signs it again; in real life `max_age` passes.
    rollout.load.hear_every_client();
    let asleep_in_phase_2 = rollout.sleepers.look();
    // Phase 3: the old key goes.
    rollout.restart_each(Keys::NEW);
    let asleep_at_the_end = rollout.sleepers.look();

    let outcome = rollout.finish();
    let (tally, history) = (&outcome.tally, &outcome.history);
    let lost = tally.lost + asleep_in_phase_2 + asleep_at_the_end;
    figures(format!(
        "2 axum, 2 actix and 1 VelociPy behind nginx; {CLIENTS} clients at once, {SLEEPERS} that sleep\n{}\n\
         instances: {} stopped, {} killed, {} started again; rotation: 3 phases, one instance at a time\n\
         sessions lost: {lost}; requests failed: {}",
        outcome.traffic(),
        history.stopped,
        history.killed,
        history.started_again,
        tally.failed,
    ));
    assert_eq!((lost, tally.failed), (0, 0), "{:#?}", tally.troubles);
    assert!(tally.requests >= REQUESTS, "{} requests", tally.requests);
    assert_eq!((history.stopped, history.killed, history.started_again), (5 + 1 + 3 * 4, 5, 5 + 5 + 3 * 4));
    assert_eq!(tally.served_by.len(), 5, "somebody was never asked: {:?}", tally.served_by);
    assert_eq!(history.complaints, [""; 0], "what the instances logged");
}
