//! What a person could do now. Pages show a button for what stands here and for nothing else; the docket itself decides
//! when the act comes.

use super::seat::Seat;
use super::types::May;
use base::{Grant, Role};
use cases::case::Case;
use cases::words::{Stage, Standing};
use cases::{Deed, Docket, Ref, rules};
use publication::docket::{Reader, Sight};

/// The object of a deed that this reader may not know of; `None`: they may know of all that it names.
pub(super) fn hidden(docket: &Docket, reader: &Reader, deed: &Deed) -> Option<Ref> {
    let case = |r: &Ref| docket.case(r).is_ok_and(|c| !reader.sees_case(docket, c));
    let alleged = |r: &Ref| docket.allegation(r).is_ok_and(|a| reader.sight(docket, a) == Sight::Hidden);
    let finding = |r: &Ref| docket.finding(r).is_ok_and(|f| !reader.sees_finding(docket, f));
    let counting = |r: &Ref| docket.counting(r).is_ok_and(|f| !reader.sees_finding(docket, f));
    let decided =
        |r: &Ref| finding(r) || docket.attribution(r).is_ok_and(|a| !reader.sees_attribution(docket, a));
    let remedy = |r: &Ref| docket.remedy(r).is_ok_and(|m| !reader.sees_remedy(docket, m));
    // Steps and clocks are of those who work on cases; the rules refuse them to the rest.
    let task = |r: &Ref| {
        let of = docket.cases.iter().find(|c| c.tasks.iter().any(|t| t.reference == *r));
        of.is_some_and(|c| !reader.knows(&c.compartments))
    };
    let clock = |r: &Ref| docket.clock(r).is_ok_and(|c| !reader.knows_case(docket, &c.case));
    let one = |r: &Ref, is_hidden: bool| is_hidden.then(|| r.clone());
    match deed {
        Deed::Allege(_) => None,
        Deed::Answer { allegation: r, .. } | Deed::Withdraw { allegation: r, .. } => one(r, alleged(r)),
        Deed::Register { allegations, .. }
        | Deed::Dismiss { allegations, .. }
        | Deed::Open { allegations, .. } => allegations.iter().find(|r| alleged(r)).cloned(),
        Deed::Join { case: r, allegations, .. } => {
            one(r, case(r)).or_else(|| allegations.iter().find(|r| alleged(r)).cloned())
        }
        Deed::Claim { case: r }
        | Deed::Release { case: r }
        | Deed::Move { case: r, .. }
        | Deed::Suspend { case: r, .. }
        | Deed::Resume { case: r, .. }
        | Deed::Recuse { case: r, .. }
        | Deed::Restrict { case: r, .. }
        | Deed::Task { case: r, .. }
        | Deed::Weigh { case: r, .. }
        | Deed::Draft { case: r, .. }
        | Deed::Start { case: r, .. } => one(r, case(r)),
        Deed::Return { task: r, .. } => one(r, task(r)),
        Deed::Appeal { finding: r, .. }
        | Deed::Rule { finding: r, .. }
        | Deed::Order { finding: r, .. }
        | Deed::Attribute { finding: r, .. } => one(r, counting(r)),
        Deed::Comment { on: r, .. } | Deed::Sign { on: r } | Deed::Confirm { on: r } => one(r, decided(r)),
        Deed::Reported { remedy: r, .. } | Deed::Check { remedy: r, .. } => one(r, remedy(r)),
        Deed::Pause { clock: r, .. } | Deed::Continue { clock: r, .. } | Deed::Stop { clock: r, .. } => {
            one(r, clock(r))
        }
    }
}

/// Each grant under which the person may do that deed.
pub(super) fn grants<'a>(seat: &'a Seat, deed: &'a str) -> impl Iterator<Item = &'a Grant> {
    seat.grants.iter().filter(move |g| rules::may(deed).contains(&g.role))
}

fn under(grant: &Grant, deed: &str) -> May {
    May { deed: deed.to_owned(), role: grant.role.name().to_owned(), of: grant.of.clone(), to: Vec::new() }
}

