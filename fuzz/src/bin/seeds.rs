//! Writes the seeds, the first inputs of the targets that read text: `cargo run --bin seeds -- DIRECTORY`.
//!
//! They come from the tokens that VelociPy minted (`session-codec/tests/data`) and from the envelopes, headers and scripts below.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use session_fuzz::keys::{FALLBACK, PRIMARY};
use session_fuzz::reference::sign;

/// Longer inputs slow the fuzzer down.
const MAX_LENGTH: usize = 2048;

#[derive(Deserialize)]
struct Vectors {
    accepted: Vec<Vector>,
    rejected: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    token: String,
    #[serde(default)]
    data_json: String,
}

/// Times at the limits that `tokens::check` sets: a maximum age of one hour and a clock skew of one minute.
const ENVELOPES: [&str; 9] = [
    r#"{"d":{},"t":1699996400}"#,
    r#"{"d":{},"t":1699996399.999999999}"#,
    r#"{"d":{},"t":1700000060}"#,
    r#"{"d":{},"t":1700000060.000000001}"#,
    r#"{"d":{},"t":1699999940,"c":1600000000,"m":60}"#,
    r#"{"d":{},"t":1699999940,"m":59.5}"#,
    r#"{"m":0,"c":1800000000,"t":1.7e9,"d":{"a":[{"b":{}},"}"]},"v":{"d":{}}}"#,
    r#"{"d":{"a":{}},"d":{},"t":1700000000}"#,
    r#"{"d":{"a":nope},"t":1700000000}"#,
];

const HEADERS: [&[u8]; 21] = [
    b"session=\x01",
    b"theme=dark; session=\x02; lang=en",
    b"session=junk; session=\x03",
    b"session=\x04; session=\x05; session=\x06; session=\x07; session=\x08",
    b"session=\x0b",
    b"\x0f\x0bsession=\x01; session=\x0f\x0b\x01; session\x0f\x0b=\x01; session=\x0f\x01",
    b"session=\x0e; session=\x01",
    b"session=\"\x01\"",
    b" session = \"\x02\" ;\tsession\t=\t\x01\t",
    b"a=1\nsession=\x01\nb=2",
    b"session=;session=;session=;session=;session=;session=;session=;session=\x01",
    b"session=;session=;session=;session=;session=;session=;session=;session=;session=\x01",
    b"Session=\x01; xsession=\x01; session2=\x01; session",
    b"\xff=\xfe; =; ==; ;;; session=\x01",
    b"session=\"\x01; session=\x01\"; session=\"\"\x01\"\"",
    b"session=\x14; session=\x01; session=\x02",
    b"session=\x01; session=\x10; session=\x11; session=junk",
    b"session=\x12; session=\x13\nsession=\x14",
    b"session=\x06; session=\x03; session=\x01",
    b"session=\x02; session=\x15; session=\x04",
    b"session=\x01; session=\x08\nsession=\x07; session=\x05",
];

