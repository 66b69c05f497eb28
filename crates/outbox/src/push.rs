//! What a browser is told while its page is closed: sealed for it alone (RFC 8291), handed to the push service of its
//! maker (RFC 8030), which knows us by a key (RFC 8292). The service sees when something comes and from whom, and
//! nothing of what it says: all of it has the same length.

use crate::browsers::Browser;
use crate::limits::{PUSH_BLOCK_BYTES, PUSH_BYTES_MAX, PUSH_TTL_S_MAX};
use crate::message::{Kind, Level, Message};
use crate::ways::http::check_url;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt;
use ureq::http::Uri;
use web_push_native::p256::ecdsa::signature::Signer as _;
use web_push_native::p256::ecdsa::{Signature, SigningKey};
use web_push_native::p256::elliptic_curve::rand_core::OsRng;
use web_push_native::p256::{PublicKey, SecretKey};
use web_push_native::{Auth, encrypt};

/// Push services of the makers of browsers; `*.` stands for any name before it.
pub const SERVICES: &[&str] = &[
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "web.push.apple.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];
/// How long a signature to a push service holds, seconds; RFC 8292 allows a day.
const SIGNED_S: i64 = 12 * 3_600;

/// What a mission says of pushing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushSettings {
    /// Where a push service may write to whoever runs this: `mailto:…` or `https://…`.
    pub contact: String,
    /// Hosts of push services besides [`SERVICES`].
    pub services: Vec<String>,
    /// Whether this machine itself may be called, without TLS too.
    pub allow_insecure_loopback: bool,
}

/// What stands on a locked screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shows {
    /// That there is something, and how grave: anybody may read a locked screen.
    #[default]
    Level,
    /// The headline too.
    Headline,
}

/// The key by which push services know a mission. It shows itself to nobody.
#[derive(Clone)]
pub struct Key(SigningKey);

impl Key {
    /// A new one.
    ///
    /// # Errors
    /// Never yet; a system without random bytes ends the program that asks for them.
    pub(crate) fn random() -> Result<Key, String> {
        Ok(Key(SigningKey::from(SecretKey::random(&mut OsRng))))
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Key, String> {
        let key = SigningKey::from_slice(bytes);
        key.map(Key).map_err(|_| "the key by which push services know the mission is damaged".to_owned())
    }

    pub(crate) fn secret(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// Its public half, as browsers want it: base64url of the point, uncompressed.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.verifying_key().to_encoded_point(false).as_bytes())
    }

    /// What a push service is shown: that whoever holds this key sends, to this service, now.
    fn shown(&self, endpoint: &Uri, contact: &str, at_ms: i64) -> String {
        let (scheme, authority) =
            (endpoint.scheme_str().unwrap_or("https"), endpoint.authority().map_or("", |a| a.as_str()));
        let claims = serde_json::json!({
            "aud": format!("{scheme}://{authority}"),
            "exp": at_ms.div_euclid(1_000).saturating_add(SIGNED_S),
            "sub": contact,
        });
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let tag: Signature = self.0.sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(tag.to_bytes()), self.public())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public())
    }
}

/// What the desk's worker in the browser gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The format.
    v: u8,
    /// The thread: what comes takes the place of what came before it.
    pub tag: String,
    /// The message.
    pub id: String,
    /// What it does in its thread.
    pub kind: Kind,
    /// How grave.
    pub level: Level,
    /// In which language it is worded.
    pub language: String,
    /// One line; none: only the level is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its page at the desk.
    pub path: String,
}

impl Note {
    /// The message as a browser of that language shows it.
    #[must_use]
    pub fn of(message: &Message, language: &str, languages: &[String], shows: Shows) -> Note {
        let wanted: Vec<String> =
            std::iter::once(language.to_owned()).chain(languages.iter().cloned()).collect();
        let text = message.text_for(&wanted).filter(|_| shows == Shows::Headline);
        Note {
            v: 1,
            tag: message.thread.clone(),
            id: message.id.clone(),
            kind: message.kind,
            level: message.level,
            language: text.map_or(language, |t| t.language.as_str()).to_owned(),
            headline: text.map(|t| t.headline.clone()),
            path: path_of(&message.link).to_owned(),
        }
    }

    /// A trial: nothing of it is real.
    #[must_use]
    pub fn trial(language: &str, at_ms: i64) -> Note {
        Note {
            v: 1,
            tag: "trial".to_owned(),
            id: format!("trial:{at_ms}"),
            kind: Kind::Exercise,
            level: Level::Advisory,
            language: language.to_owned(),
            headline: None,
            path: "/watch".to_owned(),
        }
    }

    /// As it is sealed: filled up, so that its length says nothing.
    ///
    /// # Errors
    /// It cannot be written, or is longer than push services take.
    fn bytes(&self) -> Result<Vec<u8>, String> {
        let mut bytes = serde_json::to_vec(self).map_err(|e| e.to_string())?;
        let whole = bytes.len().div_ceil(PUSH_BLOCK_BYTES) * PUSH_BLOCK_BYTES;
        if whole > PUSH_BYTES_MAX {
            return Err(format!("it is longer than {PUSH_BYTES_MAX} bytes"));
        }
        bytes.resize(whole, b' ');
        Ok(bytes)
    }
}

/// How a push service is to treat what it is handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handling {
    /// How long it keeps it for a browser that is not there, seconds.
    pub ttl_s: i64,
}

impl Handling {
    /// Of a message: kept until it lapses (an end never does).
    pub fn of(message: &Message, at_ms: i64) -> Handling {
        let left_s = message.expires_ms.saturating_sub(at_ms).div_euclid(1_000);
        let ttl_s = if message.kind == Kind::Cancel { PUSH_TTL_S_MAX } else { left_s };
        Handling { ttl_s: ttl_s.clamp(60, PUSH_TTL_S_MAX) }
    }
}

