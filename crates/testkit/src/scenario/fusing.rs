//! What a scenario says to fusion, and asks of it.
//!
//! `csv sources` has the columns `id`, `kind`, `reliability`, `copies` and `detects` (several parted by `;`),
//! `range_m`; `csv decisions` has `verdict` (`together` or `apart`), `these` and `those` (ids of reports, parted by
//! spaces), `by`, `why`.
//!
//! Questions, each with the id of a report: `link ID`, how firmly it belongs to its incident; `place ID`, where its
//! incident was; `sources ID`, how many stand behind the incident; `verified ID`, whether they can verify it;
//! `probability ID`, how likely it is to have happened, with every ratio; `beside ID`, what it may belong to as well.
//! `tally` asks how many incidents there are, as far as proposals leave it open.

use super::Run;
use super::reports::rows;
use base::ObservationId;
use evidence::card::{Card, Light, Reach, SourceKind};
use findings::State;
use incidents::posterior::posterior;
use incidents::{Context, Decision, Verdict};
use std::collections::BTreeMap;

/// The cards of the tables.
pub(super) fn cards(tables: &[String]) -> Result<Vec<Card>, String> {
    let mut out = Vec::new();
    for table in tables {
        for row in rows(table)? {
            let id = row.get("id").to_owned();
            let named = row.get("kind");
            let kind =
                SourceKind::named(named).ok_or_else(|| format!("`{id}`: no kind of source is `{named}`"))?;
            let range_m = row.number("range_m")?;
            let reach = |kind: &str| Reach {
                kind: kind.to_owned(),
                range_m,
                light: Light::Any,
                clear_weather_only: false,
            };
            let several = |column: &str| row.get(column).split(';').map(str::trim).filter(|c| !c.is_empty());
            out.push(Card {
                kind,
                reliability: row.get("reliability").chars().next().unwrap_or('?'),
                copies: several("copies").map(str::to_owned).collect(),
                detects: several("detects").map(reach).collect(),
                limitations: "as the scenario tells".to_owned(),
                id,
                ..Card::default()
            });
        }
    }
    Ok(out)
}

/// The decisions of the tables, in order.
pub(super) fn decisions(
    tables: &[String],
    names: &BTreeMap<String, ObservationId>,
) -> Result<Vec<Decision>, String> {
    let mut out = Vec::new();
    for table in tables {
        for row in rows(table)? {
            let ids = |column: &str| -> Result<Vec<ObservationId>, String> {
                let named = row.get(column).split_whitespace();
                named.map(|n| names.get(n).copied().ok_or_else(|| format!("no report is `{n}`"))).collect()
            };
            let verdict = match row.get("verdict") {
                "together" => Verdict::Together,
                "apart" => Verdict::Apart,
                other => return Err(format!("`{other}` is no verdict: write `together` or `apart`")),
            };
            let (these, those) = (ids("these")?, ids("those")?);
            let (by, why) = (row.get("by").to_owned(), row.get("why").to_owned());
            out.push(Decision { verdict, these, those, by, why });
        }
    }
    Ok(out)
}

/// The answer to a question about fusion; `None`: it is none.
pub(super) fn answer(run: &Run, state: &State, question: &str) -> Option<(String, String)> {
    let all = &state.incidents;
    if question == "tally" {
        let t = all.tally();
        return Some((format!("{} to {}", t.least, t.most), format!("shown {}", t.shown)));
    }
    let (what, id) = question.split_once(' ')?;
    if !["link", "place", "sources", "verified", "probability", "beside"].contains(&what) {
        return None;
    }
    let plain = |text: String| Some((text, String::new()));
    let Some(row) = run.row_in(state, id) else { return plain("no such report".to_owned()) };
    if what == "beside" {
        let mine = all.proposals.iter().filter(|p| p.row as usize == row);
        let name = |incident: u32| {
            let lead = all.lead.get(incident as usize).and_then(|l| state.observations.id.get(*l as usize));
            run.names
                .iter()
                .find(|(_, id)| Some(*id) == lead)
                .map_or("?", |(name, _)| name.as_str())
                .to_owned()
        };
        let told: Vec<String> = mine.map(|p| format!("incident of {}", name(p.incident))).collect();
        return plain(if told.is_empty() { "nothing".to_owned() } else { told.join(", ") });
    }
    let incident = all.of_row.get(row).copied().filter(|i| *i != u32::MAX);
    let Some(incident) = incident.map(|i| i as usize) else { return plain("no incident".to_owned()) };
    match what {
        "link" => {
            let members = all.members_of(incident).iter().zip(all.links_of(incident));
            let link = members.filter(|(m, _)| **m as usize == row).map(|(_, l)| l.status.name()).next();
            plain(link.unwrap_or("no link").to_owned())
        }
        "place" => {
            let p = all.place.get(incident)?;
            let tens_m = (f64::from(p.radius_m) / 10.0).round() * 10.0;
            plain(match p.met {
                0 => "undetermined".to_owned(),
                1 => format!("its own, within {tens_m} m"),
                n => format!("{n} meet, within {tens_m} m"),
            })
        }
        "sources" => plain(all.independent.get(incident)?.to_string()),
        "verified" => {
            let weak = *all.unverifiable.get(incident)?;
            plain(if weak { "cannot be verified by these sources" } else { "open" }.to_owned())
        }
        _ => {
            let context = Context { cards: &run.cards, coverage: &run.coverage, decisions: &run.decisions };
            let Some(found) = posterior(&state.observations, all, incident, &context) else {
                return plain("no source has a card".to_owned());
            };
            let told = found.pieces.iter().map(|p| format!("{} {:+.2}", p.what, p.log_ratio));
            Some((format!("{:.2}", found.probability), told.collect::<Vec<_>>().join("; ")))
        }
    }
}
