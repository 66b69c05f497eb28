//! Secrets: named in the file, never in it, and never printed.

use crate::limits::SECRET_BYTES_MAX;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretAt {
    /// In a variable of the environment.
    Env(String),
    /// In a file; relative to the mission's directory.
    File(PathBuf),
}

impl fmt::Display for SecretAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretAt::Env(name) => write!(f, "the variable `{name}`"),
            SecretAt::File(path) => write!(f, "the file `{}`", path.display()),
        }
    }
}

/// A secret that was read. It shows itself to nobody who does not ask for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret; white space around it is not part of it.
    #[must_use]
    pub fn new(text: &str) -> Secret {
        Secret(text.trim().to_owned())
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What gives the value of a variable of the environment.
type Env = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Reads secrets: files itself, the environment through whoever may read it.
pub struct Secrets {
    folder: PathBuf,
    env: Env,
}

impl Secrets {
    /// Files relative to `folder`; `env` gives the value of a variable.
    #[must_use]
    pub fn new(folder: &Path, env: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Secrets {
        Secrets { folder: folder.to_owned(), env: Box::new(env) }
    }

    /// The secret.
    ///
    /// # Errors
    /// Where it should be and is not, or that it is empty or too large. Never what it is.
    pub fn read(&self, at: &SecretAt) -> Result<Secret, String> {
        let found = match at {
            SecretAt::Env(name) => (self.env)(name).ok_or_else(|| format!("{at} is not set")),
            SecretAt::File(path) => {
                read_file(&self.folder.join(path)).map_err(|e| format!("{at} cannot be read: {e}"))
            }
        }?;
        let secret = Secret::new(&found);
        match secret.reveal().len() {
            0 => Err(format!("{at} is empty")),
            n if n > SECRET_BYTES_MAX => Err(format!("{at} holds more than {SECRET_BYTES_MAX} bytes")),
            _ => Ok(secret),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.folder.display())
    }
}

fn read_file(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let most = SECRET_BYTES_MAX as u64 + 64;
    std::fs::File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}
