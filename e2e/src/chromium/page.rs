//! Uses a page as a person does: clicks, types and reads.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use thirtyfour::By;

use super::Chromium;
use crate::cargo::scratch_dir;

/// How long a page may take to show the expected text.
const DEADLINE: Duration = Duration::from_secs(10);

impl Chromium {
    /// Goes to this address, as if it were typed in.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.done(self.session().goto(url));
    }

    /// Clicks on the element that the CSS selector finds.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.done(async { self.session().find(By::Css(selector)).await?.click().await });
    }

    /// Replaces the text of the field that the CSS selector finds.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        self.done(async {
            let field = self.session().find(By::Css(selector)).await?;
            field.clear().await?;
            field.focus().await
        });
        // ChromeDriver's own keys are of the basic multilingual plane only, without emoji.
        self.devtools("Input.insertText", json!({ "text": text }));
    }

    /// Presses and releases this key: `Tab` or `Enter`.
    #[track_caller]
    pub fn press(&self, key: &str) {
        let (code, text) = if key == "Enter" { (13, "\r") } else { (9, "") };
        let key = json!({ "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
        for event in [if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "keyUp"] {
            let mut event_of_key = key.clone();
            event_of_key["type"] = json!(event);
            self.devtools("Input.dispatchKeyEvent", event_of_key);
        }
    }

    /// The text that the element shows.
    #[must_use]
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        self.done(async { self.session().find(By::Css(selector)).await?.text().await })
    }

    /// Waits until the element shows this text, among other.
    ///
    /// # Panics
    ///
    /// When it does not for ten seconds.
    #[track_caller]
    pub fn wait_for(&self, selector: &str, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            // Asked of the page at once, since an element that was found can be replaced before it is read.
            let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
            let shown = self.run(script, json!([selector]));
            if shown.as_str().is_some_and(|shown| shown.contains(text)) {
                return;
            }
            assert!(Instant::now() < deadline, "{selector} does not show {text:?}, but {shown}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The text of the whole document.
    #[must_use]
    #[track_caller]
    pub fn body(&self) -> String {
        self.text("body")
    }

    /// Runs a script in the page and returns its value. A promise is awaited.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        let Value::Array(arguments) = arguments else { panic!("{arguments} is no list of arguments") };
        self.done(async { Ok(self.session().execute(script, arguments).await?.json().clone()) })
    }

    /// Sends a request as the page's scripts do; the answer's body.
    #[track_caller]
    pub fn fetch(&self, method: &str, url: &str) -> String {
        let script = "return fetch(arguments[1], {method: arguments[0], cache: 'no-store'}).then(r => r.text())";
        let body = self.run(script, json!([method, url]));
        body.as_str().unwrap_or_else(|| panic!("{method} {url} answered no text: {body}")).to_owned()
    }

    /// Goes on inside the frame that the CSS selector finds, until the next page is opened.
    #[track_caller]
    pub fn enter_frame(&self, selector: &str) {
        self.done(async { self.session().find(By::Css(selector)).await?.enter_frame().await });
    }

    /// Lets pages believe in a screen of this size, and in a person who prefers this colour scheme.
    #[track_caller]
    pub fn emulate(&self, width: u32, height: u32, color_scheme: &str) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": color_scheme }] }),
        );
    }

    /// Keeps a picture of the whole page under this name in the target folder, and returns where.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let answer = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        let png = answer.get("data").and_then(Value::as_str).and_then(|data| BASE64_STANDARD.decode(data).ok());
        let file = scratch_dir().join("screenshots").join(name).with_extension("png");
        fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(&file, png.expect("the browser answers a picture")).unwrap();
        file
    }
}
