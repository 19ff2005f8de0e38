//! The self-signed certificate of this test run. Each run makes a new one.

use std::sync::{Arc, LazyLock};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivatePkcs8KeyDer},
    },
};

static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(|| {
    // A browser that knows the key by its hash does not ask for the name.
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    Certificate { certificate: made.cert.der().clone(), key: made.signing_key }
});

struct Certificate {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

/// What Chromium's `--ignore-certificate-errors-spki-list` takes: the SHA-256 of the certificate's public key, in base64.
///
/// So only this certificate is accepted, and no other that is not in order.
#[must_use]
pub(crate) fn public_key_hash() -> String {
    BASE64_STANDARD.encode(Sha256::digest(CERTIFICATE.key.subject_public_key_info()))
}

/// TLS with this certificate, for one protocol (ALPN).
pub(super) fn acceptor(protocol: &[u8]) -> TlsAcceptor {
    let key = PrivatePkcs8KeyDer::from(CERTIFICATE.key.serialize_der());
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![CERTIFICATE.certificate.clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    TlsAcceptor::from(Arc::new(config))
}
