//! Options as text: what they are written as, and what is read.

use std::time::Duration;

use session_cookie::{Refresh, SameSite};

#[test]
fn same_site_is_written_as_the_attributes_value() {
    for (same_site, text) in [(SameSite::Lax, "Lax"), (SameSite::Strict, "Strict"), (SameSite::None, "None")] {
        assert_eq!(same_site.to_string(), text);
        assert_eq!(format!("{same_site:>8}").trim_start(), text);
        assert_eq!(format!("{same_site:>8}").len(), 8);
    }
}

#[test]
fn same_site_is_read_in_upper_and_lower_case() {
    for (text, same_site) in [
        ("Lax", SameSite::Lax),
        ("lax", SameSite::Lax),
        ("STRICT", SameSite::Strict),
        ("strict", SameSite::Strict),
        ("none", SameSite::None),
        ("None", SameSite::None),
    ] {
        assert_eq!(text.parse(), Ok(same_site), "{text}");
    }
}

#[test]
fn same_site_of_other_text_says_what_to_give() {
    for text in ["", " lax", "lax ", "laxe", "SameSite=Lax", "true", "n\u{43e}ne"] {
        let error = text.parse::<SameSite>().unwrap_err();
        assert_eq!(error.to_string(), "give lax, strict or none", "{text:?}");
    }
}

#[test]
fn same_site_is_lax_by_default() {
    assert_eq!(SameSite::default(), SameSite::Lax);
}

#[test]
fn refresh_is_read_from_whole_seconds_or_on_change_in_upper_and_lower_case() {
    for (text, refresh) in [
        ("on_change", Refresh::OnChange),
        ("On_Change", Refresh::OnChange),
        ("ON_CHANGE", Refresh::OnChange),
        ("0", Refresh::After(Duration::ZERO)),
        ("60", Refresh::After(Duration::from_secs(60))),
        ("18446744073709551615", Refresh::After(Duration::from_secs(u64::MAX))),
    ] {
        assert_eq!(text.parse(), Ok(refresh), "{text}");
    }
}

#[test]
fn refresh_of_other_text_says_what_to_give() {
    for text in ["", " ", "on_changes", "on-change", "-1", "1.5", "60s", " 60", "18446744073709551616"] {
        let error = text.parse::<Refresh>().unwrap_err();
        assert_eq!(error.to_string(), "give whole seconds, 0 for every time, or on_change", "{text:?}");
    }
}

#[test]
fn refresh_is_on_change_by_default() {
    assert_eq!(Refresh::default(), Refresh::OnChange);
}