const SCRIPTS: [&str; 44] = [
    "3600\n\n+a:1\ncache-control:\u{a0}private\n.\n+a:2\ncache-control:max-age=1,\u{a0}public",
    "3600\n\n+a:1\ncache-control:no-store, must-understand\n.\n+a:2\ncache-control:Must-Understand, No-Store, private",
    "3600\n\n+user_id:42\n+cart:[]\n>cart:egg\n.60\n?user_id\n>cart:spam\n.\n!\n.\n?user_id",
    "3600\np{\"d\":{\"user_id\":\"42\"},\"t\":1700000000}\n?user_id\n.\n+user_id:\"42\"\n.\n-user_id",
    "3600\nf{\"d\":{\"a\":1},\"t\":1699999000}\n?a\n.\n?a",
    "3600\ns{\"d\":{\"a\":1},\"t\":1700000000}\n+a:1\n.\n?a",
    "3600 86400 60\n\n+a:1\n.61\n?a\n.3600\n?a\n.86400\n?a",
    "3600 - 0\np{\"d\":{\"a\":1},\"t\":1700000000,\"c\":1690000000,\"m\":60}\n?a\n.60\n?a\n.61\n?a",
    "- 86400\n\n+a:1\n@\n.\n@60000\n.\n!\n+b:2",
    "-\n\n+a:1\n@1000\n.1\n+a:2\n.2\n?a",
    "3600\np{\"d\":{\"\\u00e9\":\"\\u00e9\",\"f\":1e-07,\"n\":18446744073709551617},\"t\":1.5,\"c\":7}\n+f:1e-7\n+n:18446744073709551618\n+é:\"é\"",
    "3600\np{\"d\":{\"a\":1,\"b\":2,\"\\u0061\":3,\"\\ud800\":4},\"t\":1700000000}\n=:{\"b\":2,\"a\":3}\n?a\n<a",
    "3600\n\n&:{\"a\":1,\"b\":[1,2],\"c\":null}\n|a:5\n|d:6\n<b\n=:{\"d\":6}\n=:[]\n%e:1\n%e:1\n*",
    "3600\np{\"d\":{},\"t\":1700000000}\n*\n.\n!\n.\n*",
    "3600\n\n+a:1\n-a\n.\n+a:1\n.\n+a:2\n+a:1\n.\n-a\n+a:1\n.\n<a\n.",
    "1\n\n+a:1\n.1\n?a\n+a:2\n.2\n?a",
    "3600\np{\"d\":{\"l\":[1, 2],\"o\":{\"a\":1,\"b\":{}}},\"t\":1700000000}\n>l\n+l:[1,2]\n+o:{\"b\":{ },\"a\":1}\n>o:1\n>n\n<o",
    "60\np{\"d\":{\"a\":1},\"t\":1700000000,\"m\":18446744073709551615}\n+b:1\n.\n@500\n@60000\n.\n@61000\n*",
    "3600\n\n+k:#2950\n.\n+k:#2951\n@60000\n+a:1\n.\n>k\n&:{\"k\":1}\n+k:#2940\n|a:#20",
    "3600 86400 0\n\n+k:#2925\n.\n?k\n+k:#2926\n.\n@\n.\n?k",
    "3600\no2994\n?a\n.\n+a:10\n*\n.\n-a\n.\n+k:#2980\n+k:#2981\n.\n+k:#10\n@60000",
    "60\np{\"d\":{\"k\":\"x\"},\"t\":1700000000,\"m\":18446744073709551615,\"c\":1}\n+k:#2925\n+k:#2912\n+k:#2911\n+k:#2900",
    "3600\np{\"d\":{\"a\":nope},\"t\":1700000000}\n!\n+a:1",
    // Exchanged keys
    "3600\nf{\"d\":{\"a\":1},\"t\":1699999000}\n$\n?a\n+b:1\n.\n?a\n$\n*\n.\n?b",
    // Several cookies
    "3600\np{\"d\":{\"a\":1},\"t\":1699999000}\n;p{\"d\":{\"a\":2},\"t\":1699999990.5}\n?a\n!\n+a:3\n.\n?a\n.\n!\n.\n?a",
    "3600\np{\"d\":{\"a\":1},\"t\":1700000000}\n,f{\"d\":{\"a\":2},\"t\":1700000000}\n,p{\"d\":{\"a\":3},\"t\":1700000000}\n+b:1\n.\n?a",
    "3600\nf{\"d\":{\"a\":1},\"t\":1699999990}\n,f{\"d\":{\"a\":2},\"t\":1699999980}\n?a\n.1\n?a\n*",
    "3600 7200 60\np{\"d\":{\"a\":1},\"t\":1699999000}\n;p{\"d\":{\"a\":2},\"t\":1699999990,\"c\":1699990000}\n?a\n+a:3\n.\n?a",
    "3600\np{\"d\":{\"a\":1},\"t\":1700000060}\n;p{\"d\":{},\"t\":1700000061}\n,s{\"d\":{},\"t\":1700000000}\n+b:1\n.\n?a\n+b:2",
    "3600\np{\"d\":{\"a\":1},\"t\":1700000000.5}\n+a:2\n.0.25\n+a:3\n.9\n+a:4",
    "3600\np{\"d\":{\"a\":1},\"t\":1700000030}\n*\n.0.5\n!\n+b:1\n.\n?b",
    // The clock during a request
    "60\np{\"d\":{\"a\":1},\"t\":1699999940}\n~30\n?a\n~0.75\n+b:1\n.\n?b",
    "60 90 30\np{\"d\":{\"a\":1},\"t\":1699999940,\"c\":1699999910}\n?a\n~100\n.\n?a",
    // Empty sessions and removals
    "3600 86400 0\np{\"d\":{},\"t\":1699999000,\"c\":1699990000,\"m\":0}\n?a\n.\n*\n.\n@60000\n.\n+a:1",
    "3600\n\n!\n.\n+a:1\n-a\n.\n!\n+a:1\n-a\n.\ns\n+a:1\n-a",
    // Depth, and updates of what is written in another way than it was signed
    "3600\n\n+a:^126\n+b:^127\n|c:^127\n&:{\"d\":[],\"e\":\"\"}\n>a:1\n>a\n.\n>a\n?a\n%f:^127",
    "3600\np{\"d\":{\"n\":18446744073709551617,\"o\":{\"b\":1.50,\"a\":[ ]},\"l\":[1, 2],\"z\":null},\"t\":1700000000}\n>n\n>o\n>l\n>z\n>x",
    // The default lifetime
    "2592000 - - 3600\n\n+a:1\n.3600\n?a\n+b:2\n.3601\n?a\n+a:1\n@2592000000\n.3601\n?a\n.2592000\n?a\n+a:1\n@\n.3600\n?a\n.1\n?a",
    "- 7200 60 3600\nf{\"d\":{\"a\":1},\"t\":1699998000,\"c\":1699994000}\n?a\n.1000\n?a\n.3000\n?a",
    // Taken back
    "3600\np{\"d\":{\"a\":1},\"t\":1699999000}\n!\n+b:2\n@\n*\n/\n+c:3\n.\n+a:2\n/\n.\n!\n/\n?a",
    "3600\np{\"d\":{\"\\u0061\":[ ],\"b\":1.50},\"t\":1699999000}\n#a:1\n#b:1\n#c:1\n{a:[]\n{b:1.5\n.\n{c:^126\n{d:^127\n{e:#3000\n.\n{c:1",
    // 400 days
    "345600000\n\n+a:1\n@34560000000\n@34560001000\n+k:#3000\n.\n!\n+b:1",
    "- - 34560000\np{\"d\":{\"a\":1},\"t\":1700000000,\"m\":99999999999}\n+k:#2922\n@34560000000\n@34561000000\n.\n?a",
    // The response's own headers
    "3600\n\n+a:1\ncache-control:public, max-age=60\ncache-control:S-MaxAge = 5\nvary:Accept\n.\n+a:2\ncache-control:private=\"a, no-store\", x=\"\\\"\nvary:cookie\n.\n*\ncache-control:max-age=1, Private\nvary:*\n.\n!\ncache-control:no-store, public",
];

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: seeds DIRECTORY")?;
    for (target, inputs) in seeds()? {
        let directory = Path::new(&directory).join(target);
        fs::create_dir_all(&directory)?;
        for (number, input) in inputs.iter().filter(|input| input.len() <= MAX_LENGTH).enumerate() {
            fs::write(directory.join(format!("seed-{number:03}")), input)?;
        }
    }
    Ok(())
}

