//! Rule 2: which authentic tokens are sessions.

use e2e::checks;

use crate::Check;
use crate::expect::{assert_alice, assert_logged_out};
use crate::server::{ALICE, SECRET, Server};
use crate::signer::{now, sign, sign_payload, token};

pub(crate) const CHECKS: &[Check] = checks![
    r02_an_authentic_token_that_is_no_session_is_an_empty_session,
    r02_authentic_data_that_is_not_json_is_an_empty_session,
    r02_velocipys_and_any_other_spelling_of_the_envelope_is_read,
    r02_half_a_surrogate_pair_as_python_writes_it_does_not_cost_the_session,
    r02_the_last_of_two_equal_members_of_the_session_counts,
    r02_a_sessions_own_lifetime_is_enforced,
    r02_deep_nesting_is_no_server_error,
];

fn r02_an_authentic_token_that_is_no_session_is_an_empty_session(server: &Server) {
    let t = now();
    for envelope in [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        t.to_string(),
        format!(r#"[{ALICE},{t}]"#),
        format!(r#"{{"d":{ALICE}}}"#),
        format!(r#"{{"t":{t}}}"#),
        format!(r#"{{"d":null,"t":{t}}}"#),
        format!(r#"{{"d":[],"t":{t}}}"#),
        format!(r#"{{"d":"{{}}","t":{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":"{t}"}}"#),
        format!(r#"{{"d":{ALICE},"t":null}}"#),
        format!(r#"{{"d":{ALICE},"t":[{t}]}}"#),
        format!(r#"{{"d":{ALICE},"t":NaN}}"#),
        format!(r#"{{"d":{ALICE},"t":Infinity}}"#),
        format!(r#"{{"d":{ALICE},"t":1e999}}"#),
        format!(r#"{{"d":{ALICE},"t":-1e999}}"#),
        format!(r#"{{"d":{ALICE},"t":-1}}"#),
        format!(r#"{{"d":{ALICE},"t":-{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":0{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":+{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":{t}.}}"#),
        format!(r#"{{"d":{ALICE},"t":0x{t:x}}}"#),
        format!(r#"{{"d":{ALICE},"t":18446744073709551616}}"#),
        format!(r#"{{"d":{ALICE},"t":{t}}}}}"#),
        format!(r#"{{"d":{ALICE},"t":{t}}}{{}}"#),
        format!(r#"{{"d":{ALICE},"t":{t},}}"#),
        format!(r#"{{"d":{ALICE},"t":{t}"#),
        format!(r#"{{'d':{ALICE},'t':{t}}}"#),
        format!("{{\"d\":{ALICE},\"t\":{t}}}\0"),
        format!("\u{feff}{{\"d\":{ALICE},\"t\":{t}}}"),
        // A member of the envelope that is there twice.
        format!(r#"{{"d":{{}},"d":{ALICE},"t":{t}}}"#),
        format!(r#"{{"d":{ALICE},"d":{ALICE},"t":{t}}}"#),
        format!(r#"{{"d":{{}},"\u0064":{ALICE},"t":{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":1,"t":{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":{t},"t":{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":{t},"c":{t},"c":{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":{t},"m":60,"m":3600}}"#),
    ] {
        let response = server.get("/me", format!("session={}", sign(SECRET, &envelope)));

        assert_eq!((response.status, response.text().contains("alice")), (200, false), "{envelope}");
        assert_logged_out(&response);
    }
    let not_utf8 = sign(SECRET, [b"{\"d\":{\"user_id\":\"\xff\"},\"t\":", t.to_string().as_bytes(), b"}"].concat());
    assert_logged_out(&server.get("/me", format!("session={not_utf8}")));
    for payload in ["", "*", "AAAAA", "e30=", "A", "=", "+/+/", "e31"] {
        assert_logged_out(&server.get("/me", format!("session={}", sign_payload(SECRET, payload))));
    }
}

fn r02_authentic_data_that_is_not_json_is_an_empty_session(server: &Server) {
    let t = now();
    for data in [
        r#"{"user_id":"42","username":"alice",}"#,
        r#"{,"user_id":"42","username":"alice"}"#,
        r#"{"user_id":"42" "username":"alice"}"#,
        r#"{"user_id":"42","username":"alice","x"}"#,
        r#"{"user_id":"42","username":"alice","x":}"#,
        r#"{"user_id":"42","username":"alice","x":NaN}"#,
        r#"{"user_id":"42","username":"alice","x":01}"#,
        r#"{"user_id":"42","username":"alice","x":tru}"#,
        r#"{"user_id":"42","username":"alice","x":"\x41"}"#,
        "{\"user_id\":\"42\",\"username\":\"alice\",\"x\":\"\n\"}",
        r#"{"user_id":"42","username":"alice","x":[}]}"#,
        r#"{"user_id":"42","username":"alice"}}"#,
        r#"{"user_id":"42","username":"alice"}{}"#,
        r#"{"user_id":"42","username":"alice"}]}"#,
        r#"{"user_id":"42","username":"alice"/**/}"#,
        r#"{user_id:"42","username":"alice"}"#,
        r#"{1:"42","username":"alice"}"#,
    ] {
        let response = server.get("/me", format!("session={}", token(SECRET, data, t)));

        assert_eq!((response.status, response.text().contains("alice")), (200, false), "{data}");
    }
}

fn r02_velocipys_and_any_other_spelling_of_the_envelope_is_read(server: &Server) {
    let t = now();
    for envelope in [
        format!(r#"{{"d":{ALICE},"t":{t}.2787588}}"#),
        format!(r#"{{"d":{ALICE},"t":{t}.0}}"#),
        format!(r#"{{"d":{ALICE},"t":{t}e0}}"#),
        format!(r#"{{"d":{ALICE},"t":{}.{}e9}}"#, t / 1_000_000_000, t % 1_000_000_000),
        format!(r#"{{"t":{t},"d":{ALICE}}}"#),
        format!(r#"{{"v":{{"d":1}},"d":{ALICE},"x":[{{}}],"t":{t},"z":null}}"#),
        format!("{{\"d\": {ALICE}, \"t\": {t}}}"),
        format!(" {{\n\t\"d\" :{ALICE}\r\n, \"t\":{t} }} "),
        format!(r#"{{"\u0064":{ALICE},"\u0074":{t}}}"#),
        format!(r#"{{"d":{ALICE},"t":{t},"c":{}}}"#, t - 10),
        format!(r#"{{"d":{ALICE},"t":{t},"m":0}}"#),
        format!(r#"{{"d":{ALICE},"t":{t},"c":{},"m":600}}"#, t - 10),
        format!(r#"{{"d":{{"username":"\u0061lice","x":"}},\"t\":1","user_id":"42"}},"t":{t}}}"#),
    ] {
        let response = server.get("/me", format!("session={}", sign(SECRET, &envelope)));

        assert_eq!((response.status, response.text().contains("alice")), (200, true), "{envelope}");
        assert_alice(&response);
    }
}

fn r02_half_a_surrogate_pair_as_python_writes_it_does_not_cost_the_session(server: &Server) {
    for half in [r"\ud83e", r"\udd96", r"\udd96\ud83e"] {
        let data = format!(r#"{{"user_id":"42","x":"{half}","username":"alice"}}"#);

        assert_alice(&server.get("/me", format!("session={}", token(SECRET, &data, now()))));
    }
}

fn r02_the_last_of_two_equal_members_of_the_session_counts(server: &Server) {
    let data = r#"{"user_id":"1","username":"root","user_id":"42","username":"alice"}"#;

    assert_alice(&server.get("/me", format!("session={}", token(SECRET, data, now()))));
}

fn r02_a_sessions_own_lifetime_is_enforced(server: &Server) {
    let with_lifetime = |t: u64, m: u64| sign(SECRET, format!(r#"{{"d":{ALICE},"t":{t},"m":{m}}}"#));

    assert_alice(&server.get("/me", format!("session={}", with_lifetime(now() - 60, 120))));
    assert_logged_out(&server.get("/me", format!("session={}", with_lifetime(now() - 130, 120))));
    assert_logged_out(&server.get("/me", format!("session={}", with_lifetime(now() - 3605, 86_400))));
}

fn r02_deep_nesting_is_no_server_error(server: &Server) {
    for depth in [100, 127, 128, 129, 1000, 1400] {
        let deep = format!(r#"{{"deep":{}{},"user_id":"42"}}"#, "[".repeat(depth), "]".repeat(depth));
        for open_end in [deep, format!(r#"{{"deep":{}"#, "[".repeat(depth)), "{\"a\":".repeat(depth / 2)] {
            let response = server.get("/me", format!("session={}", token(SECRET, &open_end, now())));

            assert_eq!(response.status, 200, "{depth} levels");
        }
    }
}
