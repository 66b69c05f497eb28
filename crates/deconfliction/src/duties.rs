//! Duties to give notice. The board's notices become records that `findings::standing` judges under every text; and
//! of each notice it is said what the clauses of one text ask, and how it stands to them.

use crate::Board;
use crate::act::{NoticeText, Ref};
use crate::conflict::subject::Subject;
use crate::conflict::{Margins, Zones};
use crate::ledger::{Mark, Row};
use crate::notice::{Notice, Version};
use crate::shape::{Ground, Height};
use crate::words::{Answer, DutyState};
use atlas::{Atlas, ZoneIx};
use base::{Instant, Interval, LonLat, Truth};
use evidence::records::{Record, Recorded, Stage};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use terms::Agreement;
use terms::agreement::{ActorIx, Duty, Notify, Offset, What};

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// The word by which terms may know what a notice is of.
fn act_of(text: &NoticeText) -> &str {
    if text.act.trim().is_empty() { text.kind.word() } else { &text.act }
}

/// The fields that a notice states, by the names that terms use for them.
#[must_use]
pub fn stated_fields(text: &NoticeText) -> Vec<String> {
    let mut out: BTreeSet<String> = BTreeSet::new();
    out.extend(text.content.iter().filter(|(_, v)| !v.trim().is_empty()).map(|(k, _)| k.clone()));
    let mut add = |names: &[&str]| out.extend(names.iter().map(|n| (*n).to_owned()));
    match &text.ground {
        Ground::Undetermined => {}
        Ground::Point { .. } => add(&["place"]),
        Ground::Area { .. } => add(&["place", "area"]),
        Ground::Route { speed_kmh, .. } => {
            add(&["place", "route"]);
            if speed_kmh.is_some() {
                add(&["speed"]);
            }
        }
    }
    if text.height != Height::NotStated {
        add(&["height", "altitude"]);
    }
    if text.from_ms.is_some() {
        add(&["begin"]);
    }
    if text.until_ms.is_some() {
        add(&["end"]);
    }
    if text.from_ms.is_some() && text.until_ms.is_some() {
        add(&["time", "period"]);
    }
    out.into_iter().collect()
}

/// The first version that says the same of time and place as the one that counts: what was sent of it was sent in
/// time or not.
fn told_first(notice: &Notice, counts: &Version) -> u32 {
    let same = |v: &Version| {
        let (a, b) = (&v.text, &counts.text);
        a.from_ms == b.from_ms && a.until_ms == b.until_ms && a.ground == b.ground && a.height == b.height
    };
    let until = usize::try_from(notice.version()).unwrap_or(usize::MAX);
    let run = notice.versions.iter().take(until).rev().take_while(|v| same(v)).count();
    u32::try_from(until.saturating_sub(run)).unwrap_or(0).saturating_add(1)
}

/// Everybody of the version that counts, with their rows.
fn rows<'n>(notice: &'n Notice, counts: &'n Version) -> impl Iterator<Item = &'n Row> {
    let wanted = |row: &&Row| counts.text.addressees.iter().any(|a| a.id == row.addressee.id);
    notice.ledger.iter().filter(wanted)
}

/// When the notice, as it counts, was first sent to somebody, milliseconds since 1970.
#[must_use]
pub fn sent_ms(notice: &Notice) -> Option<i64> {
    let counts = notice.counts()?;
    let first = told_first(notice, counts);
    rows(notice, counts).filter_map(|r| r.sent_ms(first)).min()
}

/// The records of all notices that were sent, and of how far they came. One withdrawn is a record too: it was given.
#[must_use]
pub fn records(board: &Board) -> Vec<Record> {
    let mut out = Vec::new();
    for (id, notice) in &board.notices {
        let Some(counts) = notice.counts().filter(|v| v.released_ms().is_some()) else { continue };
        let Some(sent) = sent_ms(notice) else { continue };
        let first = told_first(notice, counts);
        let sent_to = rows(notice, counts).filter(|r| r.sent_ms(first).is_some());
        let to: BTreeSet<String> = sent_to.map(|r| r.addressee.to.clone()).collect();
        let text = &counts.text;
        out.push(Record {
            id: id.0.clone(),
            at: Some(Interval::at(Instant(sent))),
            from: text.from_ms.map(Instant),
            until: text.until_ms.map(Instant),
            reported: Some(Instant(sent)),
            place: String::new(),
            point: point(&text.ground),
            words: text.what.clone(),
            what: Recorded::Notice {
                by: notice.giver.clone(),
                act: act_of(text).to_owned(),
                to: to.into_iter().collect(),
                content: stated_fields(text),
            },
        });
        out.extend(receipts(id, notice, counts, first));
    }
    out
}

/// A place that records can hold: a point. A route or area has none, and the terms' zones are then undetermined.
fn point(ground: &Ground) -> Option<(LonLat, f64)> {
    let Ground::Point { at, radius_m, doubt_m } = ground else { return None };
    Some((LonLat::new(at[0], at[1]).ok()?, radius_m + (*doubt_m)?))
}