/// The inputs of each target.
type Seeds = HashMap<&'static str, Vec<Vec<u8>>>;

fn seeds() -> Result<Seeds, Box<dyn Error>> {
    let vectors: Vectors = serde_json::from_str(include_str!("../../../session-codec/tests/data/velocipy-0.3.0.json"))?;
    let mut seeds = Seeds::new();
    let mut add = |target, input: &[u8]| seeds.entry(target).or_default().push(input.to_vec());

    for vector in vectors.accepted.iter().chain(&vectors.rejected) {
        add("decode", vector.token.as_bytes());
        let Some((payload, _)) = vector.token.split_once('.') else { continue };
        add("decode", &sign(PRIMARY, payload.as_bytes()));
        add("decode", &sign(FALLBACK, payload.as_bytes()));
        add("authentic", payload.as_bytes());
        let Ok(json) = BASE64_URL_SAFE_NO_PAD.decode(payload) else { continue };
        add("authentic", &json);
        add("json", &json);
    }
    for vector in &vectors.accepted {
        let data = &vector.data_json;
        add("json", data.as_bytes());
        let script = format!("3600\np{{\"d\":{data},\"t\":1700000000}}\n+a:1\n.\n?a\n-a\n.\n&:{data}\n=:{data}");
        add("session_ops", script.as_bytes());
    }
    ENVELOPES.iter().for_each(|envelope| add("authentic", envelope.as_bytes()));
    HEADERS.iter().for_each(|header| add("cookie_header", header));
    SCRIPTS.iter().for_each(|script| add("session_ops", script.as_bytes()));
    Ok(seeds)
}
