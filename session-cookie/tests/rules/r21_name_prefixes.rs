//! Rule 21: what the prefix of a name demands.

use session_cookie::{ConfigError, CookieConfig};

use crate::common::config::*;

fn assert_prefix_needs(config: CookieConfig, name: &str, fix: &str) {
    let error = assert_refused(config, &["name", &format!("{name:?}"), fix]);
    assert!(matches!(error, ConfigError::Prefix { .. }));
}

#[test]
fn r21_secure_prefix_needs_secure() {
    for name in ["__Secure-session", "__secure-session", "__SECURE-x", "__sEcUrE-"] {
        assert_prefix_needs(default().with_name(name), name, "unless secure is true;");
        assert_accepted(
            default()
                .with_name(name)
                .with_secure(true)
                .with_domain("example.com")
                .with_path("/app")
                .with_http_only(false),
        );
    }
}

#[test]
fn r21_host_prefix_needs_secure_no_domain_and_the_root_path() {
    for name in ["__Host-session", "__host-session", "__HOST-x", "__hOsT-"] {
        let good = default().with_name(name).with_secure(true);
        assert_accepted(good.clone().with_http_only(false));
        assert_prefix_needs(good.clone().with_secure(false), name, "unless secure is true;");
        assert_prefix_needs(good.clone().with_domain("example.com"), name, "unless domain is none;");
        assert_prefix_needs(good.with_path("/app"), name, "unless path is /;");
    }
}

#[test]
fn r21_http_prefix_needs_secure_and_http_only() {
    for name in ["__Http-session", "__http-session", "__HTTP-x", "__hTtP-"] {
        let good = default().with_name(name).with_secure(true);
        assert_accepted(good.clone().with_domain("example.com").with_path("/app"));
        assert_prefix_needs(good.clone().with_secure(false), name, "unless secure is true;");
        assert_prefix_needs(good.with_http_only(false), name, "unless http_only is true;");
    }
}

#[test]
fn r21_host_http_prefix_needs_everything() {
    for name in ["__Host-Http-session", "__host-http-session", "__HOST-HTTP-x", "__hOsT-hTtP-"] {
        let good = default().with_name(name).with_secure(true);
        assert_accepted(good.clone());
        assert_prefix_needs(good.clone().with_secure(false), name, "unless secure is true;");
        assert_prefix_needs(good.clone().with_http_only(false), name, "unless http_only is true;");
        assert_prefix_needs(good.clone().with_domain("example.com"), name, "unless domain is none;");
        assert_prefix_needs(good.with_path("/app"), name, "unless path is /;");
    }
}

#[test]
fn r21_what_only_looks_like_a_prefix_needs_nothing() {
    for name in ["_Host-x", "Host-x", "__Host", "__Hostx", "__Secure_x", "x__Host-y", "___Host-x", "__Http_"] {
        assert_accepted(default().with_name(name).with_domain("example.com").with_http_only(false));
    }
}

#[test]
fn r21_hardened_is_accepted_as_it_is() {
    assert_accepted(CookieConfig::hardened());
}
