//! `SessionSettings` from a file: JSON is one of many formats.

use std::time::Duration;

use serde::de::value::{BytesDeserializer, Error as ValueError, MapDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize as _, forward_to_deserialize_any};
use session_cookie::{CookieConfig, Refresh, SameSite, SessionSettings, SettingsError};

use super::{OPTIONS, SENSELESS, UNREADABLE};
use crate::common::config::default;
use crate::common::settings::*;
use crate::common::*;

fn config(members: &str) -> CookieConfig {
    with_key(members).cookie_config().unwrap_or_else(|error| panic!("{members}: {error}"))
}

fn assert_refused(members: &str, words: &[&str]) -> SettingsError {
    refusal(with_key(members), words)
}

#[test]
fn settings_without_options_are_the_defaults() {
    assert_eq!(config(""), default());
    assert_eq!(SessionSettings::default().cookie_config(), Ok(default()));
}

#[test]
fn settings_make_a_manager_that_signs_with_their_key() {
    let manager = manager_from(with_key("")).unwrap();
    let session = manager.load(NO_HEADERS);
    session.insert("a", 1).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1}"#);
}

#[test]
fn settings_take_every_option_as_its_own_type() {
    assert_eq!(
        config(
            r#""name":"id","max_age":60,"default_lifetime":60,"path":"/app","domain":"example.com","secure":true,"http_only":false,
            "same_site":"none","partitioned":true,"refresh":30,"max_lifetime":120"#
        ),
        everything()
    );
}

#[test]
fn settings_take_every_option_as_its_text() {
    assert_eq!(
        config(
            r#""name":"id","max_age":"60","default_lifetime":"60","path":"/app","domain":"example.com","secure":"true","http_only":"false",
            "same_site":"none","partitioned":"true","refresh":"30","max_lifetime":"120""#
        ),
        everything()
    );
}

#[test]
fn settings_take_numbers_of_any_integer_type() {
    fn max_age<T: IntoDeserializer<'static, ValueError>>(value: T) -> CookieConfig {
        let members = MapDeserializer::new([("max_age", value)].into_iter());
        SessionSettings::deserialize(members).unwrap().cookie_config().unwrap()
    }
    let minute = default().with_max_age(seconds(60));

    assert_eq!(max_age(60_u8), minute);
    assert_eq!(max_age(60_u64), minute);
    assert_eq!(max_age(60_i32), minute, "YAML and others");
    assert_eq!(max_age(60_i64), minute, "TOML");
    assert_eq!(max_age("60"), minute);
    assert_eq!(max_age("60".to_owned()), minute);
}

#[test]
fn settings_take_options_of_formats_that_write_them_as_such() {
    /// As RON's `Some(60)` and `None` and figment's null are read.
    struct Optional(Option<u64>);
    impl<'de> IntoDeserializer<'de, ValueError> for Optional {
        type Deserializer = Self;
        fn into_deserializer(self) -> Self {
            self
        }
    }
    impl<'de> Deserializer<'de> for Optional {
        type Error = ValueError;
        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.0 {
                Some(value) => visitor.visit_some(value.into_deserializer()),
                None => visitor.visit_none(),
            }
        }
        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }
    let max_age = |value| {
        let members = MapDeserializer::new([("max_age", Optional(value))].into_iter());
        SessionSettings::deserialize(members).unwrap().cookie_config().unwrap()
    };

    assert_eq!(max_age(Some(60)), default().with_max_age(seconds(60)));
    assert_eq!(max_age(None), default(), "not set");
}

#[test]
fn settings_take_bytes_as_their_text() {
    let name = |bytes| {
        let members = MapDeserializer::new([("name", BytesDeserializer::<ValueError>::new(bytes))].into_iter());
        SessionSettings::deserialize(members).unwrap().cookie_config()
    };

    assert_eq!(name(b"id"), Ok(default().with_name("id")));
    assert!(name(b"\xff").is_err());
}

