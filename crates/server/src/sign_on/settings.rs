//! `sign-on.yaml`: the provider, and which roles follow from what it says. Read strictly: a misspelt member is refused.

use base::{Grant, Role};
use openidconnect::url::{Host, Url};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Where the provider sends browsers back to.
pub(super) const BACK: &str = "/api/v1/session/sign-on/back";
/// Most roles that a table maps.
const ROLES_MAX: usize = 500;

/// A provider that the mission signs on by.
#[derive(Clone, Debug)]
pub struct SignOn {
    /// What the button says.
    pub name: String,
    /// Its issuer identifier, an address.
    pub issuer: Url,
    /// Our id there.
    pub client_id: String,
    /// Our secret there; `None`: a public client, which PKCE alone protects.
    pub client_secret: Option<String>,
    /// Where the desk is, as browsers reach it.
    pub desk: Url,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The member that holds the groups; dots lead into members.
    pub claim: String,
    /// Which roles follow.
    pub roles: Vec<MappedRole>,
    /// Methods (`amr`) or classes (`acr`) that stand for a second factor.
    pub second_factor: Vec<String>,
    /// Whether the provider is asked to ask who it is each time, even if it remembers: desks are shared.
    pub always_ask: bool,
    /// Whose certificates to trust; `None`: the system's authorities.
    pub ca: Option<PathBuf>,
}

/// A role that follows from a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedRole {
    /// The group, as the provider writes it.
    pub group: String,
    /// The role.
    pub grant: Grant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Wire {
    name: String,
    issuer: String,
    client_id: String,
    #[serde(default)]
    client_secret_file: Option<PathBuf>,
    desk: String,
    #[serde(default = "scopes")]
    scopes: Vec<String>,
    #[serde(default = "claim")]
    claim: String,
    roles: Vec<WireRole>,
    #[serde(default = "second_factor")]
    second_factor: Vec<String>,
    #[serde(default = "yes")]
    always_ask: bool,
    #[serde(default)]
    ca: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRole {
    group: String,
    role: String,
    #[serde(default)]
    of: String,
}

fn scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

fn claim() -> String {
    "groups".to_owned()
}

/// Authentication methods that are, or end, a second factor (RFC 8176).
fn second_factor() -> Vec<String> {
    ["mfa", "otp", "hwk", "swk", "sc"].map(str::to_owned).to_vec()
}

fn yes() -> bool {
    true
}

/// Whether an address is of this machine itself.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// An address that secrets may go to: over TLS, or within this machine.
fn address(member: &str, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| format!("`{member}` is `{text}`, which is no address: {e}"))?;
    let plain = url.scheme() == "http" && is_loopback(&url);
    if url.scheme() != "https" && !plain {
        return Err(format!("`{member}` is `{text}`; write https:// (http:// only for this machine itself)"));
    }
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if bare { Ok(url) } else { Err(format!("`{member}` has more than scheme, host and path")) }
}

impl SignOn {
    /// Reads a table; files that it names lie in `folder`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(text: &str, folder: &Path) -> Result<SignOn, String> {
        let wire: Wire = serde_saphyr::from_str(text).map_err(|e| e.to_string())?;
        if wire.roles.is_empty() || wire.roles.len() > ROLES_MAX {
            return Err(format!("`roles` has 1 to {ROLES_MAX} lines: without a role nobody could sign in"));
        }
        let name = wire.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err("`name` has 1 to 60 characters: it stands on the button".to_owned());
        }
        Ok(SignOn {
            name,
            issuer: address("issuer", &wire.issuer)?,
            client_id: wire.client_id,
            client_secret: wire.client_secret_file.map(|p| secret(&folder.join(p))).transpose()?,
            desk: address("desk", &wire.desk)?,
            scopes: wire.scopes,
            claim: wire.claim,
            roles: wire.roles.into_iter().map(mapped).collect::<Result<_, _>>()?,
            second_factor: wire.second_factor,
            always_ask: wire.always_ask,
            ca: wire.ca.map(|p| folder.join(p)),
        })
    }

    /// The issuer identifier as it is compared, letter by letter: a bare host has no slash of its own.
    #[must_use]
    pub fn issuer_id(&self) -> String {
        let written = self.issuer.as_str();
        if self.issuer.path() == "/" { written.trim_end_matches('/').to_owned() } else { written.to_owned() }
    }

    /// Where the provider sends browsers back to; it must know the address beforehand.
    #[must_use]
    pub fn back(&self) -> String {
        format!("{}{BACK}", self.desk.as_str().trim_end_matches('/'))
    }

    /// The roles that follow from groups, each once, in their order.
    #[must_use]
    pub fn grants(&self, groups: &[String]) -> Vec<Grant> {
        let follows = self.roles.iter().filter(|r| groups.contains(&r.group)).map(|r| r.grant.clone());
        let mut grants: Vec<Grant> = follows.collect();
        grants.sort();
        grants.dedup();
        grants
    }
}

