//! Verifies thousands of tokens, valid and damaged, with VelociPy's middleware and with this project.
//!
//! Each difference has to be on the list of wanted ones, and each wanted one has to occur.
//! `DIFFERENTIAL_SEED=7` makes other tokens.

mod damage;
mod envelopes;
mod generator;
mod here;
mod tally;
mod token;
mod wanted;

use std::{env, fmt::Write};

use e2e::{
    Check, checks, figures,
    velocipy::{Signer, Verdict},
};

use self::{
    generator::{Generator, KINDS},
    here::{Here, Reader},
    tally::Tally,
    token::SECRET,
    wanted::Difference,
};
use crate::SEED;

/// What both sides' clocks say. Half a second is exact in a float too.
const NOW: f64 = 1_700_000_000.5;
const MAX_AGE: u64 = 3600;
const DEFAULT_LIFETIME: u64 = 1800;

/// What limits a token's age on both sides, and here alone.
#[derive(Clone, Copy, Debug)]
struct Limits {
    max_age: Option<u64>,
    default_lifetime: Option<u64>,
}

const LIMITS: [Limits; 3] = [
    Limits { max_age: Some(MAX_AGE), default_lifetime: None },
    Limits { max_age: None, default_lifetime: None },
    Limits { max_age: Some(MAX_AGE), default_lifetime: Some(DEFAULT_LIFETIME) },
];

pub(crate) const CHECKS: &[Check] =
    checks![both_sides_differ_only_where_that_is_wanted, the_readme_lists_what_is_wanted];

fn both_sides_differ_only_where_that_is_wanted() {
    let seed = env::var("DIFFERENTIAL_SEED").map_or(SEED, |seed| seed.parse().expect("DIFFERENTIAL_SEED is a number"));
    let mut signer = Signer::start();
    let mut generator = Generator::new(seed, &mut signer);
    let mut kinds = KINDS.map(|(name, ..)| (name, Tally::default()));
    let mut differences = Difference::ALL.map(|difference| (difference.name(), Tally::default()));
    let mut failures = Vec::new();

    for ((kind, count, make), (_, of_kind)) in KINDS.into_iter().zip(&mut kinds) {
        let tokens: Vec<_> = (0..count).map(|n| make(&mut generator, n)).collect();
        let texts: Vec<_> = tokens.iter().map(|token| text(token)).collect();
        for limits in LIMITS {
            let ours = Here::new(limits);
            let theirs = signer.load(SECRET, NOW, limits.max_age, &texts);
            for (token, there) in tokens.iter().zip(theirs) {
                for reader in [Reader::Codec, Reader::Session] {
                    let Some(here) = ours.load(reader, token) else { continue };
                    let difference = Difference::of(token, reader, limits);
                    of_kind.count(&there, &here);
                    if let Some(difference) = difference {
                        differences[difference as usize].1.count(&there, &here);
                    }
                    if !is_right(difference, &there, &here, &mut signer) {
                        failures.push(format!(
                            "{kind}, {reader:?}, {limits:?}, difference {difference:?}\n  token {}\n  there {there:?}\n  here  \
                             {here:?}",
                            text(token)
                        ));
                    }
                }
            }
        }
    }

    let tables = [table("kind of token", &kinds), table("the token ...", &differences)].concat();
    figures(format!(
        "each token verified by codec and session, with and without a maximum age and a default lifetime (seed {seed})\n{tables}"
    ));
    let some = failures[..failures.len().min(10)].join("\n");
    assert!(failures.is_empty(), "{} wrong verdicts with seed {seed}, among them\n{some}", failures.len());
    for (name, tally) in differences {
        assert_ne!(tally.differences(), 0, "the README lists what was not seen: a token that {name}");
    }
}

/// The list for users has the rows of the enum, and no others, with the same verdicts.
fn the_readme_lists_what_is_wanted() {
    let readme = include_str!("../../../../session-codec/README.md");
    let (_, section) = readme.split_once("\n## Where we differ from VelociPy\n").expect("the section is there");
    let rows: Vec<_> = section
        .lines()
        .skip_while(|line| !line.starts_with("| --- "))
        .skip(1)
        .map_while(|line| line.strip_prefix("| "))
        .map(|row| {
            let mut cells = row.split(" | ");
            let mut cell = || cells.next().expect("a row has three cells");
            (cell(), verdicts_named(cell()), verdicts_named(cell()))
        })
        .collect();

    let wanted = Difference::ALL.map(|wanted| (wanted.name(), wanted.there().to_vec(), vec![wanted.here()]));
    assert_eq!(rows, wanted);
}

fn verdicts_named(cell: &str) -> Vec<&str> {
    let words = cell.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| matches!(*word, "accepted" | "refused") || word.ends_with("Error")).collect()
}

/// Both verdicts are as the difference has them; without one, they are the same. Accepted by both, it is the same session.
fn is_right(difference: Option<Difference>, there: &Verdict, here: &Verdict, signer: &mut Signer) -> bool {
    if let (Verdict::Accepted(there), Verdict::Accepted(here)) = (there, here)
        && here != there
        && signer.compact(here).as_ref() != Some(there)
    {
        return false;
    }
    let (there, here) = (name(there), name(here));
    match difference {
        Some(difference) => here == difference.here() && (there == here || difference.there().contains(&there)),
        None => there == here,
    }
}

fn name(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Refused => "refused",
        Verdict::Raised(exception) => exception,
    }
}

/// One character for each byte, as servers in Python read headers.
fn text(token: &[u8]) -> String {
    token.iter().copied().map(char::from).collect()
}

fn table(heading: &str, rows: &[(&str, Tally)]) -> String {
    let mut table = format!("\n{heading:<58}{}\n", Tally::HEADINGS);
    for (name, tally) in rows {
        writeln!(table, "{name:<58}{tally}").unwrap();
    }
    table
}