#[test]
fn settings_infinite_numbers_are_refused() {
    for (number, shown) in [(f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf"), (f64::NAN, "NaN")] {
        let members = MapDeserializer::<_, ValueError>::new([("max_age", number)].into_iter());
        let error = SessionSettings::deserialize(members).unwrap().cookie_config().unwrap_err();

        assert_eq!(error.to_string(), format!("max_age is {shown}; give whole seconds, or none"));
    }
}

#[test]
fn settings_none_means_none() {
    for none in ["none", "None", "NONE"] {
        assert_eq!(
            config(&format!(r#""max_age":"{none}","max_lifetime":60"#)),
            default().with_max_age(None).with_max_lifetime(seconds(60))
        );
        for option in ["max_lifetime", "default_lifetime", "domain"] {
            assert_eq!(config(&format!(r#""{option}":"{none}","preset":"hardened""#)), CookieConfig::hardened());
        }
    }
}

#[test]
fn settings_null_and_empty_text_mean_not_set() {
    for blank in ["null", r#""""#] {
        let all = OPTIONS.map(|option| format!(r#""{option}":{blank}"#)).join(",");
        let settings = parse(&format!("{{{all}}}"));

        assert_eq!(settings.cookie_config(), Ok(default()), "{blank}");
        assert!(!settings.has_keys(), "{blank}");
        refusal(settings, &["secret_key is missing"]);
        let preset = format!(r#""preset":"hardened","max_age":{blank},"secure":{blank},"same_site":{blank}"#);
        assert_eq!(config(&preset), CookieConfig::hardened(), "{blank}");
    }
}

#[test]
fn settings_none_and_blank_mean_no_fallback_keys() {
    for none in [r#""none""#, r#""None""#, "null", r#""""#, "[]"] {
        let settings = with_key(&format!(r#""fallback_keys":{none}"#));

        assert!(settings.fallback_keys().unwrap().is_empty(), "{none}");
        assert!(manager_from(settings).is_ok(), "{none}");
    }
}

#[test]
fn settings_same_site_is_matched_in_any_case() {
    for (text, same_site) in [
        ("lax", SameSite::Lax),
        ("Lax", SameSite::Lax),
        ("STRICT", SameSite::Strict),
        ("Strict", SameSite::Strict),
        ("None", SameSite::None),
    ] {
        assert_eq!(config(&format!(r#""same_site":"{text}""#)), default().with_same_site(same_site), "{text}");
    }
}

#[test]
fn settings_booleans_are_matched_in_any_case() {
    assert_eq!(config(r#""secure":"True""#), default().with_secure(true));
    assert_eq!(config(r#""http_only":"FALSE""#), default().with_http_only(false));
}

#[test]
fn settings_refresh_is_on_change_or_seconds() {
    assert_eq!(config(r#""refresh":"on_change""#), default());
    assert_eq!(config(r#""refresh":"On_Change""#), default());
    assert_eq!(config(r#""refresh":0"#), default().with_refresh(Refresh::After(Duration::ZERO)));
    assert_eq!(config(r#""refresh":"1800""#), default().with_refresh(Refresh::After(seconds(1800))));
}

#[test]
fn settings_each_lifetime_is_of_its_option() {
    assert_eq!(config(r#""max_age":7"#), default().with_max_age(seconds(7)));
    assert_eq!(config(r#""default_lifetime":7"#), default().with_default_lifetime(seconds(7)));
    assert_eq!(config(r#""max_lifetime":7"#), default().with_max_lifetime(seconds(7)));
}

#[test]
fn settings_session_cookie_is_another_word_for_name() {
    assert_eq!(config(r#""session_cookie":"id""#), default().with_name("id"));
}

#[test]
fn settings_both_words_for_name_are_refused() {
    assert!(serde_json::from_str::<SessionSettings>(r#"{"name":"a","session_cookie":"b"}"#).is_err());
}

#[test]
fn settings_unknown_names_are_refused() {
    for name in ["secret", "maxage", "max-age", "httponly", "samesite", "Secure", "secret_keys", "from_env", ""] {
        let error = serde_json::from_str::<SessionSettings>(&format!(r#"{{"{name}":"x"}}"#)).unwrap_err().to_string();

        assert!(error.contains(&format!("`{name}`")) && error.contains("secret_key"), "{error}");
    }
}

#[test]
fn settings_without_a_key_say_what_is_missing() {
    for json in ["{}", r#"{"secret_key":null}"#, r#"{"name":"id"}"#] {
        refusal(parse(json), &["secret_key is missing", "32 bytes"]);
    }
    assert!(matches!(refusal(SessionSettings::default(), &[]), SettingsError::MissingKey { .. }));
}

#[test]
fn settings_fallback_keys_are_a_list_or_text_with_commas() {
    let (one, two) = (fallback_secret(1), fallback_secret(2));
    for value in [format!(r#"["{one}","{two}"]"#), format!(r#""{one},{two}""#)] {
        let manager = manager_from(with_key(&format!(r#""fallback_keys":{value}"#))).unwrap();

        assert_eq!(key_index(&manager, SECRET), 0);
        assert_eq!(key_index(&manager, &one), 1, "{value}");
        assert_eq!(key_index(&manager, &two), 2, "{value}");
    }
}

#[test]
fn settings_one_fallback_key_needs_no_list() {
    let manager = manager_from(with_key(&format!(r#""fallback_keys":"{}""#, fallback_secret(1)))).unwrap();

    assert_eq!(key_index(&manager, &fallback_secret(1)), 1);
}

#[test]
fn settings_eight_fallback_keys_are_accepted_and_nine_refused() {
    let keys = |count| (1..=count).map(fallback_secret).collect::<Vec<_>>();
    for (quote, separator, open, close) in [("\"", ",", "[", "]"), ("", ",", "\"", "\"")] {
        let list = |count| {
            let keys: Vec<String> = keys(count).into_iter().map(|key| format!("{quote}{key}{quote}")).collect();
            format!(r#""fallback_keys":{open}{}{close}"#, keys.join(separator))
        };
        let manager = manager_from(with_key(&list(8))).unwrap();
        assert_eq!(key_index(&manager, &fallback_secret(8)), 8);

        assert!(matches!(assert_refused(&list(9), &["fallback_keys", "8"]), SettingsError::Config { .. }));
    }
}

#[test]
fn settings_an_option_of_the_wrong_kind_is_named_with_its_value_and_the_fix() {
    for (option, value, fix) in UNREADABLE {
        let error = assert_refused(&format!(r#""{option}":"{value}""#), &[option, &format!("{value:?}"), fix]);

        assert!(matches!(error, SettingsError::Value { setting, .. } if setting == option));
    }
}

#[test]
fn settings_a_value_that_is_no_text_is_shown_too() {
    for (option, value, fix) in [
        ("max_age", "true", "whole seconds"),
        ("max_age", "-60", "whole seconds"),
        ("max_age", "60.5", "whole seconds"),
        ("secure", "1", "true or false"),
        ("same_site", "false", "lax, strict or none"),
        ("name", "5", "text"),
        ("path", "true", "text"),
        ("domain", "7", "a host name"),
    ] {
        assert_refused(&format!(r#""{option}":{value}"#), &[option, value, fix]);
    }
}

#[test]
fn settings_a_list_or_a_table_is_no_option() {
    for option in OPTIONS.into_iter().filter(|option| !["secret_key", "fallback_keys"].contains(option)) {
        for value in ["[60]", r#"{"secs":60}"#] {
            assert_refused(&format!(r#""{option}":{value}"#), &[option, "give"]);
        }
    }
}

#[test]
fn settings_options_that_make_no_sense_are_refused_by_the_name_of_the_option() {
    for (members, option) in [
        (r#""name":"a b""#, "name"),
        (r#""path":"app""#, "path"),
        (r#""domain":"a b""#, "domain"),
        (r#""same_site":"none""#, "same_site"),
        (r#""partitioned":true"#, "partitioned"),
        (r#""max_age":0"#, "max_age"),
        (r#""max_lifetime":1"#, "max_lifetime"),
        (r#""refresh":3600"#, "refresh"),
        (r#""session_cookie":"__Host-session""#, "name"),
    ] {
        let error = assert_refused(members, &[option]);

        assert!(matches!(error, SettingsError::Config { setting, .. } if setting == option), "{error:?}");
    }
    for (option, value, fix) in SENSELESS {
        let error = assert_refused(&format!(r#""{option}":"{value}""#), &[option, fix]);

        assert!(matches!(error, SettingsError::Config { setting, .. } if setting == option), "{error:?}");
    }
}

#[test]
fn settings_tell_whether_keys_are_given() {
    assert!(!parse("{}").has_keys());
    assert!(!parse(r#"{"secret_key":null}"#).has_keys());
    assert!(with_key("").has_keys());
}

#[test]
fn settings_inside_flattened_settings_unknown_names_go_through() {
    #[derive(serde::Deserialize)]
    struct Application {
        #[serde(flatten)]
        session: SessionSettings,
    }

    // What the docs of `SessionSettings` warn of.
    let application: Application = serde_json::from_str(r#"{"maxage":60,"secure":true}"#).unwrap();

    assert_eq!(application.session.cookie_config(), Ok(default().with_secure(true)));
}
