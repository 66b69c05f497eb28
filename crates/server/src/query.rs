//! A query as it came, and its values read with the parameter's name in every complaint.

use crate::limits::PARAMETERS_MAX;
use crate::problem::Problem;
use base::Instant;
use terms::Language;

/// Every parameter any address takes. One that is not among them is refused: a filter that is silently ignored would
/// show figures of something else.
const KNOWN: [&str; 25] = [
    "before",
    "observation",
    "bbox",
    "from",
    "to",
    "kind",
    "source",
    "version",
    "clause",
    "outcome",
    "q",
    "as_known_at",
    "sort",
    "limit",
    "cursor",
    "bins",
    "at",
    "date",
    "from_day",
    "to_day",
    "lang",
    "a",
    "b",
    "zone",
    "step",
];

/// The parameters of one request.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Takes the parameters; empty ones count as absent, as forms send them.
    pub fn of(pairs: Vec<(String, String)>) -> Result<Query, Problem> {
        if pairs.len() > PARAMETERS_MAX {
            return Err(Problem::parameter("query", format!("more than {PARAMETERS_MAX} parameters")));
        }
        if let Some((name, _)) = pairs.iter().find(|(n, _)| !KNOWN.contains(&n.as_str())) {
            let name: String = name.chars().take(40).collect();
            return Err(Problem::parameter(&name, "no such parameter; see /api/openapi.json"));
        }
        Ok(Query(pairs.into_iter().filter(|(_, v)| !v.trim().is_empty()).collect()))
    }

    /// The parameters that were given.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The one value of `name`.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.trim());
        let first = values.next();
        if values.next().is_some() {
            return Err(Problem::parameter(name, "given more than once"));
        }
        Ok(first)
    }

    /// All values of `name`, repeated or separated by commas.
    pub fn many(&self, name: &str) -> Vec<&str> {
        let of_name = self.0.iter().filter(|(n, _)| n == name);
        of_name.flat_map(|(_, v)| v.split(',')).map(str::trim).filter(|v| !v.is_empty()).collect()
    }

    /// An instant.
    pub fn instant(&self, name: &str) -> Result<Option<Instant>, Problem> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let bad = || {
            let shown: String = text.chars().take(40).collect();
            let help = "not an instant; expected RFC 3339 with an offset, such as 2026-03-03T00:00:00Z";
            Problem::parameter(name, format!("`{shown}` is {help}"))
        };
        Instant::parse(text).map(Some).ok_or_else(bad)
    }

    /// The language in which clauses are explained; English if none is asked for.
    pub fn language(&self) -> Result<Language, Problem> {
        let Some(code) = self.one("lang")? else { return Ok(Language::English) };
        Language::named(code).ok_or_else(|| Problem::parameter("lang", "expected en, uk, ru or fr"))
    }

    /// A whole number from `min` to `max`.
    pub fn number(&self, name: &str, min: u64, max: u64) -> Result<Option<u64>, Problem> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let in_range = text.parse::<u64>().ok().filter(|n| (min..=max).contains(n));
        let bad = || Problem::parameter(name, format!("expected a whole number from {min} to {max}"));
        in_range.map(Some).ok_or_else(bad)
    }
}
