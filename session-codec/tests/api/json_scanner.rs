//! The scanner behind the JSON functions, compared with `serde_json`.

use serde_json::value::RawValue;
use session_codec::json::{self, Member};

fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let members: Result<Vec<_>, _> = json::members(text).collect();
    Some(members.ok()?.into_iter().map(|Member { key, value }| (&text[key], &text[value])).collect())
}

/// What `serde_json` says of the same text.
fn is_object(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get().starts_with('{'))
}

#[test]
fn finds_each_member_where_it_is() {
    assert_eq!(members("{}"), Some(vec![]));
    assert_eq!(members(" {\t} \r\n"), Some(vec![]));
    assert_eq!(
        members(r#"{"a":1,"":"","b\"":[{"c":[]},-1.5e+3],"a":null,"é":{"x":{}}}"#),
        Some(vec![
            ("\"a\"", "1"),
            ("\"\"", "\"\""),
            (r#""b\"""#, r#"[{"c":[]},-1.5e+3]"#),
            ("\"a\"", "null"),
            ("\"é\"", r#"{"x":{}}"#),
        ])
    );
    assert_eq!(
        members("{ \"a\" :\t[ 1 , { } ] ,\n\"b\": true }"),
        Some(vec![("\"a\"", "[ 1 , { } ]"), ("\"b\"", "true")])
    );
}

/// Compares the verdict with that of `serde_json` on every text of up to three changes to these.
#[test]
fn accepts_what_serde_json_accepts_and_nothing_else() {
    let seeds = [
        r#"{"user":"alice","n":[1,-2.5e+10,0],"o":{"k":null,"t":true,"f":false}}"#,
        r#"{"long text without a stop in it":"\u00e9\ud83e\udd96\ud800\"\\\/\b\f\n\r\t","":0.0}"#,
        "{ \"a\" : [ ] , \"b\" : { } , \"c\" : 1E5 }",
    ];
    let replacements = b"\"\\{}[]:,0123456789-+.eEutfna \n\x00\x1f\x7f";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let mut accepted = 0;
    for round in 0..60_000 {
        let mut text = seeds[round % seeds.len()].as_bytes().to_vec();
        for _ in 0..random(4) {
            let at = random(text.len());
            match random(3) {
                0 => text[at] = replacements[random(replacements.len())],
                1 => text.insert(at, replacements[random(replacements.len())]),
                _ => drop(text.remove(at)),
            }
        }
        let text = String::from_utf8(text).unwrap();
        assert_eq!(members(&text).is_some(), is_object(&text), "{text:?}");
        accepted += usize::from(is_object(&text));
    }
    assert!((5_000..55_000).contains(&accepted), "{accepted} of the texts are objects");
}

#[test]
fn each_character_that_ends_plain_text_is_seen_at_each_place() {
    for length in 0..20 {
        for at in 0..length {
            for stop in (0..=0x7f_u8).map(char::from).chain(['é', '🦖']) {
                let mut inside = "a".repeat(length);
                inside.replace_range(at..=at, &stop.to_string());
                let text = format!("{{\"{inside}\":1}}");
                assert_eq!(members(&text).is_some(), is_object(&text), "{text:?}");
            }
        }
    }
}

#[test]
fn any_depth_of_nesting_is_read_without_recursion() {
    for depth in [1, 63, 64, 65, 127, 128, 129, 100_000] {
        let value = "[{\"a\":".repeat(depth) + "1" + &"}]".repeat(depth);
        assert_eq!(members(&format!("{{\"k\":{value}}}")), Some(vec![("\"k\"", &*value)]));
        assert_eq!(members(&format!("{{\"k\":{value}]}}")), None);
        assert_eq!(members(&format!("{{\"k\":{}}}", value.replace("}]}]", "}]]}"))).is_some(), depth == 1);
    }
}
