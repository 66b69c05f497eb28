//! The provider: what it says of itself, where browsers are sent, and what its answers are worth.

use super::flow::Flow;
use super::settings::{SignOn, is_loopback};
use crate::collect::tls;
use ::people::{PeopleError, Sealing};
use base::Grant;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::io::Read as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use ureq::Agent;

/// How long what the provider says of itself is believed.
const METADATA_MS: i64 = 60 * 60_000;
/// How soon it is asked again for keys that it did not name before.
const KEYS_AGAIN_MS: i64 = 60_000;
/// How often a failure is written to the log, at most.
const TOLD_EVERY_MS: i64 = 10_000;
/// Longest answer, bytes.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// Longest wait for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Most groups that are looked at.
const GROUPS_MAX: usize = 2_000;
/// How its word may be signed: by a key that only it has.
const SIGNED_BY: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Whatever else a provider says of somebody.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct More(Map<String, Value>);

impl AdditionalClaims for More {}

type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Ours = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type Claims = IdTokenClaims<More, CoreGenderClaim>;

/// Why there is no sign-on.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignOnError {
    /// The provider cannot be reached, or answers what it should not.
    #[error("the provider cannot be used: {0}")]
    Provider(String),
    /// The desk itself failed.
    #[error("{0}")]
    People(#[from] PeopleError),
}

/// Whom the provider vouches for.
#[derive(Debug)]
pub(super) struct Told {
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub grants: Vec<Grant>,
    pub is_strong: bool,
}

/// An answer of the provider that is none.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoAnswer(String);

/// A provider, and what it said of itself.
pub struct Provider {
    settings: SignOn,
    agent: Agent,
    redirect: RedirectUrl,
    issuer: IssuerUrl,
    metadata: Mutex<Option<(i64, Arc<CoreProviderMetadata>)>>,
    pub(super) sealing: Sealing,
    /// When a failure was last written to the log, milliseconds since 1970.
    told_ms: AtomicI64,
}

impl Provider {
    /// A provider; it is not asked for anything yet.
    ///
    /// # Errors
    /// When a certificate cannot be read, or there are no random bytes.
    pub fn new(settings: SignOn) -> Result<Provider, String> {
        let tls = tls::asking(settings.ca.as_deref())?;
        let config = Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            // What it names is asked, and nothing that an answer leads on to.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(ANSWER))
            .user_agent(concat!("truceline/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Ok(Provider {
            agent: Agent::new_with_config(config),
            redirect: RedirectUrl::new(settings.back()).map_err(|e| e.to_string())?,
            issuer: IssuerUrl::new(settings.issuer_id()).map_err(|e| e.to_string())?,
            metadata: Mutex::new(None),
            sealing: Sealing::new().map_err(|e| e.to_string())?,
            told_ms: AtomicI64::new(i64::MIN),
            settings,
        })
    }

