//! Keys that are exchanged while the instances run: no session is lost in the right order, and some are in the wrong one.

use e2e::{
    Check,
    Framework::{Actix, Axum},
    checks, figures,
};

use crate::{
    fleet::Kind::{self, Demo},
    keys::{Keys, Mount, ROTATIONS, secrets},
    load::CLIENTS,
    rollout::Rollout,
    sleepers::SLEEPERS,
};

pub(crate) const CHECKS: &[Check] = checks![
    no_session_is_lost_while_the_key_is_rotated_three_times_without_a_restart,
    half_a_fleet_that_is_signalled_before_phase_1_loses_sessions,
];

const FLEET: &[Kind] = &[Demo(Axum), Demo(Actix), Demo(Axum), Demo(Actix)];
const REQUESTS: usize = 20_000;
const STEP: usize = REQUESTS.div_ceil(ROTATIONS * 3 * FLEET.len());

fn no_session_is_lost_while_the_key_is_rotated_three_times_without_a_restart() {
    let mut mount = Mount::with(Keys::OLD);
    let mut rollout = Rollout::start_with(FLEET, mount.environment(), STEP);
    let processes = rollout.fleet.processes();

    let mut lost_asleep = 0;
    for rotation in 0..ROTATIONS {
        // First as Kubernetes does it, which changes both files at once; then one file in each phase.
        let is_first = rotation == 0;
        let phases = if is_first { Keys::phases(rotation) } else { Keys::phases_of_one_file(rotation) };
        for (phase, keys) in (1..).zip(phases) {
            if is_first {
                mount.swap(keys)
            } else {
                mount.replace_one(keys)
            }
            rollout.signal_each(0..FLEET.len());
            assert_eq!(rollout.fleet.accepted(&secrets()), vec![keys.accepted(); FLEET.len()], "phase {phase}");
            if phase == 2 {
                // In place of the wait: every session is touched, which signs it with the new key.
                rollout.load.hear_every_client();
                lost_asleep += rollout.sleepers.look();
            }
        }
    }
    lost_asleep += rollout.sleepers.look();

    assert_eq!(rollout.fleet.processes(), processes, "an instance was restarted");
    let outcome = rollout.finish();
    let (tally, history) = (&outcome.tally, &outcome.history);
    let lost = tally.lost + lost_asleep;
    figures(format!(
        "Keys rotated {ROTATIONS} times by SIGHUP, no instance restarted: {} requests, {} sessions, {lost} lost, {} requests failed \
         ({:.0} s; 2 axum and 2 actix behind nginx, {CLIENTS} clients at once, {SLEEPERS} that sleep)",
        tally.requests,
        tally.sessions,
        tally.failed,
        outcome.time.as_secs_f64(),
    ));
    assert_eq!((lost, tally.failed), (0, 0), "{:#?}", tally.troubles);
    assert!(tally.requests >= REQUESTS, "{} requests", tally.requests);
    assert_eq!((history.stopped, history.killed, history.started_again), (0, 0, 0));
    assert_eq!(tally.served_by.len(), FLEET.len(), "somebody was never asked: {:?}", tally.served_by);
    assert_eq!(history.complaints, [""; 0], "what the instances logged");
}

/// Phase 2 begins without phase 1.
fn half_a_fleet_that_is_signalled_before_phase_1_loses_sessions() {
    let mut mount = Mount::with(Keys::OLD);
    let mut rollout = Rollout::start_with(FLEET, mount.environment(), 4 * STEP);
    let processes = rollout.fleet.processes();
    let half = FLEET.len() / 2;

    mount.swap(Keys::NEW_THEN_OLD);
    rollout.signal_each(0..half);
    let lost_asleep = rollout.sleepers.look();

    // The others learn the new key.
    rollout.signal_each(half..FLEET.len());
    let still_lost = rollout.sleepers.look();

    assert_eq!(rollout.fleet.processes(), processes, "an instance was restarted");
    let outcome = rollout.finish();
    let tally = &outcome.tally;
    figures(format!(
        "Broken order: half of a fleet is signalled without phase 1: {} requests, {} sessions, {} lost, {} of them replaced by \
         another; {lost_asleep} of {SLEEPERS} asleep refused, {still_lost} after the fix",
        tally.requests, tally.sessions, tally.lost, tally.replaced,
    ));
    assert!(tally.lost > 0 && tally.replaced > 0);
    assert!(lost_asleep > 0);
    assert_eq!((still_lost, tally.failed), (0, 0), "{:#?}", tally.troubles);
}