/// How far it came at each level. Where a level has several addressees, it came as far as with the last of them.
fn receipts(id: &Ref, notice: &Notice, counts: &Version, first: u32) -> Vec<Record> {
    let mut levels: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows(notice, counts) {
        levels.entry(row.addressee.level.trim().to_lowercase()).or_default().push(row);
    }
    let mut out = Vec::new();
    for (level, rows) in levels {
        for stage in [Stage::Delivered, Stage::ReadBack, Stage::Objected] {
            let at = |row: &&Row| reached(row, first, stage);
            let times: Vec<i64> = match stage {
                // One objection is an objection of the level, once the others have read it too.
                Stage::Objected if rows.iter().any(|r| reached(r, first, stage).is_some()) => {
                    let known = |r: &&Row| at(r).or(reached(r, first, Stage::ReadBack));
                    rows.iter().filter_map(known).collect()
                }
                _ => rows.iter().filter_map(at).collect(),
            };
            if times.len() < rows.len() {
                continue;
            }
            let Some(last) = times.into_iter().max() else { continue };
            let Some(name) = rows.first().map(|r| r.addressee.level.clone()) else { continue };
            out.push(Record {
                id: format!("{id}/{level}/{}", stage.word()),
                at: Some(Interval::at(Instant(last))),
                from: None,
                until: None,
                reported: Some(Instant(last)),
                place: String::new(),
                point: None,
                words: String::new(),
                what: Recorded::Receipt { notice: id.0.clone(), level: name, stage },
            });
        }
    }
    out
}

/// When a version from `first` on reached that stage with an addressee.
fn reached(row: &Row, first: u32, stage: Stage) -> Option<i64> {
    let is = |mark: &Mark| match (stage, mark) {
        (Stage::Delivered, m) => *m != Mark::Sent,
        (Stage::ReadBack, Mark::ReadBack { as_stated, .. }) => *as_stated,
        (Stage::Objected, Mark::Objected(_)) => true,
        _ => false,
    };
    row.marks.iter().filter(|m| m.version >= first && is(&m.mark)).map(|m| m.at_ms).min()
}

/// What one clause asks of one notice, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// Label of the clause.
    pub clause: String,
    /// How it stands.
    pub state: DutyState,
    /// The latest moment to send it, milliseconds since 1970; `None`: not known.
    pub latest_ms: Option<i64>,
    /// When it was sent, milliseconds since 1970.
    pub sent_ms: Option<i64>,
    /// Fields that the clause asks for and the notice does not state.
    pub fields_lacking: Vec<String>,
    /// Those to whom it was to go, and did not.
    pub not_told: Vec<String>,
    /// The first level of the chain at which it did not come as far as the clause asks.
    pub broken_at: Option<String>,
    /// What would decide it.
    pub missing: Vec<String>,
    /// In sentences.
    pub words: Vec<String>,
}

/// What the clauses of a text ask of a notice, and how it stands to them at `now`. `map` is the text's map, for
/// clauses about a zone.
#[must_use]
pub fn asked(
    agreement: &Agreement,
    map: Option<&Atlas>,
    id: &Ref,
    notice: &Notice,
    now: Instant,
) -> Vec<Asked> {
    let Some(counts) = notice.counts() else { return Vec::new() };
    let Some(giver) = agreement.resolve_actor_word(&notice.giver) else { return Vec::new() };
    let mut out = Vec::new();
    for clause in &agreement.clauses {
        let Duty::Notify(duty) = &clause.duty else { continue };
        let begins = counts.text.from_ms.map(Instant);
        let from = agreement.resolve_when(&clause.from);
        let before = begins.zip(from).is_some_and(|(b, f)| b < f);
        let until = clause.until.as_ref().and_then(|u| agreement.resolve_when(u));
        let after = begins.zip(until).is_some_and(|(b, u)| b >= u);
        if !is_bound(agreement, duty, giver) || !is_of(duty, act_of(&counts.text)) || before || after {
            continue;
        }
        let there = duty.zone.map_or(Truth::True, |zone| lies_in(map, zone, id, &counts.text));
        if there == Truth::False {
            continue;
        }
        let mut asked = stands(agreement, duty, notice, counts, now);
        asked.clause.clone_from(&clause.label);
        if from.is_none() {
            asked.undetermined("when the clause begins to bind");
        }
        if there == Truth::Undetermined {
            asked.undetermined("whether it is in the clause's zone");
        }
        out.push(asked);
    }
    out
}

impl Asked {
    fn undetermined(&mut self, missing: &str) {
        self.missing.push(missing.to_owned());
        self.state = DutyState::Undetermined;
    }
}

fn is_bound(agreement: &Agreement, duty: &Notify, giver: ActorIx) -> bool {
    let named = match &duty.bound.actors {
        Some(actors) => actors.contains(&giver),
        None => agreement.parties().any(|(a, _)| a == giver),
    };
    named && !duty.bound.except.contains(&giver)
}

fn is_of(duty: &Notify, act: &str) -> bool {
    duty.of.iter().any(|what| match what {
        What::Act { name, kinds } => same(name, act) || kinds.iter().any(|k| same(k, act)),
        What::Weapon { .. } => same("weapon", act),
    })
}

