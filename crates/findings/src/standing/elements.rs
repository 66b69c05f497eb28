//! The tests that meet an element of a trigger. Any one of them is enough. What is not on record is not therefore
//! untrue: only what is on record and falls short is *not met*.

use super::conditions::decision;
use super::context::{Context, Gate};
use super::guarantee::name_of;
use super::{Lack, Part, number};
use crate::bind::Known;
use crate::judge::side_of;
use crate::threshold::nearer;
use atlas::plan::LineIx;
use base::{Instant, Truth};
use evidence::draft::Assessment;
use evidence::records::DecisionOutcome;
use std::collections::BTreeSet;
use terms::agreement::{ActorIx, Element, ElementName, Test, What};

/// Kinds of fact that are fire.
const FIRE: [&str; 10] = [
    "explosion",
    "burst",
    "shot",
    "projectile",
    "muzzle flash",
    "airstrike",
    "drone strike",
    "artillery fire",
    "firefight",
    "violence",
];
/// Kinds of fact that are forces being somewhere.
const PRESENCE: [&str; 5] = ["weapon", "troops", "armour", "movement", "firefight"];

/// Who is asked about, and what is on record of them.
pub(super) struct Scene {
    beneficiary: ActorIx,
    attackers: Vec<ActorIx>,
    line: Option<LineIx>,
    /// Rows of fire and of presence since the clause binds, by anybody.
    fire: Vec<usize>,
    presence: Vec<usize>,
    casualties: Vec<usize>,
}

impl Scene {
    pub(super) fn of(
        context: &Context<'_>,
        gate: &Gate,
        beneficiary: ActorIx,
        attackers: &[ActorIx],
        line: Option<LineIx>,
    ) -> Scene {
        let batch = context.facts.observations;
        let since = |kinds: &[&str]| -> Vec<usize> {
            let rows = context.rows(|k| kinds.contains(&k)).into_iter();
            rows.filter(|r| {
                let start = batch.event(*r).start;
                start >= gate.from && start <= gate.as_of
            })
            .collect()
        };
        Scene {
            beneficiary,
            attackers: attackers.to_vec(),
            line,
            fire: since(&FIRE),
            presence: since(&PRESENCE),
            casualties: since(&["casualty"]),
        }
    }

    /// Whether the attackers acted; if the text names none: whether anybody but the beneficiary did.
    fn theirs(&self, context: &Context<'_>, row: usize) -> Truth {
        if self.attackers.is_empty() {
            return !context.acted(row, &[self.beneficiary]);
        }
        context.acted(row, &self.attackers)
    }
}

/// What one test comes to.
struct Told {
    truth: Truth,
    reason: String,
    lack: Option<Lack>,
}

impl Told {
    fn of(truth: Truth, reason: impl Into<String>) -> Told {
        Told { truth, reason: reason.into(), lack: None }
    }

    fn open(code: &'static str, words: impl Into<String>) -> Told {
        let words = words.into();
        Told { truth: Truth::Undetermined, reason: String::new(), lack: Some(Lack { code, words }) }
    }
}

pub(super) fn part(context: &Context<'_>, scene: &Scene, element: &Element) -> Part {
    let mut told: Vec<Told> = element.tests.iter().map(|t| test(context, scene, t)).collect();
    if told.is_empty() {
        told.push(by_name(context, scene, &element.name));
    }
    // A body's finding in the element's own word stands beside any test.
    if let Some((record, outcome)) = decision(context, element.name.word(), None) {
        let at = record.at.map_or_else(String::new, |i| context.show(i.start));
        match outcome {
            DecisionOutcome::Found => {
                told.push(Told::of(Truth::True, format!("found by decision {} at {at}", record.id)));
            }
            DecisionOutcome::Rejected if told.iter().all(|t| t.truth != Truth::True) => {
                told = vec![Told::of(Truth::False, format!("not found, by decision {} at {at}", record.id))];
            }
            _ => {}
        }
    }
    let truth = told.iter().fold(Truth::False, |all, t| all.or(t.truth));
    let reasons = told.iter().filter(|t| !t.reason.is_empty()).map(|t| t.reason.clone()).collect();
    let missing = if truth == Truth::Undetermined {
        told.into_iter().filter_map(|t| t.lack).collect()
    } else {
        Vec::new()
    };
    Part { name: name_of(context, element), truth, reasons, missing }
}

/// An element without tests of its own.
fn by_name(context: &Context<'_>, scene: &Scene, name: &ElementName) -> Told {
    match name {
        ElementName::Fire(_) => some(context, &scene.fire, |r| scene.theirs(context, r), "fire"),
        ElementName::ArmedAttack(_) => Told::open(
            "decision",
            "whether there was an armed attack is for a body to find, not for the record",
        ),
        ElementName::Across(line) => across(context, scene, *line),
        ElementName::Unprovoked => first_shot(context, scene),
        other => Told::open("test_not_said", format!("the text does not say what meets `{}`", other.word())),
    }
}

