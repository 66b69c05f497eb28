//! Ways under TLS on the wire: servers within the test, with certificates that it makes for itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{NOON_MS, alert, routing};
use outbox::secret::Secrets;
use outbox::ways::Ways;
use outbox::{Dispatcher, Outbox, Routing, Status, route};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// An authority, with certificates for a server called `localhost` and for us, as files in a mission's directory.
struct Pki {
    dir: tempfile::TempDir,
}

impl Pki {
    fn new() -> Pki {
        let dir = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(dir.path().join("ca.pem"), ca.pem()).unwrap();
        for name in ["localhost", "us"] {
            let key = KeyPair::generate().unwrap();
            let cert = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
            std::fs::write(dir.path().join(format!("{name}.pem")), cert.pem()).unwrap();
            std::fs::write(dir.path().join(format!("{name}.key")), key.serialize_pem()).unwrap();
        }
        Pki { dir }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A server's side; `asks`: it wants a certificate of ours.
    fn server(&self, asks: bool) -> Arc<ServerConfig> {
        let at = |name: &str| self.path().join(name);
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(ring.clone()).with_safe_default_protocol_versions().unwrap();
        let builder = if asks {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_file(at("ca.pem")).unwrap()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), ring).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let chain = vec![CertificateDer::from_pem_file(at("localhost.pem")).unwrap()];
        Arc::new(
            builder
                .with_single_cert(chain, PrivateKeyDer::from_pem_file(at("localhost.key")).unwrap())
                .unwrap(),
        )
    }
}

type Session = StreamOwned<ServerConnection, TcpStream>;

/// A server under TLS; `each` has every session in turn. Gives its port.
fn serve(config: Arc<ServerConfig>, mut each: impl FnMut(Session) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("localhost:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = ServerConnection::new(config.clone()).unwrap();
            each(StreamOwned::new(session, stream.unwrap()));
        }
    });
    port
}

fn send(dir: &Path, routing: &Routing, id: &str) -> Status {
    let outbox = Outbox::open(dir).unwrap();
    let message = outbox::Message { thread: id.to_owned(), ..alert(id) };
    outbox.enqueue(&message, &route(routing, &message, NOON_MS), NOON_MS).unwrap();
    let ways = Ways::new(dir, routing.mail.clone(), Secrets::new(dir, |_| None));
    Dispatcher::new(dir, &outbox, &|| NOON_MS).unwrap().run_due(routing, &ways).unwrap();
    outbox.entries_of(id).unwrap().remove(0).status
}

fn displays(config: Arc<ServerConfig>) -> (u16, Receiver<String>) {
    let (tell, told) = channel();
    let port = serve(config, move |mut session| {
        let mut event = String::new();
        if session.read_to_string(&mut event).is_ok() && !event.is_empty() {
            tell.send(event).unwrap();
        }
    });
    (port, told)
}

fn to_display(port: u16, tls: &str) -> Routing {
    routing(&format!(
        "recipients:
  - {{name: room, audiences: [mission], languages: [ar], ways: [{{cot: {{address: 'localhost:{port}', {tls}}}}}]}}
routes: [{{name: all, to: [room]}}]
"
    ))
}

#[test]
fn an_event_reaches_a_display_under_tls_with_our_certificate_and_no_other() {
    let pki = Pki::new();
    let (port, told) = displays(pki.server(true));
    let ours = to_display(port, "tls: {ca: ca.pem, cert: us.pem, key: us.key}");
    assert!(matches!(send(pki.path(), &ours, "ours"), Status::Sent { .. }));
    let event = told.recv().unwrap();
    assert!(event.contains("uid=\"truceline-ours\"") && event.trim_end().ends_with("</event>"), "{event}");
    let nobody = send(pki.path(), &to_display(port, "tls: {ca: ca.pem}"), "nobody");
    assert!(
        matches!(&nobody, Status::Failed { .. }),
        "a server that refuses us has not taken it: {nobody:?}"
    );
    let stranger = Pki::new();
    std::fs::copy(stranger.path().join("ca.pem"), pki.path().join("other.pem")).unwrap();
    let other = to_display(port, "tls: {ca: other.pem, cert: us.pem, key: us.key}");
    let status = send(pki.path(), &other, "other");
    assert!(matches!(&status, Status::Failed { reason, .. } if reason.contains("certificate")), "{status:?}");
    assert!(told.try_recv().is_err(), "nothing was told to a server that is not known");
}

/// As little of a mail server as takes one mail from `warnings` with the password `hunter2`.
fn mailbox(session: Session, tell: &Sender<String>) {
    let mut lines = BufReader::new(session);
    let say = |lines: &mut BufReader<Session>, text: &str| {
        let _ = lines.get_mut().write_all(format!("{text}\r\n").as_bytes());
        let _ = lines.get_mut().flush();
    };
    say(&mut lines, "220 here");
    let (mut line, mut mail, mut in_mail, mut is_in) = (String::new(), String::new(), false, false);
    let good = STANDARD.encode("\0warnings\0hunter2");
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        let text = line.trim_end().to_owned();
        line.clear();
        if in_mail {
            in_mail = text != ".";
            if in_mail {
                mail.push_str(&text);
                continue;
            }
            tell.send(std::mem::take(&mut mail)).unwrap();
        }
        let answer = match text.split(' ').next().unwrap_or_default() {
            "EHLO" => "250-here\r\n250 AUTH PLAIN",
            "AUTH" if text == format!("AUTH PLAIN {good}") => {
                is_in = true;
                "235 welcome"
            }
            "AUTH" => "535 not you",
            "MAIL" if !is_in => "530 say who you are",
            "DATA" => {
                in_mail = true;
                "354 go on"
            }
            _ => "250 fine",
        };
        say(&mut lines, answer);
    }
}

#[test]
fn a_mail_goes_under_tls_with_a_password_from_its_file_and_a_wrong_one_is_told() {
    let pki = Pki::new();
    let (tell, told) = channel();
    let port = serve(pki.server(false), move |session| mailbox(session, &tell));
    let to = routing(&format!(
        "mail: {{host: localhost, port: {port}, tls: implicit, from: w@m.example, user: warnings, password_file: smtp, ca: ca.pem}}
recipients: [{{name: a, audiences: [mission], languages: [uk], ways: [{{mail: {{to: duty@m.example}}}}]}}]
routes: [{{name: all, to: [a]}}]
"
    ));
    std::fs::write(pki.path().join("smtp"), "hunter2\n").unwrap();
    assert!(matches!(send(pki.path(), &to, "right"), Status::Sent { .. }));
    assert!(told.recv().unwrap().contains("Message-ID: <right."));
    std::fs::write(pki.path().join("smtp"), "hunter3\n").unwrap();
    let wrong = send(pki.path(), &to, "wrong");
    let shown = format!("{wrong:?}");
    assert!(shown.contains("not you") && !shown.contains("hunter3"), "{shown}");
    std::fs::copy(Pki::new().path().join("ca.pem"), pki.path().join("ca.pem")).unwrap();
    let stranger = send(pki.path(), &to, "stranger");
    assert!(
        matches!(&stranger, Status::Failed { .. }),
        "a server that is not known gets no password: {stranger:?}"
    );
    assert!(told.try_recv().is_err());
}
