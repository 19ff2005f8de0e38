//! Breaks the order of the phases on purpose. Sessions are then lost, which shows that losses are counted. Also tests what
//! fixes it: until a request writes to a refused session, its browser still has the old cookie.

use e2e::{
    Check,
    Framework::{Actix, Axum},
    checks, figures,
};

use crate::{
    fleet::Kind::{self, Demo},
    keys::Keys,
    rollout::{Outcome, Rollout},
    sleepers::SLEEPERS,
};

pub(crate) const CHECKS: &[Check] = checks![
    a_new_key_signs_before_everybody_accepts_it,
    a_key_is_exchanged_for_another_without_fallback,
    an_old_key_is_removed_while_sessions_are_signed_with_it,
];

const FLEET: &[Kind] = &[Demo(Axum), Demo(Actix), Demo(Axum), Demo(Actix)];
const STEP: usize = 1500;

/// Phase 2 begins without phase 1.
fn a_new_key_signs_before_everybody_accepts_it() {
    let mut rollout = Rollout::start(FLEET, STEP);

    rollout.restart(0, Keys::NEW_THEN_OLD);
    let lost_asleep = rollout.sleepers.look();

    // Phase 1, late.
    for at in 1..FLEET.len() {
        rollout.restart(at, Keys::OLD_THEN_NEW);
    }
    let still_lost = rollout.sleepers.look();
    let outcome = rollout.finish();
    tell("a new key signs before everybody accepts it", &outcome, lost_asleep, still_lost);
    assert!(outcome.tally.lost > 0 && outcome.tally.replaced > 0);
    assert!(lost_asleep > 0);
    assert_eq!((still_lost, outcome.tally.failed), (0, 0), "{:#?}", outcome.tally.troubles);
}

/// No phases at all.
fn a_key_is_exchanged_for_another_without_fallback() {
    let mut rollout = Rollout::start(FLEET, STEP);

    rollout.restart_each(Keys::NEW);
    let lost_asleep = rollout.sleepers.look();

    // The old key is accepted again.
    rollout.restart_each(Keys::NEW_THEN_OLD);
    let still_lost = rollout.sleepers.look();
    let outcome = rollout.finish();
    tell("a key is exchanged for another without fallback", &outcome, lost_asleep, still_lost);
    assert!(outcome.tally.lost > 0 && outcome.tally.replaced > 0);
    assert_eq!(lost_asleep, SLEEPERS);
    assert_eq!((still_lost, outcome.tally.failed), (0, 0), "{:#?}", outcome.tally.troubles);
}

/// Phase 3 begins at the end of phase 2, without the time between them.
fn an_old_key_is_removed_while_sessions_are_signed_with_it() {
    let mut rollout = Rollout::start(FLEET, STEP);

    rollout.restart_each(Keys::OLD_THEN_NEW);
    rollout.restart_each(Keys::NEW_THEN_OLD);
    rollout.load.hear_every_client();
    rollout.restart_each(Keys::NEW);
    let lost_asleep = rollout.sleepers.look();

    // Back to phase 2.
    rollout.restart_each(Keys::NEW_THEN_OLD);
    let still_lost = rollout.sleepers.look();
    let outcome = rollout.finish();
    tell("an old key is removed while sessions are signed with it", &outcome, lost_asleep, still_lost);
    // Who was there between the phases has a new cookie.
    assert_eq!(outcome.tally.lost, 0, "{:#?}", outcome.tally.troubles);
    assert_eq!(lost_asleep, SLEEPERS);
    assert_eq!((still_lost, outcome.tally.failed), (0, 0), "{:#?}", outcome.tally.troubles);
}

fn tell(mistake: &str, outcome: &Outcome, lost_asleep: usize, still_lost: usize) {
    figures(format!(
        "Broken order: {mistake}\n{}\n\
         {} sessions in use lost, {} of them replaced by another; {lost_asleep} of {SLEEPERS} asleep refused, \
         {still_lost} after the fix",
        outcome.traffic(),
        outcome.tally.lost,
        outcome.tally.replaced,
    ));
}
