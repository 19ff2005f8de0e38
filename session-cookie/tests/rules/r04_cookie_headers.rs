//! Rule 4: several `Cookie` headers are read as one, and other cookies in them do not affect the session.

use crate::common::*;

#[test]
fn r04_several_cookie_headers_are_read_as_one() {
    let ours = cookie(r#"{"user_id":"42"}"#);
    for headers in [["theme=dark", &ours, "lang=en"], [&ours, "a=1", "b=2"], ["a=1", "b=2", &ours]] {
        assert_eq!(user(&manager().load(headers)).as_deref(), Some("42"), "{headers:?}");
    }
}

#[test]
fn r04_candidates_are_counted_over_all_headers() {
    let junk = vec!["session=junk".to_owned(); 7];
    let ours = cookie(r#"{"user_id":"42"}"#);

    assert_eq!(user(&manager().load([junk.clone(), vec![ours.clone()]].concat())).as_deref(), Some("42"));
    assert_eq!(user(&manager().load([junk, vec!["session=junk".to_owned(), ours]].concat())), None);
}

#[test]
fn r04_malformed_neighbours_do_not_cost_the_session() {
    let ours = cookie(r#"{"user_id":"42"}"#);
    for neighbour in [
        "",
        ";",
        ";;;",
        "=",
        "==",
        "=x",
        "x",
        "x=",
        "a b=c d",
        "x=\"",
        "x=\"a",
        "x=a=b=c",
        "x={\"a\":1}",
        "x=a,b",
        "$Version=1",
        "session",
        "xsession=y",
        "\tx=1\t",
        "x=\u{1f996}",
    ] {
        for header in
            [format!("{neighbour}; {ours}"), format!("{ours}; {neighbour}"), format!("{neighbour};{ours};{neighbour}")]
        {
            assert_eq!(user(&manager().load([&header])).as_deref(), Some("42"), "{header}");
        }
    }
}

#[test]
fn r04_neighbours_that_are_not_utf_8_do_not_cost_the_session() {
    let ours = cookie(r#"{"user_id":"42"}"#);
    let header = [b"a=\xff\x00\x80; \xfe=1; ".as_slice(), ours.as_bytes(), b"; \xc3=\x28"].concat();

    assert_eq!(user(&manager().load([header])).as_deref(), Some("42"));
}

#[test]
fn r04_space_around_a_cookie_does_not_count() {
    let token = token(r#"{"user_id":"42"}"#, NOW);
    for header in [
        format!("session={token}"),
        format!("  session={token}  "),
        format!("a=1;session={token};b=2"),
        format!("a=1 ;\tsession={token}\t; b=2"),
    ] {
        assert_eq!(user(&manager().load([&header])).as_deref(), Some("42"), "{header}");
    }
}
