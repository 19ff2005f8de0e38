//! Rule 20: `SameSite=None` and `Partitioned` need `Secure`.

use session_cookie::{ConfigError, SameSite};

use crate::common::config::*;

#[test]
fn r20_same_site_none_needs_secure() {
    let config = default().with_same_site(SameSite::None);

    let error = assert_refused(config.clone(), &["same_site is none", "secure is false", "set secure to true"]);

    assert_eq!(error, ConfigError::SameSiteNoneNeedsSecure);
    assert_accepted(config.with_secure(true));
}

#[test]
fn r20_partitioned_needs_secure() {
    let config = default().with_partitioned(true);

    let error = assert_refused(config.clone(), &["partitioned is true", "secure is false", "set secure to true"]);

    assert_eq!(error, ConfigError::PartitionedNeedsSecure);
    assert_accepted(config.with_secure(true));
}

#[test]
fn r20_lax_and_strict_do_not_need_it() {
    assert_accepted(default().with_same_site(SameSite::Lax));
    assert_accepted(default().with_same_site(SameSite::Strict));
}