fn lies_in(map: Option<&Atlas>, zone: ZoneIx, id: &Ref, text: &NoticeText) -> Truth {
    let margins = Margins::default();
    let Some(atlas) = map else { return Truth::Undetermined };
    let Some(mut subject) = Subject::notice(&id.0, text, &margins) else { return Truth::Undetermined };
    if subject.pieces.is_empty() {
        return Truth::Undetermined;
    }
    subject.margin_m = 0.0;
    let found = Zones { atlas, zones: &[zone] }.meetings(&subject, &margins);
    match found.first().map(|m| m.answer) {
        None => Truth::False,
        Some(Answer::Conflict) => Truth::True,
        Some(_) => Truth::Undetermined,
    }
}

/// So long before a moment; as `findings::standing` counts it.
fn before(offset: Offset, moment: Instant, agreement: &Agreement) -> Option<Instant> {
    let back = match offset {
        Offset::None => Offset::None,
        Offset::Days(days) => Offset::Days(days.checked_neg()?),
        Offset::Ms(ms) => Offset::Ms(ms.checked_neg()?),
        Offset::WholeDays(days) => Offset::WholeDays(days.checked_neg()?),
        Offset::Months(months) => Offset::Months(months.checked_neg()?),
    };
    back.after(moment, &agreement.zone)
}

fn stands(agreement: &Agreement, duty: &Notify, notice: &Notice, counts: &Version, now: Instant) -> Asked {
    let begins = counts.text.from_ms.map(Instant);
    let latest = begins.and_then(|b| duty.lead.map_or(Some(b), |lead| before(lead, b, agreement)));
    let sent = sent_ms(notice);
    let states = stated_fields(&counts.text);
    let fields_lacking =
        duty.content.iter().filter(|f| !states.iter().any(|s| same(s, f))).cloned().collect();
    let mut out = Asked {
        clause: String::new(),
        state: DutyState::Timely,
        latest_ms: latest.map(|l| l.0),
        sent_ms: sent,
        fields_lacking,
        not_told: not_told(agreement, duty, notice, counts),
        broken_at: broken_at(duty, notice, counts),
        missing: Vec::new(),
        words: Vec::new(),
    };
    out.state = match (sent, latest) {
        (_, None) => {
            out.missing.push("when it begins".to_owned());
            DutyState::Undetermined
        }
        (None, Some(latest)) if now <= latest => DutyState::NotSent,
        (None, Some(_)) => DutyState::Missing,
        (Some(sent), Some(latest)) if sent > latest.0 => DutyState::Late,
        (Some(_), Some(latest)) => in_time(&out, latest, now),
    };
    tell(&mut out, duty, agreement);
    out
}

fn in_time(asked: &Asked, latest: Instant, now: Instant) -> DutyState {
    let lacks = !asked.fields_lacking.is_empty() || !asked.not_told.is_empty() || asked.broken_at.is_some();
    match (lacks, now <= latest) {
        (false, _) => DutyState::Timely,
        (true, true) => DutyState::UnderWay,
        (true, false) => DutyState::Defective,
    }
}

fn not_told(agreement: &Agreement, duty: &Notify, notice: &Notice, counts: &Version) -> Vec<String> {
    let first = told_first(notice, counts);
    let told: Vec<ActorIx> = rows(notice, counts)
        .filter(|r| r.sent_ms(first).is_some())
        .filter_map(|r| agreement.resolve_actor_word(&r.addressee.to))
        .collect();
    let untold = duty.to.iter().filter(|a| !told.contains(a));
    untold.filter_map(|a| agreement.actor(*a)).map(|a| a.code.clone()).collect()
}

fn broken_at(duty: &Notify, notice: &Notice, counts: &Version) -> Option<String> {
    let first = told_first(notice, counts);
    let wanted = if duty.read_back { Stage::ReadBack } else { Stage::Delivered };
    let came = |level: &&String| {
        let at: Vec<&Row> = rows(notice, counts).filter(|r| same(&r.addressee.level, level)).collect();
        let arrived = |r: &&Row| reached(r, first, wanted).or(reached(r, first, Stage::Objected)).is_some();
        !at.is_empty() && at.iter().all(arrived)
    };
    duty.levels.iter().find(|l| !came(l)).cloned()
}

fn tell(out: &mut Asked, duty: &Notify, agreement: &Agreement) {
    let show = |ms: i64| agreement.zone.show(Instant(ms));
    if let Some(latest) = out.latest_ms {
        out.words.push(format!("to be sent by {}", show(latest)));
    }
    out.words.push(out.sent_ms.map_or("not sent".to_owned(), |s| format!("sent at {}", show(s))));
    if !out.fields_lacking.is_empty() {
        out.words.push(format!("it does not state: {}", out.fields_lacking.join(", ")));
    }
    if !out.not_told.is_empty() {
        out.words.push(format!("not sent to: {}", out.not_told.join(", ")));
    }
    if let Some(level) = &out.broken_at {
        let how = if duty.read_back { "read back" } else { "delivered" };
        out.words
            .push(format!("not {how} at `{level}`, the first level of the chain where it is not on record"));
    }
}