/// Whether any of the rows is so; nothing on record leaves it open.
fn some(context: &Context<'_>, rows: &[usize], mut is: impl FnMut(usize) -> Truth, what: &str) -> Told {
    let mut open = 0;
    for row in rows {
        match is(*row) {
            Truth::True => {
                let at = context.show(context.facts.observations.event(*row).start);
                return Told::of(Truth::True, format!("{what} on record, first at {at}"));
            }
            Truth::Undetermined => open += 1,
            Truth::False => {}
        }
    }
    if open > 0 {
        return Told::open("facts", format!("{open} observations leave it open whether there was {what}"));
    }
    Told::open("coverage", format!("no {what} is on record; that alone does not say that there was none"))
}

fn test(context: &Context<'_>, scene: &Scene, test: &Test) -> Told {
    match test {
        Test::Weapon { what, or_heavier } => weapon(context, scene, what, *or_heavier),
        Test::Casualties(least) => casualties(context, scene, *least),
        Test::DepthM(depth_m) => match scene.line {
            Some(line) => depth(context, scene, line, *depth_m),
            None => Told::open("line", "the text names no line from which the depth is measured"),
        },
        Test::Days { on, out_of } => days(context, scene, *on, *out_of),
        Test::FoundBy { what, body } => {
            let name = context.name(*body);
            match decision(context, what, Some(*body)) {
                Some((_, DecisionOutcome::Found)) => Told::of(Truth::True, format!("{name} found: {what}")),
                Some((_, DecisionOutcome::Rejected)) => {
                    Told::of(Truth::False, format!("{name} did not find: {what}"))
                }
                _ => Told::open("decision", format!("{name} has not decided: {what}")),
            }
        }
        Test::FirstShot => first_shot(context, scene),
        Test::Words(words) => match decision(context, words, None) {
            Some((record, DecisionOutcome::Found)) => {
                Told::of(Truth::True, format!("`{words}`: by decision {}", record.id))
            }
            Some((record, DecisionOutcome::Rejected)) => {
                Told::of(Truth::False, format!("not `{words}`: by decision {}", record.id))
            }
            _ => Told::open("person", format!("`{words}` has to be judged by a person")),
        },
    }
}

fn weapon(context: &Context<'_>, scene: &Scene, what: &What, or_heavier: bool) -> Told {
    let What::Weapon { class, .. } = what else {
        return some(
            context,
            &scene.fire,
            |r| context.is_of(r, what).and(scene.theirs(context, r)),
            "such fire",
        );
    };
    let batch = context.facts.observations;
    let is = |row: usize| {
        let heavier = match batch.weapon.get(row).map(|w| context.bindings.weapon(*w)) {
            Some(Known::Named(named)) => Truth::from(or_heavier && named.0 > class.0),
            _ => Truth::Undetermined,
        };
        context.is_of(row, what).or(heavier).and(scene.theirs(context, row))
    };
    let name = context.agreement().weapon(*class).map_or("", |w| w.name.as_str());
    let what = format!("fire of `{name}`{}", if or_heavier { " or heavier" } else { "" });
    // Fire without any weapon named leaves it open only where something was fired at all.
    let not = scene.fire.iter().all(|r| is(*r) == Truth::False) && !scene.fire.is_empty();
    if not {
        return Told::of(
            Truth::False,
            format!("all fire on record is of others, or of lighter weapons than {what}"),
        );
    }
    some(context, &scene.fire, is, &what)
}

fn casualties(context: &Context<'_>, scene: &Scene, least: f64) -> Told {
    let batch = context.facts.observations;
    let (mut low, mut high) = (0.0, 0.0);
    for row in &scene.casualties {
        let count = batch.count(*row).unwrap_or(base::Count::exactly(1));
        let whose = scene.theirs(context, *row);
        low += if whose == Truth::True { f64::from(count.min) } else { 0.0 };
        high += if whose == Truth::False { 0.0 } else { f64::from(count.max) };
    }
    let told =
        format!("{} to {} casualties on record, {} asked for", number(low), number(high), number(least));
    if low >= least {
        Told::of(Truth::True, told)
    } else if scene.casualties.is_empty() {
        Told::open("coverage", "no casualty is on record; that alone does not say that there was none")
    } else if high >= least {
        Told { lack: Some(Lack { code: "facts", words: told }), ..Told::of(Truth::Undetermined, "") }
    } else {
        Told::of(Truth::False, told)
    }
}

/// The side of the line on which the beneficiary belongs.
fn home_side(context: &Context<'_>, scene: &Scene, line: LineIx) -> i8 {
    let own = side_of(context.agreement(), line, scene.beneficiary);
    if own != 0 {
        return own;
    }
    let theirs = scene.attackers.iter().map(|a| side_of(context.agreement(), line, *a)).find(|s| *s != 0);
    theirs.map_or(0, |s| -s)
}

/// Whether a row lies on the beneficiary's side, at least so deep.
fn is_across(context: &Context<'_>, row: usize, line: LineIx, home: i8, depth_m: f64) -> Truth {
    let Some((distance_m, margin_m, side)) = context.stands_to(row, line) else {
        return Truth::Undetermined;
    };
    let over = match side {
        0 => Truth::Undetermined,
        s => Truth::from(s == home),
    };
    over.and(!nearer(distance_m, margin_m, depth_m))
}

