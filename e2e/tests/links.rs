//! Checks the links in the repository's Markdown files as GitHub shows them: each relative link leads to a file or a heading.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn every_link_in_a_markdown_file_leads_somewhere_on_github() {
    let pages = markdown_files();
    let dead: Vec<String> = pages
        .iter()
        .flat_map(|page| {
            links(page).into_iter().filter_map(|link| Some((fault(page, &link)?, link))).map(in_page(page))
        })
        .collect();

    assert!(pages.len() >= 15, "only {} Markdown files were found", pages.len());
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

#[test]
fn a_link_to_a_missing_file_or_heading_or_to_a_rust_path_is_a_fault() {
    let readme = Path::new(ROOT).join("README.md");
    for link in ["https://example.com/nowhere", "mailto:someone@example.com", "SECURITY.md", "demo", "#options"] {
        assert_eq!(fault(&readme, link), None, "{link}");
    }
    for (link, expected) in [
        ("crate::Session::clear", "a Rust path, which GitHub does not know"),
        ("NOTHING.md", "no such file"),
        ("NOTHING.md#options", "no such file"),
        ("#nothing", "no such heading"),
        ("SECURITY.md#nothing", "no such heading"),
        ("demo#nothing", "no such heading"),
        ("/etc/hostname", "not relative to the page"),
    ] {
        assert_eq!(fault(&readme, link), Some(expected), "{link}");
    }
}

#[test]
fn headings_have_the_anchors_that_github_gives_them() {
    let page = "# What we don't: `Key::derive` & _more_\n\n# Twice\n\n# twice\n\nUnderlined\n---\n\n```sh\n# no heading\n```\n";

    assert_eq!(anchors(page), ["what-we-dont-keyderive--more", "twice", "twice-1", "underlined"]);
}

/// Says what is wrong with a link of this page, if anything is.
fn fault(page: &Path, link: &str) -> Option<&'static str> {
    if link.starts_with("https://") || link.starts_with("http://") || link.starts_with("mailto:") {
        return None;
    }
    if link.contains("::") {
        return Some("a Rust path, which GitHub does not know");
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    if file.starts_with('/') {
        return Some("not relative to the page");
    }
    let target = if file.is_empty() { page.to_owned() } else { page.with_file_name(file) };
    if !target.exists() {
        return Some("no such file");
    }
    let has_anchor =
        |anchor: &str| fs::read_to_string(&target).is_ok_and(|text| anchors(&text).iter().any(|a| a == anchor));
    anchor.is_some_and(|anchor| !has_anchor(anchor)).then_some("no such heading")
}

fn in_page(page: &Path) -> impl Fn((&'static str, String)) -> String {
    let page = page.strip_prefix(ROOT).unwrap_or(page).display().to_string();
    move |(fault, link)| format!("{page}: {link}: {fault}")
}

/// Returns where the links and images of this page lead.
fn links(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let events = Parser::new_ext(&text, Options::ENABLE_TABLES);
    let targets = events.filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    });
    targets.collect()
}

/// Returns the anchors that GitHub gives the headings of a page: in lower case, with `-` for spaces, without punctuation, and
/// with a number from the second of the same text on.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::Text(part) | Event::Code(part), Some(text)) => text.push_str(&part),
            (Event::End(TagEnd::Heading(_)), Some(text)) => {
                let anchor = anchor(text);
                let count = seen.entry(anchor.clone()).or_default();
                anchors.push(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
                *count += 1;
                heading = None;
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Returns every Markdown file of the repository, without those that a build or a tool made: they are in folders named `target`
/// or hidden.
fn markdown_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(ROOT)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if name.ends_with(".md") {
                files.push(path);
            }
        }
    }
    files
}
