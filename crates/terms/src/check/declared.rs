//! What the text declares beside actors, classes, acts, lines and zones, with every name resolved.

use super::map::Map;
use super::moments::{Edge, Times};
use super::names::Names;
use crate::agreement::{
    ActorIx, Adherence, Category, Flow, Instrument, Mandate, Moment, Relation, Reservation, Sensor, Unit,
    When,
};
use crate::parsed::{
    self, Area, CategoryDecl, FlowDecl, MandateDecl, MomentDecl, MomentKind, SensorDecl, UnitDecl,
};
use crate::problem::{Bad, Problems};
use crate::source::Lines;
use base::Instant;

pub(super) fn mandate(body: ActorIx, clause: &str, found: &MandateDecl<'_>, lines: &Lines<'_>) -> Mandate {
    Mandate {
        body,
        clause: clause.to_owned(),
        powers: found.powers.clone(),
        decides_nothing: found.decides_nothing,
        rule: found.rule,
        quorum: found.quorum,
        standard: found.standard.clone(),
        members: found.members.unwrap_or_default().to_owned(),
        absence_noted: found.absence_noted,
        within_ms: found.within_ms,
        span: lines.span(found.at),
    }
}

pub(super) fn unit(decl: &UnitDecl<'_>) -> Unit {
    let words = |all: &[parsed::Name<'_>]| all.iter().map(|n| n.text.to_owned()).collect();
    Unit {
        name: decl.name.text.to_owned(),
        title: decl.title.map(|t| t.text.to_owned()).unwrap_or_default(),
        includes: words(&decl.includes),
        excludes: words(&decl.excludes),
    }
}

pub(super) fn flow(decl: &FlowDecl<'_>) -> Flow {
    Flow {
        name: decl.name.text.to_owned(),
        title: decl.title.text.to_owned(),
        basis: decl.basis,
        unit: decl.unit.map(|u| u.text.to_owned()).unwrap_or_default(),
        measured_at: decl.measured_at.iter().map(|m| m.text.to_owned()).collect(),
    }
}

pub(super) fn category<'a>(
    decl: &CategoryDecl<'a>,
    map: &mut Map,
    names: &mut Names<'a>,
    problems: &mut Problems<'_>,
) -> Category {
    let sites = decl.sites.and_then(|zone| map.area(Area::Named(zone), names, problems));
    Category {
        name: decl.name.text.to_owned(),
        title: decl.title.text.to_owned(),
        sites,
        sites_only: decl.sites_only,
    }
}

pub(super) fn sensor<'a>(
    decl: &SensorDecl<'a>,
    map: &mut Map,
    names: &mut Names<'a>,
    lines: &Lines<'a>,
    problems: &mut Problems<'_>,
) -> Sensor {
    for (kind, at) in decl.detects.iter().chain(&decl.blind_to) {
        if !base::vocabulary::is_kind(kind) {
            problems.warning(super::names::unknown_kind(kind, *at));
        }
    }
    let mut covers = Vec::new();
    for (zone, share) in &decl.covers {
        covers.extend(map.area(Area::Named(*zone), names, problems).map(|z| (z, *share)));
    }
    let kinds = |all: &[(String, crate::source::Stretch)]| all.iter().map(|(k, _)| k.clone()).collect();
    Sensor {
        name: decl.name.text.to_owned(),
        title: decl.title.text.to_owned(),
        detects: kinds(&decl.detects),
        blind_to: kinds(&decl.blind_to),
        blind_at_night: decl.blind_at_night,
        range_m: decl.range.map(|q| q.value),
        covers,
        span: lines.span(decl.at),
    }
}

/// A named moment counts from entry into force or stands at a date; a chain of moments would have to be unwound aloud.
pub(super) fn moment<'a>(
    decl: &MomentDecl<'a>,
    times: &Times,
    names: &mut Names<'a>,
    problems: &mut Problems<'_>,
) -> Moment {
    let at = decl.at.and_then(|m| times.when(m, Edge::From, names, problems));
    if let (Some(When::After(..) | When::Then(_)), Some(place)) = (&at, decl.at) {
        let message = format!("moment `{}` counts from another named moment", decl.name.text);
        let help = "count it from entry into force, or write a date";
        problems.error(Bad::new("moment-of-moment", place.at, message, help));
    }
    Moment {
        name: decl.name.text.to_owned(),
        event: decl.event.map(|e| e.text.to_owned()).unwrap_or_default(),
        at,
    }
}

/// Status, adherence, reservations and relations; the labels of reservations are given to `labels`.
pub(super) fn standing<'a>(
    found: &parsed::Instrument<'a>,
    times: &Times,
    names: &mut Names<'a>,
    lines: &Lines<'a>,
    problems: &mut Problems<'_>,
    labels: &mut Vec<parsed::Name<'a>>,
) -> Instrument {
    let mut out = Instrument { status: found.status, ..Instrument::default() };
    for (act, actor, moment) in &found.adherence {
        let Some(actor) = names.actor(*actor, problems) else { continue };
        let at = moment.and_then(|m| date(m, times, names, problems));
        out.adherence.push(Adherence { actor, act: *act, at });
    }
    for (actor, clauses, words) in &found.reservations {
        labels.extend(clauses.iter().copied());
        let Some(actor) = names.actor(*actor, problems) else { continue };
        let clauses = clauses.iter().map(|l| l.text.to_owned()).collect();
        out.reservations.push(Reservation { actor, clauses, words: words.text.to_owned() });
    }
    for (kind, other) in &found.relations {
        let span = lines.span(other.at);
        out.relations.push(Relation { kind: *kind, other: other.text.to_owned(), span });
    }
    out
}

fn date<'a>(
    moment: parsed::Moment<'a>,
    times: &Times,
    names: &mut Names<'a>,
    problems: &mut Problems<'_>,
) -> Option<Instant> {
    if !matches!(moment.kind, MomentKind::Date { .. }) {
        return None;
    }
    match times.when(moment, Edge::From, names, problems)? {
        When::At(at) => Some(at),
        _ => None,
    }
}
