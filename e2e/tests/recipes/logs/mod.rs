//! The guide's page about the log: each event of the libraries is on it, and each event on it is logged as it says.

mod metrics;
mod page;
mod provoke;
mod recorder;
mod source;

use std::collections::BTreeMap;
use std::env;
use std::process::Command;

use page::{Row, rows};

const PAGE: &str = include_str!("../../../../session-cookie/src/guide/logs.md");

/// It runs in a process of its own, which has a misspelt variable and whose first manager is that of the test.
#[test]
fn each_event_of_the_page_is_logged_with_its_level_and_its_fields() {
    if env::var_os("SESSION_COOKIE_NAME").is_none() {
        let this = "logs::each_event_of_the_page_is_logged_with_its_level_and_its_fields";
        let mut child = Command::new(env::current_exe().unwrap());
        let output = child.args(["--exact", this, "--nocapture"]).env("SESSION_COOKIE_NAME", "x").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("1 passed"), "{text}");
        return;
    }

    let events = recorder::recorded(provoke::all);

    let mut logged: BTreeMap<String, Row> = BTreeMap::new();
    for event in events {
        let row = logged.entry(event.message.clone()).or_insert_with(|| event.clone());
        assert_eq!(row.level, event.level, "{}", event.message);
        // What only some of the events have is optional.
        let all = &row.fields | &event.fields;
        row.optional = &(&row.optional | &event.optional) | &(&all - &(&row.fields & &event.fields));
        row.fields = &all - &row.optional;
    }
    let on_page = rows(PAGE);
    for (message, row) in &logged {
        assert_eq!(Some(row), on_page.get(message), "left: as it is logged; right: on the page");
    }
    let not_logged: Vec<_> = on_page.keys().filter(|message| !logged.contains_key(*message)).collect();
    assert!(not_logged.is_empty(), "on the page and not provoked: {not_logged:#?}");
}

#[test]
fn each_event_in_the_source_is_on_the_page_and_the_other_way_round() {
    let on_page = rows(PAGE).into_values().map(|row| (row.message, row.level)).collect();

    assert_eq!(source::events(), on_page, "left: in the source; right: on the page");
}
