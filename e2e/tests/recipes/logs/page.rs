//! Reads the tables of events from the page.

use std::collections::{BTreeMap, BTreeSet};

/// One row of the tables, or one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) level: String,
    pub(super) message: String,
    pub(super) fields: BTreeSet<String>,
    /// Those in parentheses, which not each event has.
    pub(super) optional: BTreeSet<String>,
}

/// The rows by their message.
pub(super) fn rows(page: &str) -> BTreeMap<String, Row> {
    let rows: Vec<Row> = page.lines().filter_map(row).collect();
    let count = rows.len();
    let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.message.clone(), row)).collect();
    assert_eq!(rows.len(), count, "two rows have one message");
    rows
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.strip_prefix("| ")?.split(" |").map(str::trim);
    let level = cells.next().filter(|level| ["debug", "info", "warn", "error"].contains(level))?;
    let message = cells.next()?.trim_matches('`').trim();
    let fields = cells.next()?;
    let (fields, optional) = fields.split_once('(').unwrap_or((fields, ""));
    Some(Row { level: level.to_owned(), message: message.to_owned(), fields: names(fields), optional: names(optional) })
}

/// The names in backticks.
fn names(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
