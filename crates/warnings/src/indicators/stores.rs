//! Weapons that were declared for a site and were not there when somebody counted.

use super::decide::{Figures, Lack};
use super::log::known_ms;
use atlas::{Inside, NO_SHAPE, Positions, ZoneIx};
use base::Truth;
use evidence::records::{FigureBasis, Record, Recorded, VisitOutcome};
use findings::Version;
use std::collections::BTreeMap;
use terms::agreement::{Role, WeaponIx};

/// What was declared for a site.
#[derive(Clone, Copy, Debug)]
struct Declared {
    known_ms: i64,
    at_ms: i64,
    least: f64,
    most: f64,
}

/// A visit to a site.
#[derive(Clone, Copy, Debug)]
struct Visit {
    known_ms: i64,
    at_ms: i64,
    /// `None`: it could not be counted.
    count: Option<f64>,
    by_party: bool,
}

#[derive(Debug, Default)]
struct Site {
    declared: Vec<Declared>,
    visits: Vec<Visit>,
}

/// All sites of which something was declared or that somebody visited.
#[derive(Debug, Default)]
pub(super) struct Stores {
    sites: BTreeMap<String, Site>,
    /// When declarations came to be known of which it cannot be told whether they are of the place.
    unclear_ms: Vec<i64>,
}

/// How many are missing.
pub(super) struct Missing {
    /// For certain.
    pub least: f64,
    /// At the most, of the sites that were counted.
    pub most: f64,
    pub declared: f64,
    pub lacks: Vec<Lack>,
    pub only_parties: bool,
}

impl Stores {
    /// Of a class, in a zone.
    pub fn of(version: &Version, records: &[Record], class: WeaponIx, zone: Option<ZoneIx>) -> Stores {
        let agreement = &version.agreement;
        let is_class = |word: &str| agreement.resolve_weapon_word(word) == Some(class);
        let is_party = |word: &str| {
            let actor = agreement.resolve_actor_word(word).and_then(|a| agreement.actor(a));
            actor.is_some_and(|a| a.role == Role::Party)
        };
        let mut out = Stores::default();
        for record in records {
            let (Some(known_ms), Some(at)) = (known_ms(record), record.at) else { continue };
            let at_ms = at.start.0;
            let name = match site_of(version, record, zone, at_ms) {
                Lies::There(name) => name,
                Lies::Elsewhere => continue,
                Lies::Unclear => {
                    let is_declared = match &record.what {
                        Recorded::Declaration { subject, basis: FigureBasis::Declared, .. } => {
                            is_class(subject)
                        }
                        _ => false,
                    };
                    out.unclear_ms.extend(is_declared.then_some(known_ms));
                    continue;
                }
            };
            match &record.what {
                Recorded::Declaration { subject, figure, doubt, basis: FigureBasis::Declared, .. }
                    if is_class(subject) =>
                {
                    let (least, most) = (figure - doubt, figure + doubt);
                    out.site(name).declared.push(Declared { known_ms, at_ms, least, most });
                }
                Recorded::Visit { by, outcome, item, count, .. } if item.is_empty() || is_class(item) => {
                    let count = count.filter(|_| *outcome == VisitOutcome::Accessible && !item.is_empty());
                    let seen = *outcome == VisitOutcome::Denied || count.is_some();
                    if seen {
                        let by_party = is_party(by);
                        out.site(name).visits.push(Visit { known_ms, at_ms, count, by_party });
                    }
                }
                _ => {}
            }
        }
        out
    }

    fn site(&mut self, name: String) -> &mut Site {
        self.sites.entry(name).or_default()
    }

    /// When anything came to be known.
    pub fn known_ms(&self) -> Vec<i64> {
        let of = |s: &Site| {
            let declared = s.declared.iter().map(|d| d.known_ms);
            declared.chain(s.visits.iter().map(|v| v.known_ms)).collect::<Vec<i64>>()
        };
        self.sites.values().flat_map(of).collect()
    }

    /// How many are missing, by what was known at the end of the window and counted within it.
    pub fn missing(&self, window: &Figures) -> Missing {
        let mut out = Missing { least: 0.0, most: 0.0, declared: 0.0, lacks: Vec::new(), only_parties: true };
        let mut any = false;
        for site in self.sites.values() {
            let known = |ms: i64| ms < window.to_ms;
            let declared = site.declared.iter().filter(|d| known(d.known_ms));
            let Some(declared) = declared.max_by_key(|d| d.at_ms) else { continue };
            any = true;
            out.declared += declared.most.max(0.0);
            let visits = site.visits.iter().filter(|v| known(v.known_ms) && v.at_ms >= window.from_ms);
            match visits.max_by_key(|v| v.at_ms).and_then(|v| Some((v, v.count?))) {
                Some((visit, count)) => {
                    out.least += (declared.least - count).max(0.0);
                    out.most += (declared.most - count).max(0.0);
                    out.only_parties &= visit.by_party;
                }
                None => out.lacks.push(Lack::NotVisited),
            }
        }
        if !any {
            out.lacks.push(Lack::NotDeclared);
        }
        // What may have been declared for the place may be missing from it.
        if self.unclear_ms.iter().any(|ms| *ms < window.to_ms) {
            out.lacks.push(Lack::Unclear);
        }
        out.lacks.dedup();
        out
    }
}

impl Missing {
    /// Whether so many are missing.
    pub fn reaches(&self, number: f64) -> (Truth, Vec<Lack>) {
        if self.least >= number {
            return (Truth::True, Vec::new());
        }
        if !self.lacks.is_empty() {
            return (Truth::Undetermined, self.lacks.clone());
        }
        if self.most < number {
            (Truth::False, Vec::new())
        } else {
            (Truth::Undetermined, vec![Lack::Unclear])
        }
    }
}

/// Whether the site of a record lies where the clause says, and its name.
enum Lies {
    There(String),
    Elsewhere,
    /// Its point is not known well enough, or the text has no ground there at that time.
    Unclear,
}

fn site_of(version: &Version, record: &Record, zone: Option<ZoneIx>, at_ms: i64) -> Lies {
    let place = record.place.trim().to_lowercase();
    let Some(zone) = zone else {
        return if place.is_empty() { Lies::Elsewhere } else { Lies::There(place) };
    };
    let zones = &version.agreement.plan.zones;
    let Some(name) = zones.get(usize::from(zone.0)).map(|z| z.name.to_lowercase()) else {
        return Lies::Elsewhere;
    };
    if place == name {
        return Lies::There(name);
    }
    let Some((point, radius_m)) = record.point else { return Lies::Elsewhere };
    let positions = Positions {
        lon_deg: &[point.lon_deg()],
        lat_deg: &[point.lat_deg()],
        radius_m: &[radius_m as f32],
        start_ms: &[at_ms],
        end_ms: &[at_ms],
        shape: &[NO_SHAPE],
        shapes: &[],
    };
    let answers = version.atlas.answer_some(&positions, &[zone], &[]);
    match answers.zones.get(usize::from(zone.0)).and_then(|z| z.first()) {
        Some(Inside::Inside) => Lies::There(if place.is_empty() { name } else { place }),
        Some(Inside::Outside) => Lies::Elsewhere,
        _ => Lies::Unclear,
    }
}
