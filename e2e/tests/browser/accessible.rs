//! The demo's page for people who can't see it well, or use no mouse: axe-core finds nothing, and the keyboard reaches everything.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use e2e::checks;
use serde_json::{Value, json};

use crate::Check;
use crate::stage::{SHOP, Stage};

pub(crate) const CHECKS: &[Check] = checks![
    axe_finds_what_is_wrong_with_a_page,
    axe_finds_nothing_wrong_with_the_page,
    the_keyboard_reaches_every_control_of_the_page,
];

const NEEDS_NPM: &str = "Install npm (Debian: apt-get install npm), or name one in the variable NPM.";

/// The source of axe-core, in the version that `axe/package-lock.json` pins by its hash.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in [
        ("package.json", include_str!("axe/package.json")),
        ("package-lock.json", include_str!("axe/package-lock.json")),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    let mut npm = Command::new(env::var_os("NPM").unwrap_or_else(|| "npm".into()));
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]).current_dir(&folder);
    let output = npm.output().unwrap_or_else(|error| panic!("npm can't be run: {error}. {NEEDS_NPM}"));
    assert!(output.status.success(), "npm ci failed: {}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js")).unwrap()
});

/// A checker that finds nothing in anything would pass below too.
fn axe_finds_what_is_wrong_with_a_page(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    for (fault, rule) in [
        ("document.querySelector('label[for=item]').remove()", "label"),
        ("document.getElementById('login-note').style.color = 'gray'", "color-contrast"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
    ] {
        stage.browser.open(&site.url(SHOP, "/"));
        stage.browser.run(fault, json!([]));
        assert!(violations(stage).contains(rule), "{fault}");
    }
}

fn axe_finds_nothing_wrong_with_the_page(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    for (width, height, color_scheme) in
        [(1280, 900, "light"), (1280, 900, "dark"), (360, 780, "light"), (360, 780, "dark")]
    {
        stage.browser.forget_all();
        stage.browser.emulate(width, height, color_scheme);
        stage.browser.open(&site.url(SHOP, "/"));
        let found = |state: &str, shown: &str| {
            stage.browser.wait_for("#session", shown);
            let name = format!("{}-{state}-{color_scheme}-{width}", stage.framework);
            stage.browser.screenshot(&name);
            assert_eq!(violations(stage), "", "{name}");
        };
        found("new", "No cookie.");
        stage.browser.click("#login");
        found("logged-in", "Verified.");
        stage.browser.click("#break");
        found("broken", "Refused:");
    }
}

fn the_keyboard_reaches_every_control_of_the_page(stage: &mut Stage<'_>) {
    let site = stage.serve(&[]);
    stage.browser.open(&site.url(SHOP, "/"));
    stage.browser.fetch("POST", "/login");
    stage.browser.open(&site.url(SHOP, "/"));

    // A Tab that comes before the page is ready to take it is lost.
    for _ in 0..10 {
        stage.browser.press("Tab");
        if stage.browser.run("return document.activeElement !== document.body", json!([])) == true {
            break;
        }
    }
    let mut reached = Vec::new();
    for at in 0..12 {
        if at > 0 {
            stage.browser.press("Tab");
        }
        let focused = "const e = document.activeElement; \
                       return [e.id || e.tagName, getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth) >= 2]";
        let focused = stage.browser.run(focused, json!([]));
        assert_eq!((&focused[1], &focused[2]), (&json!("solid"), &json!(true)), "{focused} after {reached:?}");
        reached.push(focused[0].as_str().unwrap().to_owned());
    }

    let order = ["A", "A", "login", "remember", "me", "logout", "item", "add", "cart", "break", "answer", "PRE"];
    assert_eq!(reached, order);
    // And Enter on a button does what a click does.
    stage.browser.run("document.getElementById('me').focus()", json!([]));
    stage.browser.press("Enter");
    stage.browser.wait_for("#said", "The cookie says that you are alice.");
}

/// Each rule that the page breaks, or may break as far as axe-core can tell, and where; empty if there is none. All its rules
/// count, its best practices too, but for the contrast of a colour that another element covers, which it can't tell.
fn violations(stage: &Stage<'_>) -> String {
    if stage.browser.run("return typeof axe", json!([])) == "undefined" {
        stage.browser.run(&AXE, json!([]));
    }
    let found = stage.browser.run(
        "const where = ({ id, nodes }) => id + ': ' + nodes.map(node => node.html);
         const isContrast = ({ id }) => id === 'color-contrast';
         return axe.run().then(({ violations, incomplete, passes }) =>
             [passes.length, [...violations, ...incomplete.filter(rule => !isContrast(rule))].map(where)])",
        json!([]),
    );
    assert!(found[0].as_u64().is_some_and(|passes| passes > 10), "axe checked hardly anything: {found}");
    found[1].as_array().unwrap().iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}
