//! TLS of the collectors, with ring and the certificates that the mission gives.

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::path::Path;
use std::sync::Arc;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Our side where senders connect to us.
pub(crate) fn server(tls: &super::sources::ServerTls) -> Result<Arc<ServerConfig>, String> {
    let chain = certificates(&tls.cert)?;
    let key = PrivateKeyDer::from_pem_file(&tls.key)
        .map_err(|e| format!("no private key can be read from `{}`: {e}", tls.key.display()))?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    let builder = match &tls.client_ca {
        None => builder.with_no_client_auth(),
        Some(ca) => {
            let roots = Arc::new(roots(ca)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
                .build()
                .map_err(|e| format!("`{}`: {e}", ca.display()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let config = builder
        .with_single_cert(chain, key)
        .map_err(|e| format!("certificate `{}` and key do not fit: {e}", tls.cert.display()))?;
    Ok(Arc::new(config))
}

/// Our side where we connect to others; `ca`: whom to trust, the system's authorities if none.
pub(crate) fn client(ca: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let roots = match ca {
        Some(ca) => roots(ca)?,
        None => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(system());
            roots
        }
    };
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Our side where we ask over HTTP; `ca`: whom to trust, the system's authorities if none.
pub(crate) fn asking(ca: Option<&Path>) -> Result<TlsConfig, String> {
    let authorities = match ca {
        Some(ca) => certificates(ca)?,
        None => system(),
    };
    let authorities: Vec<Certificate<'static>> =
        authorities.iter().map(|c| Certificate::from_der(c.as_ref()).to_owned()).collect();
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&authorities))
        .unversioned_rustls_crypto_provider(provider())
        .build())
}

/// The system's authorities; none, if it has none.
pub(crate) fn system() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

/// The certificates in a file.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let shown = path.display();
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|e| format!("no certificate can be read from `{shown}`: {e}"))?;
    if found.is_empty() { Err(format!("no certificate stands in `{shown}`")) } else { Ok(found) }
}

fn roots(ca: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots.add(certificate).map_err(|e| format!("`{}` is no authority: {e}", ca.display()))?;
    }
    Ok(roots)
}
