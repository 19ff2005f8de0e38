//! HMAC-SHA256 by the vectors of RFC 4231.

use hex_literal::hex;
use session_codec::Key;

use crate::common::{SECRET, has_mac, key, mac};

/// RFC 4231, sections 4.2 to 4.8, without 4.6 (a truncated MAC).
const RFC_4231: [(&[u8], &[u8], [u8; 32]); 6] = [
    (&[0x0b; 20], b"Hi There", hex!("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        hex!("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ),
    (&[0xaa; 20], &[0xdd; 50], hex!("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")),
    (
        &hex!("0102030405060708090a0b0c0d0e0f10111213141516171819"),
        &[0xcd; 50],
        hex!("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    ),
    (
        &[0xaa; 131],
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        hex!("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    ),
    (
        &[0xaa; 131],
        b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be \
          hashed before being used by the HMAC algorithm.",
        hex!("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ),
];

#[test]
fn signs_as_rfc_4231_says() {
    for (secret, message, mac) in RFC_4231 {
        let key = Key::with_short_secret(secret).unwrap();
        assert!(has_mac(&key, message, &mac));

        let mut other = mac;
        *other.last_mut().unwrap() ^= 1;
        assert!(!has_mac(&key, message, &other));
    }
}

#[test]
fn the_mac_is_compared_to_its_last_bit() {
    let key = key();
    let mac = mac(SECRET, b"message");
    assert!(has_mac(&key, b"message", &mac));
    for bit in 0..256 {
        let mut other = mac;
        *other.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
        assert!(!has_mac(&key, b"message", &other), "bit {bit}");
    }
}