fn mapped(wire: WireRole) -> Result<MappedRole, String> {
    let names = || Role::ALL.map(Role::name).join(", ");
    let role = Role::named(&wire.role)
        .ok_or_else(|| format!("`roles`: there is no role `{}`; the roles are: {}", wire.role, names()))?;
    match role.held_of() {
        None if !wire.of.is_empty() => {
            Err(format!("`roles`: `{}` is held of nothing: leave out `of`", wire.role))
        }
        Some(what) if wire.of.trim().is_empty() => {
            Err(format!("`roles`: `{}` is held of a {what}: name it with `of`", wire.role))
        }
        _ => Ok(MappedRole { group: wire.group, grant: Grant { role, of: wire.of } }),
    }
}

/// The secret in a file: its first line.
fn secret(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| format!("`client-secret-file`: `{shown}` cannot be read: {e}"))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        Err(format!("`client-secret-file`: `{shown}` is empty"))
    } else {
        Ok(line.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name: Mission\nissuer: https://id.example/realm\nclient-id: desk\n\
        desk: https://desk.example\nroles:\n  - { group: verify, role: verification-officer }\n  \
        - { group: ka, role: member, of: commission/KA }\n  - { group: ka, role: verification-officer }\n";

    fn read(text: &str) -> Result<SignOn, String> {
        SignOn::read(text, Path::new("/nowhere"))
    }

    #[test]
    fn roles_follow_from_groups_and_from_nothing_else() {
        let sign_on = read(GOOD).unwrap();
        let officer = Grant { role: Role::VerificationOfficer, of: String::new() };
        let member = Grant { role: Role::Member, of: "commission/KA".to_owned() };
        assert_eq!(
            sign_on.grants(&["verify".to_owned(), "verify".to_owned()]),
            std::slice::from_ref(&officer)
        );
        let mut both = vec![officer, member];
        both.sort();
        assert_eq!(sign_on.grants(&["ka".to_owned(), "verify".to_owned()]), both);
        assert!(sign_on.grants(&["Verify".to_owned(), "administrator".to_owned(), String::new()]).is_empty());
        assert!(sign_on.always_ask && sign_on.second_factor.contains(&"otp".to_owned()));
    }

    #[test]
    fn what_would_not_be_safe_or_not_be_read_is_refused_with_its_member() {
        for (from, to, told) in [
            ("https://id.example/realm", "http://id.example", "`issuer`"),
            ("https://id.example/realm", "ftp://id.example", "`issuer`"),
            ("https://id.example/realm", "https://id.example/?a=b", "`issuer`"),
            ("https://desk.example", "http://desk.example", "`desk`"),
            ("https://desk.example", "https://desk.example/#x", "`desk`"),
            ("role: verification-officer", "role: god", "there is no role `god`"),
            ("role: member, of: commission/KA", "role: member", "held of a"),
            (
                "group: verify, role: verification-officer",
                "group: verify, role: analyst, of: KA",
                "leave out `of`",
            ),
            ("client-id: desk", "client-id: desk\nclient-secret: x", "client-secret"),
            ("client-id: desk", "client-id: desk\nclient-secret-file: gone", "client-secret-file"),
            ("name: Mission", "name: \"\"", "`name`"),
        ] {
            let refused = read(&GOOD.replace(from, to)).unwrap_err();
            assert!(refused.contains(told), "{to}: {refused}");
        }
        for here in ["http://127.0.0.1:9", "http://localhost:9/realm", "http://[::1]:9"] {
            assert!(read(&GOOD.replace("https://id.example/realm", here)).is_ok(), "{here}");
        }
        for there in ["http://127.0.0.1.example", "http://localhost.example", "http://10.0.0.1"] {
            assert!(read(&GOOD.replace("https://id.example/realm", there)).is_err(), "{there}");
        }
    }
}
