//! The file as it is written.

use serde::Deserialize;
use std::path::PathBuf;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileWire {
    pub mail: Option<serde_saphyr::Spanned<serde_json::Value>>,
    pub push: Option<serde_saphyr::Spanned<serde_json::Value>>,
    #[serde(default)]
    pub recipients: Vec<serde_saphyr::Spanned<serde_json::Value>>,
    #[serde(default)]
    pub routes: Vec<serde_saphyr::Spanned<serde_json::Value>>,
    #[serde(default)]
    pub silences: Vec<serde_saphyr::Spanned<serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailWire {
    pub host: String,
    pub port: Option<u16>,
    pub tls: Option<String>,
    pub from: String,
    pub user: Option<String>,
    pub password_env: Option<String>,
    pub password_file: Option<PathBuf>,
    pub ca: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PushWire {
    pub contact: String,
    #[serde(default)]
    pub services: Vec<String>,
    #[serde(default)]
    pub allow_insecure_loopback: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PushToWire {
    pub account: String,
    pub shows: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecipientWire {
    pub name: String,
    pub audiences: Vec<String>,
    pub languages: Vec<String>,
    pub quiet: Option<QuietWire>,
    pub ways: Vec<WayWire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuietWire {
    pub from: String,
    pub until: String,
    pub zone: String,
    pub levels: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WayWire {
    pub name: Option<String>,
    pub mail: Option<MailToWire>,
    pub webhook: Option<WebhookWire>,
    pub directory: Option<DirectoryWire>,
    pub cot: Option<CotWire>,
    pub push: Option<PushToWire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailToWire {
    pub to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookWire {
    pub url: String,
    pub secret_env: Option<String>,
    pub secret_file: Option<PathBuf>,
    #[serde(default)]
    pub allow_insecure_loopback: bool,
    #[serde(default)]
    pub allow_private: Vec<String>,
    pub ca: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectoryWire {
    pub path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CotWire {
    pub address: String,
    pub tls: Option<CotTlsWire>,
    #[serde(default)]
    pub plain: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CotTlsWire {
    pub ca: Option<PathBuf>,
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MatchWire {
    pub levels: Option<Vec<String>>,
    pub zones: Option<Vec<String>>,
    pub streams: Option<Vec<String>>,
    pub what: Option<Vec<String>>,
    pub kinds: Option<Vec<String>>,
    pub audiences: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleWire {
    pub name: String,
    #[serde(default, rename = "match")]
    pub matches: MatchWire,
    pub to: Vec<String>,
    #[serde(default, rename = "continue")]
    pub goes_on: bool,
    pub group: Option<GroupWire>,
    #[serde(default)]
    pub escalate: Vec<StepWire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupWire {
    pub by: String,
    pub wait: String,
    pub interval: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepWire {
    pub after: String,
    pub to: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SilenceWire {
    #[serde(default, rename = "match")]
    pub matches: MatchWire,
    pub from: String,
    pub until: String,
    pub reason: String,
    pub by: String,
}
