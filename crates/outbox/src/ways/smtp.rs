//! Mail by SMTP, one connection a mail: warnings are few.

use super::{Ways, tls};
use crate::dispatch::{Parcel, Receipt, Undelivered};
use crate::limits::SEND_MS_MAX;
use crate::mail;
use crate::routing::{MailServer, MailTls};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport as _};
use std::time::Duration;

pub(super) fn send(
    server: &MailServer,
    to: &str,
    parcel: &Parcel<'_>,
    ways: &Ways<'_>,
) -> Result<Receipt, Undelivered> {
    let written = mail::write(parcel.message, &server.from, to, &parcel.recipient.languages);
    let mail = written.map_err(|e| Undelivered::never(e.to_string()))?;
    let transport = transport(server, ways).map_err(Undelivered::again)?;
    match transport.send(&mail) {
        Ok(response) => {
            let said: Vec<&str> = response.message().collect();
            Ok(Receipt(format!("{} {}", response.code(), said.join(" "))))
        }
        // 5xx: this mail, to this address, will not be taken; everything else may pass.
        Err(error) if error.is_permanent() => Err(Undelivered::never(error.to_string())),
        Err(error) => Err(Undelivered::again(error.to_string())),
    }
}

fn transport(server: &MailServer, ways: &Ways<'_>) -> Result<SmtpTransport, String> {
    let domain = server.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let mut builder = SmtpTransport::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls_of(server, ways)?)
        .hello_name(ClientId::Domain(domain.to_owned()))
        .timeout(Some(Duration::from_millis(SEND_MS_MAX)));
    if let Some((user, at)) = &server.login {
        let password = ways.secrets.read(at)?;
        builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
    }
    Ok(builder.build())
}

fn tls_of(server: &MailServer, ways: &Ways<'_>) -> Result<Tls, String> {
    if server.tls == MailTls::None {
        return Ok(Tls::None);
    }
    let ca = server.ca.as_ref().map(|p| ways.folder.join(p));
    let mut builder = TlsParameters::builder(server.host.clone()).certificate_store(CertificateStore::None);
    for authority in tls::authorities(ca.as_deref())? {
        builder = builder
            .add_root_certificate(Certificate::from_der(authority.to_vec()).map_err(|e| e.to_string())?);
    }
    let parameters = builder.build_rustls().map_err(|e| e.to_string())?;
    Ok(match server.tls {
        MailTls::Implicit => Tls::Wrapper(parameters),
        MailTls::Starttls | MailTls::None => Tls::Required(parameters),
    })
}