    /// What the button says.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Whether a failure is written to the log: one every ten seconds, for whoever begins sign-ons with codes of their
    /// own making is known to nobody, and fills no disk.
    pub(super) fn may_tell(&self, now_ms: i64) -> bool {
        let told_ms = self.told_ms.load(Ordering::Relaxed);
        let is_due = now_ms.saturating_sub(told_ms) >= TOLD_EVERY_MS;
        is_due && self.told_ms.compare_exchange(told_ms, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Asks the provider. Secrets go over TLS, or stay within this machine.
    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let told = |e: ureq::Error| NoAnswer(e.to_string());
        let url = openidconnect::url::Url::parse(&request.uri().to_string());
        let url = url.map_err(|e| NoAnswer(e.to_string()))?;
        let within = url.scheme() == "http" && is_loopback(&url) && is_loopback(&self.settings.issuer);
        if url.scheme() != "https" && !within {
            return Err(NoAnswer(format!("it names `{url}`, which is not https://")));
        }
        let response = self.agent.run(request).map_err(told)?;
        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        let mut reader = body.into_with_config().limit(u64::MAX).reader().take(ANSWER_BYTES_MAX + 1);
        reader.read_to_end(&mut bytes).map_err(|e| NoAnswer(format!("its answer broke off: {e}")))?;
        if bytes.len() as u64 > ANSWER_BYTES_MAX {
            return Err(NoAnswer(format!("its answer is longer than {ANSWER_BYTES_MAX} bytes")));
        }
        Ok(HttpResponse::from_parts(parts, bytes))
    }

    /// What the provider says of itself, not older than `age_ms`.
    fn metadata(&self, now_ms: i64, age_ms: i64) -> Result<Arc<CoreProviderMetadata>, SignOnError> {
        let mut kept = self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((asked_ms, metadata)) = kept.as_ref()
            && (0..age_ms).contains(&now_ms.saturating_sub(*asked_ms))
        {
            return Ok(metadata.clone());
        }
        let http = |request: HttpRequest| self.ask(request);
        let asked = CoreProviderMetadata::discover(&self.issuer, &http);
        let metadata = Arc::new(asked.map_err(|e| SignOnError::Provider(chain(&e)))?);
        *kept = Some((now_ms, metadata.clone()));
        Ok(metadata)
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Ours {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(self.settings.client_id.clone());
        let takes = |method| {
            let methods = metadata.token_endpoint_auth_methods_supported();
            methods.is_none_or(|all| all.contains(&method))
        };
        let by_header = takes(CoreClientAuthMethod::ClientSecretBasic);
        let auth = if by_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        Client::from_provider_metadata(metadata.clone(), id, secret)
            .set_auth_type(auth)
            .set_redirect_uri(self.redirect.clone())
    }

    /// Begins a sign-on: where the browser goes, and what is remembered of it.
    pub(super) fn begin(&self, now_ms: i64) -> Result<(String, Flow), SignOnError> {
        let client = self.client(&*self.metadata(now_ms, METADATA_MS)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let code = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(code, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if self.settings.always_ask {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (address, state, nonce) = request.url();
        let flow = Flow {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            began_ms: now_ms,
        };
        Ok((address.into(), flow))
    }

    /// Ends a sign-on: what the provider says for the code.
    pub(super) fn end(&self, flow: Flow, code: String, now_ms: i64) -> Result<Told, SignOnError> {
        let refused = |e: &dyn std::error::Error| SignOnError::Provider(chain(e));
        let client = self.client(&*self.metadata(now_ms, METADATA_MS)?);
        let http = |request: HttpRequest| self.ask(request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|e| refused(&e))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier))
            .request(&http)
            .map_err(|e| refused(&e))?;
        let nonce = Nonce::new(flow.nonce);
        let claims = match claims(&client, &tokens, &nonce, now_ms) {
            // Its keys may be new.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let client = self.client(&*self.metadata(now_ms, KEYS_AGAIN_MS)?);
                claims_of(&client, &tokens, &nonce, now_ms)?
            }
            claims => claims.map_err(|e| refused(&e))?,
        };
        self.told(&client, &tokens, &claims)
    }

    fn told(&self, client: &Ours, tokens: &Tokens, claims: &Claims) -> Result<Told, SignOnError> {
        let mut said = claims.additional_claims().0.clone();
        let mut name = best_name(claims.name(), claims.preferred_username().map(|n| n.as_str()));
        if groups(&said, &self.settings.claim).is_none() && client.user_info_url().is_some() {
            let told = self.user_info(client, tokens.access_token(), claims.subject())?;
            name = best_name(told.name(), told.preferred_username().map(|n| n.as_str())).or(name);
            said.extend(told.additional_claims().0.clone());
        }
        let methods = claims.auth_method_refs().into_iter().flatten().map(|m| m.as_str());
        let shown = methods.chain(claims.auth_context_ref().map(|c| c.as_str()));
        Ok(Told {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            name: name.unwrap_or_default(),
            grants: self.settings.grants(&groups(&said, &self.settings.claim).unwrap_or_default()),
            is_strong: shown.into_iter().any(|s| self.settings.second_factor.iter().any(|f| f == s)),
        })
    }

    fn user_info(
        &self,
        client: &Ours,
        token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<UserInfoClaims<More, CoreGenderClaim>, SignOnError> {
        let http = |request: HttpRequest| self.ask(request);
        let asked = client.user_info(token.clone(), Some(subject.clone()));
        let asked = asked.map_err(|e| SignOnError::Provider(chain(&e)))?;
        asked.request(&http).map_err(|e| SignOnError::Provider(chain(&e)))
    }
}

/// What the signed word says, if it is the provider's, for us, of this sign-on, and holds now.
fn claims(
    client: &Ours,
    tokens: &Tokens,
    nonce: &Nonce,
    now_ms: i64,
) -> Result<Claims, ClaimsVerificationError> {
    let word = tokens.id_token();
    let word = word.ok_or_else(|| ClaimsVerificationError::Other("it sent no ID token".to_owned()))?;
    let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(now_ms).unwrap_or_default());
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNED_BY).set_time_fn(move || now.into());
    word.claims(&verifier, nonce).cloned()
}

fn claims_of(client: &Ours, tokens: &Tokens, nonce: &Nonce, now_ms: i64) -> Result<Claims, SignOnError> {
    claims(client, tokens, nonce, now_ms).map_err(|e| SignOnError::Provider(chain(&e)))
}

fn best_name(
    name: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>,
    user: Option<&str>,
) -> Option<String> {
    let name = name.and_then(|n| n.get(None).or_else(|| n.iter().next().map(|(_, name)| name)));
    name.map(|n| n.as_str()).or(user).map(str::to_owned)
}

/// The groups under `claim`: the member of that name, or what dots lead to. `None`: there is no such member.
fn groups(said: &Map<String, Value>, claim: &str) -> Option<Vec<String>> {
    let at = said.get(claim).or_else(|| {
        let mut steps = claim.split('.');
        let first = said.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    })?;
    Some(match at {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => {
            many.iter().take(GROUPS_MAX).filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    })
}

/// An error with its causes; what a provider sends is not repeated at length.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.chars().filter(|c| !c.is_control()).take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_are_found_by_name_or_along_dots_and_are_texts() {
        let said = json!({"groups": ["a", 7, "b"], "realm_access": {"roles": ["c"]}, "https://x.example/g": "d", "n": {}});
        let said = said.as_object().unwrap();
        let found = |claim: &str| groups(said, claim);
        assert_eq!(found("groups"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(found("realm_access.roles"), Some(vec!["c".to_owned()]));
        assert_eq!(found("https://x.example/g"), Some(vec!["d".to_owned()]));
        assert_eq!(found("n"), Some(vec![]));
        assert_eq!(found("realm_access.gone"), None);
        assert_eq!(found(""), None);
    }
}