/// Whether forces are there, or fire landed there.
fn reaches(context: &Context<'_>, row: usize) -> Truth {
    let batch = context.facts.observations;
    let kind = batch.word_at(&batch.kind, row);
    if PRESENCE.contains(&kind) || matches!(kind, "airstrike" | "drone strike") {
        return Truth::True;
    }
    match batch.assessment_at(row) {
        Assessment::Impact | Assessment::Airburst => Truth::True,
        Assessment::Outgoing => Truth::False,
        Assessment::Undetermined => Truth::Undetermined,
    }
}

fn across(context: &Context<'_>, scene: &Scene, line: LineIx) -> Told {
    reaching(context, scene, line, 0.0, "fire or forces across the line")
}

fn depth(context: &Context<'_>, scene: &Scene, line: LineIx, depth_m: f64) -> Told {
    let what = format!("fire or forces {} km across the line", number(depth_m / 1_000.0));
    reaching(context, scene, line, depth_m, &what)
}

fn reaching(context: &Context<'_>, scene: &Scene, line: LineIx, depth_m: f64, what: &str) -> Told {
    let home = home_side(context, scene, line);
    if home == 0 {
        return Told::open("sides", "the text does not say which side of the line is whose");
    }
    let mut rows: Vec<usize> = scene.fire.iter().chain(&scene.presence).copied().collect();
    rows.sort_unstable();
    rows.dedup();
    let is = |row: usize| {
        let whose = scene.theirs(context, row).and(reaches(context, row));
        if whose == Truth::False { whose } else { whose.and(is_across(context, row, line, home, depth_m)) }
    };
    let known: Vec<Truth> = rows.iter().map(|r| is(*r)).collect();
    if !known.is_empty() && known.iter().all(|t| *t == Truth::False) {
        return Told::of(Truth::False, format!("nothing on record is {what}"));
    }
    let mut next = known.into_iter();
    some(context, &rows, |_| next.next().unwrap_or(Truth::Undetermined), what)
}

fn days(context: &Context<'_>, scene: &Scene, on: u32, out_of: u32) -> Told {
    let batch = context.facts.observations;
    let day = |row: &usize| {
        let (year, month, day) = context.zone().date_of(batch.event(*row).start);
        // The date as a day in UTC: days of the calendar, one after another.
        base::CivilZone::utc().day(year, month, day).map_or(0, |i| i.start.0.div_euclid(base::time::DAY_MS))
    };
    let of = |least: Truth| -> BTreeSet<i64> {
        scene.fire.iter().filter(|r| scene.theirs(context, **r) >= least).map(day).collect()
    };
    let most = |days: &BTreeSet<i64>| {
        days.iter().map(|d| days.range(*d..d.saturating_add(i64::from(out_of))).count()).max().unwrap_or(0)
    };
    let wanted = usize::try_from(on).unwrap_or(usize::MAX);
    let (sure, possible) = (most(&of(Truth::True)), most(&of(Truth::Undetermined)));
    let told = format!("fire on {sure} days out of {out_of}, {on} asked for");
    if sure >= wanted {
        Told::of(Truth::True, told)
    } else if possible >= wanted {
        Told::open("actor", format!("{told}; on {possible} if fire by nobody named is counted"))
    } else if scene.fire.is_empty() {
        Told::open("coverage", "no fire is on record; that alone does not say that there was none")
    } else {
        Told::of(Truth::False, told)
    }
}

/// Whether nobody of the other side fired before: by the intervals of the events.
fn first_shot(context: &Context<'_>, scene: &Scene) -> Told {
    let batch = context.facts.observations;
    let earliest = |of: &dyn Fn(usize) -> Truth, least: Truth| -> Option<(Instant, Instant)> {
        let events = scene.fire.iter().filter(|r| of(**r) >= least).map(|r| batch.event(*r));
        events.map(|e| (e.start, e.end)).min()
    };
    let theirs = |row: usize| scene.theirs(context, row);
    let ours = |row: usize| context.acted(row, &[scene.beneficiary]);
    let Some((their_start, their_end)) = earliest(&theirs, Truth::True) else {
        return Told::open("facts", "no fire by those it is about is on record");
    };
    let ours_sure = earliest(&ours, Truth::True);
    let anybody = earliest(&ours, Truth::Undetermined);
    if let Some((start, end)) = ours_sure
        && (end < their_start || (end == their_start && start < end))
    {
        return Told::of(Truth::False, format!("the other side fired before, at {}", context.show(start)));
    }
    let before = |other: Option<(Instant, Instant)>| {
        other.is_none_or(|(start, _)| their_end < start || (their_end == start && their_start < their_end))
    };
    if before(anybody) {
        return Told::of(
            Truth::True,
            format!("the first shot on record is theirs, at {}", context.show(their_start)),
        );
    }
    if before(ours_sure) {
        return Told::open("actor", "who fired first is not stated");
    }
    Told::open("order", "the times overlap: who fired first cannot be told")
}