fn all<'a>(seat: &'a Seat, deeds: &'a [&'a str]) -> impl Iterator<Item = May> + 'a {
    deeds.iter().flat_map(move |deed| grants(seat, deed).map(move |g| under(g, deed)))
}

/// What a person may do that is about no object yet.
pub(super) fn anywhere(seat: &Seat) -> Vec<May> {
    all(seat, &["allege", "open", "register", "dismiss"]).collect()
}

/// What a person may do in a case.
pub(super) fn in_case(seat: &Seat, case: &Case, now_ms: i64) -> Vec<May> {
    if case.recused.iter().any(|(who, _)| *who == seat.person) {
        return Vec::new();
    }
    let mut may: Vec<May> = Vec::new();
    let others = case.taken_by(now_ms).is_some_and(|t| t.by != seat.person);
    may.extend(all(seat, &["recuse", "restrict", "start"]));
    if others {
        return may;
    }
    let own = case.taken_by(now_ms).is_some();
    may.extend(all(seat, if own { &["release"] } else { &["claim"] }));
    if case.suspended.is_some() {
        may.extend(all(seat, &["resume", "return"]));
        return may;
    }
    may.extend(all(seat, &["suspend", "join", "weigh", "return"]));
    if !matches!(case.stage, Stage::Opened | Stage::Closed | Stage::Appealed) {
        may.extend(all(seat, &["task"]));
    }
    if case.stage == Stage::Drafting {
        may.extend(all(seat, &["draft"]));
    }
    for grant in grants(seat, "move") {
        let steps = rules::steps_from(case.stage).filter(|s| s.roles.contains(&grant.role));
        let to: Vec<String> = steps.map(|s| s.to.name().to_owned()).collect();
        if !to.is_empty() {
            may.push(May { to, ..under(grant, "move") });
        }
    }
    may
}

/// The grants that are of one of these bodies, or no body's.
fn fits(grant: &Grant, bodies: &[&str], officers_too: bool) -> bool {
    match grant.role {
        Role::Member | Role::Chair => bodies.contains(&grant.of.split('/').next().unwrap_or("")),
        _ => officers_too,
    }
}

/// What a person may do with a finding or attribution that has come so far.
pub(super) fn with_decision(
    seat: &Seat,
    standing: Standing,
    signed: &[&str],
    bodies: &[&str],
    is_attribution: bool,
) -> Vec<May> {
    let deeds: &[&str] = match standing {
        Standing::Draft | Standing::Proposed if signed.contains(&seat.person.as_str()) => &["comment"],
        Standing::Draft | Standing::Proposed => &["sign", "comment"],
        Standing::Provisional if is_attribution => &["confirm", "comment"],
        Standing::Provisional => &["confirm", "comment", "attribute", "order", "appeal"],
        Standing::Confirmed if is_attribution => &[],
        Standing::Confirmed => &["attribute", "order", "appeal"],
        Standing::UnderAppeal => &["rule", "comment"],
        Standing::Superseded => &[],
    };
    let fitting = |g: &&Grant, deed: &str| match deed {
        "rule" | "order" => g.role == Role::Chair && fits(g, bodies, false),
        "sign" => fits(g, bodies, !is_attribution),
        "appeal" => g.role == Role::Liaison,
        _ => fits(g, bodies, false),
    };
    let each = deeds
        .iter()
        .flat_map(|deed| grants(seat, deed).filter(move |g| fitting(g, deed)).map(move |g| under(g, deed)));
    each.collect()
}

/// What a person may do with something that only one party, or an officer, acts on.
pub(super) fn of_party(seat: &Seat, deed: &str, party: &str) -> Vec<May> {
    let own = |g: &&Grant| !matches!(g.role, Role::Liaison | Role::Planner) || g.of == party;
    grants(seat, deed).filter(own).map(|g| under(g, deed)).collect()
}

/// What a person may do with a clock in that state.
pub(super) fn with_clock(seat: &Seat, state: &str) -> Vec<May> {
    let deeds: &[&str] = match state {
        "running" => &["pause", "stop"],
        "paused" => &["continue", "stop"],
        "expired" => &["stop"],
        _ => &[],
    };
    all(seat, deeds).collect()
}
