//! Rule 19: which names, paths and domains are refused.

use session_cookie::ConfigError;

use crate::common::config::*;
use crate::common::*;

#[test]
fn r19_a_name_is_an_rfc_6265_token() {
    for name in ["s", "session", "SID_1", "a.b-c", "!#$%&'*+-.^_`|~", "0"] {
        assert_accepted(default().with_name(name));
    }
}

#[test]
fn r19_a_name_that_is_no_token_is_refused() {
    for name in [
        "", " ", "a b", " a", "a ", "a=b", "a;b", "a,b", "a\"b", "a(b", "a)b", "a/b", "a:b", "a<b", "a>b", "a?b",
        "a@b", "a[b", "a]b", "a{b", "a}b", "a\\b", "a\tb", "a\nb", "a\rb", "a\0b", "a\u{7f}b", "é", "a\u{85}b", "🦖",
    ] {
        let error = assert_refused(default().with_name(name), &["name", &format!("{name:?}"), "use letters"]);

        assert_eq!(error, ConfigError::Name(name.to_owned()));
    }
}

#[test]
fn r19_a_path_begins_with_a_slash() {
    for path in ["/", "/app", "/a%20b", "/a/b,c=d", "/~!*'()@:$&+"] {
        assert_accepted(default().with_path(path));
    }
    for path in ["", "app", "./", "*", "\\"] {
        assert_eq!(
            assert_refused(default().with_path(path), &["path", &format!("{path:?}"), "begins with `/`"]),
            ConfigError::Path(path.into())
        );
    }
}

#[test]
fn r19_a_path_with_what_would_end_or_change_it_is_refused() {
    for path in [
        "/;",
        "/a; Domain=evil.example",
        "/a\r\nSet-Cookie: x=y",
        "/\0",
        "/\t",
        "/\u{7f}",
        "/é",
        "/🦖",
        "/ ",
        " /",
        "/a ",
        "/a\t",
        "/\u{a0}",
        "/a b",
        "/a?b",
        "/a#b",
        "/\"a\"",
        "/<a>",
        "/a\\b",
    ] {
        assert_eq!(assert_refused(default().with_path(path), &["path", "give one"]), ConfigError::Path(path.into()));
    }
}

#[test]
fn r19_a_path_of_1024_bytes_is_accepted_and_of_1025_refused() {
    assert_accepted(default().with_path(format!("/{}", "a".repeat(1023))));
    assert_refused(default().with_path(format!("/{}", "a".repeat(1024))), &["path", "1024"]);
}

#[test]
fn r19_a_domain_is_ascii_text() {
    for domain in ["example.com", ".example.com", "localhost", "127.0.0.1", "xn--bcher-kva.example"] {
        assert_accepted(default().with_domain(domain));
    }
}

#[test]
fn r19_an_empty_domain_is_refused() {
    assert_eq!(
        assert_refused(default().with_domain(""), &["domain", "\"\"", "leave it out"]),
        ConfigError::Domain(String::new())
    );
}

#[test]
fn r19_a_domain_with_what_would_end_or_change_it_is_refused() {
    for domain in [
        ";",
        "a;b",
        "a; Path=/x",
        "a\r\nb",
        "a\0",
        "a\tb",
        "a\u{7f}",
        "bücher.example",
        "🦖.example",
        " example.com",
        "example.com ",
        "\texample.com",
        " ",
        "https://example.com",
        "//example.com",
        "example.com:8080",
        "example.com/app",
        "*.example.com",
        "exa mple.com",
        "a.com,b.com",
        "example..com",
        "..example.com",
        ".",
        "..",
        "example.com.",
        "[::1]",
    ] {
        let error = assert_refused(default().with_domain(domain), &["domain", "give a host name"]);

        assert_eq!(error, ConfigError::Domain(domain.into()));
    }
}

#[test]
fn r19_a_domain_of_1024_bytes_is_accepted_and_of_1025_refused() {
    assert_accepted(default().with_domain("a".repeat(1024)));
    assert_refused(default().with_domain("a".repeat(1025)), &["domain", "1024"]);
}

#[test]
fn r19_the_longest_path_and_domain_leave_room_for_a_session() {
    let config = default().with_path(format!("/{}", "a".repeat(1023))).with_domain("a".repeat(1024));
    let manager = manager_of(config);
    let session = manager.load(NO_HEADERS);

    session.insert("user_id", "42").unwrap();

    assert!(save(&manager, &session).unwrap().len() <= 4096);
}

#[test]
fn r19_a_name_that_leaves_no_room_for_a_session_is_refused() {
    let error = assert_refused(default().with_name("n".repeat(4000)), &["name", "4096", "shorten"]);

    assert!(matches!(error, ConfigError::NoRoomForSession { size, limit: 4096 } if size > 4096));
}

#[test]
fn r19_the_longest_name_leaves_room_for_an_empty_session_and_no_more() {
    assert_accepted(default().with_name("n".repeat(3949)));

    let error = assert_refused(default().with_name("n".repeat(3950)), &["name"]);
    assert_eq!(error, ConfigError::NoRoomForSession { size: 4097, limit: 4096 });
}
