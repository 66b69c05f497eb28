//! A provider of sign-ons that says what a test wants it to say, true or forged.

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use rcgen::{KeyPair, PKCS_ED25519};
use serde_json::{Value, json};
use server::sign_on::SignOn;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// How a word is forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forged {
    /// It is not.
    No,
    /// Nobody signed it, and it says so.
    Unsigned,
    /// Signed by another key of the same name.
    OtherKey,
    /// Signed by a key of a name that the provider does not have.
    UnknownKey,
    /// Signed with our own secret, which the provider is not alone to know.
    OurSecret,
    /// A letter was changed after it was signed.
    Changed,
    /// There is none.
    Missing,
}

pub const FORGERIES: &[Forged] = &[
    Forged::Unsigned,
    Forged::OtherKey,
    Forged::UnknownKey,
    Forged::OurSecret,
    Forged::Changed,
    Forged::Missing,
];

/// What the last exchange of a code brought with it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub code: String,
    pub verifier: String,
    pub auth: String,
}

struct Inner {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    other: CoreEdDsaPrivateSigningKey,
    claims: Value,
    user_info: Value,
    forged: Forged,
    jwks: Option<String>,
    seen: Seen,
    exchanges: usize,
}

#[derive(Clone)]
pub struct Faked(Arc<Mutex<Inner>>);

fn key(name: &str) -> CoreEdDsaPrivateSigningKey {
    let pem = KeyPair::generate_for(&PKCS_ED25519).unwrap().serialize_pem();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name.to_owned()))).unwrap()
}

pub fn settings(issuer: &str) -> SignOn {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("secret"), "our secret, which we share with the provider\n").unwrap();
    let text = format!(
        "name: Mission's sign-in\nissuer: {issuer}\nclient-id: desk\nclient-secret-file: secret\n\
         desk: https://desk.example\nscopes: [profile, groups]\nroles:\n  \
         - {{ group: verify, role: verification-officer }}\n  \
         - {{ group: commission, role: member, of: commission/KA }}\n"
    );
    SignOn::read(&text, Path::new(dir.path())).unwrap()
}

impl Faked {
    pub async fn start() -> Faked {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let faked = Faked(Arc::new(Mutex::new(Inner {
            issuer,
            key: key("k-1"),
            other: key("k-1"),
            claims: json!({}),
            user_info: json!({"sub": "s-1"}),
            forged: Forged::No,
            jwks: None,
            seen: Seen::default(),
            exchanges: 0,
        })));
        let service = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/me", get(user_info))
            .with_state(faked.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        faked
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub fn settings(&self) -> SignOn {
        settings(&self.inner().issuer)
    }

    /// What its next word says, beside what every word says; `more` may say otherwise.
    pub fn says(&self, nonce: &str, now_ms: i64, more: Value) {
        let mut inner = self.inner();
        let now_s = now_ms / 1_000;
        let mut claims = json!({"iss": inner.issuer, "sub": "s-1", "aud": "desk", "nonce": nonce, "iat": now_s,
            "exp": now_s + 300});
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        inner.claims = claims;
    }

    pub fn tells(&self, user_info: Value) {
        self.inner().user_info = user_info;
    }

    pub fn forge(&self, forged: Forged) {
        self.inner().forged = forged;
    }

    pub fn leads(&self, jwks: &str) {
        self.inner().jwks = Some(jwks.to_owned());
    }

    pub fn seen(&self) -> Seen {
        self.inner().seen.clone()
    }

    pub fn exchanges(&self) -> usize {
        self.inner().exchanges
    }
}

impl Inner {
    fn word(&self) -> String {
        let (alg, kid) = match self.forged {
            Forged::Unsigned => ("none", "k-1"),
            Forged::OurSecret => ("HS256", "k-1"),
            Forged::UnknownKey => ("EdDSA", "k-9"),
            _ => ("EdDSA", "k-1"),
        };
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut signed = format!("{}.{}", part(&json!({"alg": alg, "kid": kid})), part(&self.claims));
        let by = |key: &CoreEdDsaPrivateSigningKey| {
            key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap()
        };
        let signature = match self.forged {
            Forged::Unsigned => Vec::new(),
            Forged::OtherKey => by(&self.other),
            Forged::OurSecret => {
                use openidconnect::core::CoreHmacKey;
                let key = CoreHmacKey::new("our secret, which we share with the provider");
                key.sign(&CoreJwsSigningAlgorithm::HmacSha256, signed.as_bytes()).unwrap()
            }
            _ => by(&self.key),
        };
        if self.forged == Forged::Changed {
            let mut claims = self.claims.clone();
            claims["groups"] = json!(["verify", "commission"]);
            signed = format!("{}.{}", part(&json!({"alg": alg, "kid": kid})), part(&claims));
        }
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn configuration(State(faked): State<Faked>) -> Json<Value> {
    let inner = faked.inner();
    let at = |path: &str| format!("{}{path}", inner.issuer);
    Json(json!({
        "issuer": inner.issuer,
        "authorization_endpoint": at("/auth"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/me"),
        "jwks_uri": inner.jwks.clone().unwrap_or_else(|| at("/jwks")),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // It claims what we would not take.
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"]
    }))
}

async fn jwks(State(faked): State<Faked>) -> Json<Value> {
    let inner = faked.inner();
    Json(json!({"keys": [serde_json::to_value(inner.key.as_verification_key()).unwrap()]}))
}

async fn token(
    State(faked): State<Faked>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    let mut inner = faked.inner();
    let of = |name: &str| form.get(name).cloned().unwrap_or_default();
    let auth = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    inner.seen = Seen { code: of("code"), verifier: of("code_verifier"), auth };
    inner.exchanges += 1;
    let mut answer = json!({"access_token": "a", "token_type": "Bearer", "expires_in": 60});
    if inner.forged != Forged::Missing {
        answer["id_token"] = json!(inner.word());
    }
    Json(answer)
}

async fn user_info(State(faked): State<Faked>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let shown = headers.get("authorization").and_then(|v| v.to_str().ok());
    if shown != Some("Bearer a") {
        return (StatusCode::UNAUTHORIZED, Json(json!({})));
    }
    (StatusCode::OK, Json(faked.inner().user_info.clone()))
}