/// What goes to a push service: where, headers, and the sealed body.
pub(crate) struct Request {
    pub to: Uri,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Seals a note for a browser.
///
/// # Errors
/// What of the browser or the note does not serve; another attempt is of no use.
pub(crate) fn request(
    note: &Note,
    handling: &Handling,
    browser: &Browser,
    key: &Key,
    settings: &PushSettings,
    at_ms: i64,
) -> Result<Request, String> {
    let to = check_endpoint(&browser.endpoint, settings).map_err(|says| format!("its address {says}"))?;
    let (public, auth) = check_keys(&browser.p256dh, &browser.auth)?;
    let body = encrypt(note.bytes()?, &public, &auth).map_err(|e| e.to_string())?;
    let topic = URL_SAFE_NO_PAD.encode(Sha256::digest(note.tag.as_bytes()));
    let headers = vec![
        ("authorization", key.shown(&to, &settings.contact, at_ms)),
        ("content-encoding", "aes128gcm".to_owned()),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", handling.ttl_s.to_string()),
        // The same for all: how grave it is is not the service's to know.
        ("urgency", "high".to_owned()),
        // What waits for a browser that is not there is replaced by what comes after it.
        ("topic", topic.chars().take(32).collect()),
    ];
    Ok(Request { to, headers, body })
}

/// Reads the address of a browser: at a push service that is called.
///
/// # Errors
/// Why it is none. The address is not repeated: it is a secret of its browser.
pub(crate) fn check_endpoint(endpoint: &str, settings: &PushSettings) -> Result<Uri, String> {
    let uri = check_url(endpoint, settings.allow_insecure_loopback)?;
    if uri.scheme_str() == Some("http") {
        return Ok(uri);
    }
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let mut services = SERVICES.iter().copied().chain(settings.services.iter().map(String::as_str));
    let is_of = |service: &str| match service.strip_prefix("*.") {
        Some(end) => host.strip_suffix(end).is_some_and(|before| before.len() > 1 && before.ends_with('.')),
        None => host == service,
    };
    let has_port = uri.port_u16().is_some_and(|p| p != 443);
    if has_port || !services.any(is_of) {
        return Err(format!(
            "is at `{host}`, which is no push service that is known; list it under `push.services` in routing.yaml"
        ));
    }
    Ok(uri)
}

/// Reads the keys of a browser.
///
/// # Errors
/// Which of them is none.
pub(crate) fn check_keys(p256dh: &str, auth: &str) -> Result<(PublicKey, Auth), String> {
    let read = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    let public = read(p256dh).ok().and_then(|bytes| PublicKey::from_sec1_bytes(&bytes).ok());
    let public = public.ok_or("`p256dh` is no public key of a browser")?;
    let auth: [u8; 16] = read(auth)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or("`auth` is not 16 bytes in base64url")?;
    Ok((public, Auth::from(auth)))
}

/// What of an address comes after the server's name.
fn path_of(link: &str) -> &str {
    let after = link.split_once("://").map_or(link, |(_, rest)| rest);
    after.find('/').and_then(|at| after.get(at..)).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_push_services_are_called() {
        let own =
            PushSettings { services: vec!["push.mission.example".to_owned()], ..PushSettings::default() };
        for good in [
            "https://fcm.googleapis.com/fcm/send/x",
            "https://updates.push.services.mozilla.com/wpush/v2/x",
            "https://web.push.apple.com/x",
            "https://db5p.notify.windows.com/w/?token=x",
            "https://FCM.googleapis.com:443/x",
            "https://push.mission.example/1",
        ] {
            assert!(check_endpoint(good, &own).is_ok(), "{good}");
        }
        for bad in [
            "https://evil.example/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://notify.windows.com.evil.example/",
            "https://xnotify.windows.com/",
            "https://.notify.windows.com/",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com@evil.example/",
            "http://fcm.googleapis.com/x",
            "http://127.0.0.1:9/x",
            "https://127.0.0.1/x",
            "",
        ] {
            let says = check_endpoint(bad, &own);
            assert!(says.is_err(), "{bad}");
        }
        let bench = PushSettings { allow_insecure_loopback: true, ..own };
        assert!(check_endpoint("http://127.0.0.1:9/x", &bench).is_ok());
        assert!(check_endpoint("http://10.0.0.1:9/x", &bench).is_err());
    }

    #[test]
    fn what_leads_to_the_desk_is_a_path() {
        assert_eq!(path_of("https://desk.example/watch/W-1?a=1"), "/watch/W-1?a=1");
        assert_eq!(path_of("https://desk.example"), "/");
        assert_eq!(path_of("/watch"), "/watch");
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let key = Key::random().unwrap();
        let auth = URL_SAFE_NO_PAD.encode([7; 16]);
        assert!(check_keys(&key.public(), &auth).is_ok());
        assert!(check_keys(&key.public(), &format!("{auth}==")).is_ok());
        for (p256dh, auth) in
            [("", auth.as_str()), ("AAAA", &auth), (&key.public(), "AAAA"), (&key.public(), "!")]
        {
            assert!(check_keys(p256dh, auth).is_err(), "{p256dh} {auth}");
        }
        let same = Key::read(&key.secret()).unwrap();
        assert_eq!(same.public(), key.public());
        assert!(Key::read(&[0; 32]).is_err() && Key::read(&[1; 3]).is_err());
        assert!(!format!("{key:?}").contains(&URL_SAFE_NO_PAD.encode(key.secret())));
    }
}
