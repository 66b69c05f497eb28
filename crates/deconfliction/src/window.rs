//! A window of silence: a truce bound to a place and hours, mostly so that a crew can work. Each party promises for
//! itself; a promise that has expired counts for nothing, and a window without every party's promise is not open.

mod silence;

pub use silence::{Breaks, Gap, Silence, breaks, verified};

use crate::act::{Act, By, Deed, Ref, WindowText};
use crate::board::{History, acts_for, is_staff};
use crate::limits::{CITES_MAX, MEMBERS_MAX, NAME_BYTES_MAX, PROMISE_MS_MAX};
use crate::notice::not_now;
use crate::shape::{Ground, few, moment, name, short, words};
use crate::words::{Outcome, PromiseState, WindowState, Work};
use base::{Instant, Interval, Refusal, Truth};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of fact that a window is to be without where it does not say: weapons' effects.
pub const WITHOUT: [&str; 10] = [
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

/// What happened to a party's promise.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// It was asked.
    Asked,
    /// It promised, until a moment, in its words.
    Given {
        /// Until when, milliseconds since 1970.
        until_ms: i64,
        /// Its words.
        text: String,
    },
    /// It does not promise, and why.
    Refused(String),
    /// It took its promise back, and why.
    TakenBack(String),
}

/// One line of a party's promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Saying {
    /// When it was noted, milliseconds since 1970.
    pub at_ms: i64,
    /// By whom.
    pub by: By,
    /// What.
    pub said: Said,
}

/// Hours as all state them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// What lies in the hours by every reading; `None`: no such moment, or no end is stated.
    pub core: Option<Interval>,
    /// What lies in them by any reading; `None`: no end is stated.
    pub hull: Option<Interval>,
    /// Begin, by the earliest reading.
    pub from: Instant,
    /// Whether all readings are the same moments.
    pub agree: bool,
}

/// How it was looked back on.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// How it turned out.
    pub outcome: Outcome,
    /// On what that rests.
    pub cites: Vec<String>,
    /// Why.
    pub why: String,
    /// By whom.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// A window.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// What it is to be.
    pub text: WindowText,
    /// Its hours.
    pub times: Times,
    /// For whom it is asked; empty: the mission.
    pub asked_for: String,
    /// Each party's promise; every party of the text is there.
    pub promises: BTreeMap<String, Vec<Saying>>,
    /// Monitors in place.
    pub posts: BTreeSet<String>,
    /// When it was opened, milliseconds since 1970.
    pub opened_ms: Option<i64>,
    /// Whether the watch has put it off.
    pub is_suspended: bool,
    /// What broke it; empty: nothing on record.
    pub broken_by: Vec<String>,
    /// What became of the work, and when that was said, milliseconds since 1970.
    pub completed: Option<(Work, i64)>,
    /// How it was looked back on; the last counts.
    pub evaluations: Vec<Evaluation>,
    /// When it was called off, milliseconds since 1970.
    pub called_off_ms: Option<i64>,
    /// What was done.
    pub history: History,
}

/// How long those on the ground can rely on what was promised, and on nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// The first moment at which it no longer stands, milliseconds since 1970.
    pub until_ms: i64,
    /// Time left, milliseconds.
    pub left_ms: i64,
    /// What ends first: `the hours`, or a party's promise; several that end at the same moment.
    pub ends_by: Vec<String>,
}

impl Window {
    pub(crate) fn requested(act: &Act, text: &WindowText) -> Result<Window, Refusal> {
        let mut text = text.clone();
        words("purpose", &text.purpose)?;
        text.ground.check()?;
        few("hours", text.hours.len(), MEMBERS_MAX)?;
        names("parties", &text.parties)?;
        names("monitors", &text.monitors)?;
        names("without", &text.without)?;
        short("asked_for", &text.asked_for, NAME_BYTES_MAX)?;
        if text.parties.is_empty() {
            return Err(Refusal::wrong("parties", "name every party whose promise is needed"));
        }
        if !is_staff(&act.by) {
            if !text.asked_for.is_empty() && text.asked_for != act.by.of {
                return Err(Refusal::not_yours(text.asked_for.clone(), &act.by));
            }
            text.asked_for = act.by.of.clone();
        }
        for hours in &text.hours {
            short("hours", &hours.by, NAME_BYTES_MAX)?;
        }
        let times = times(&text)?;
        if times.hull.is_some_and(|h| h.end.0 <= act.at_ms) {
            return Err(Refusal::wrong("hours", "they are over already"));
        }
        let promises = text.parties.iter().map(|p| (p.clone(), Vec::new())).collect();
        let mut history = History::default();
        history.note(act, &text.purpose);
        Ok(Window {
            asked_for: text.asked_for.clone(),
            text,
            times,
            promises,
            posts: BTreeSet::new(),
            opened_ms: None,
            is_suspended: false,
            broken_by: Vec::new(),
            completed: None,
            evaluations: Vec::new(),
            called_off_ms: None,
            history,
        })
    }

    /// How a party's promise stands at `now`.
    #[must_use]
    pub fn promise(&self, party: &str, now: Instant) -> PromiseState {
        match self.promises.get(party).and_then(|p| p.last()).map(|s| &s.said) {
            None => PromiseState::NotAsked,
            Some(Said::Asked) => PromiseState::Asked,
            Some(Said::Given { until_ms, .. }) if *until_ms <= now.0 => PromiseState::Expired,
            Some(Said::Given { .. }) => PromiseState::Given,
            Some(Said::Refused(_)) => PromiseState::Refused,
            Some(Said::TakenBack(_)) => PromiseState::TakenBack,
        }
    }

    /// Whether every party's promise stands at `now`.
    #[must_use]
    pub fn is_promised(&self, now: Instant) -> bool {
        self.promises.keys().all(|party| self.promise(party, now) == PromiseState::Given)
    }

    /// How far it is at `now`.
    #[must_use]
    pub fn state(&self, now: Instant) -> WindowState {
        if self.called_off_ms.is_some() {
            return WindowState::Called;
        }
        if !self.evaluations.is_empty() {
            return WindowState::Evaluated;
        }
        if self.completed.is_some() {
            return WindowState::Completed;
        }
        if !self.broken_by.is_empty() {
            return WindowState::Broken;
        }
        let over = |i: Option<Interval>| i.is_some_and(|i| i.end <= now);
        if self.opened_ms.is_some() {
            return match () {
                () if over(self.times.core) => WindowState::Closing,
                () if self.is_suspended => WindowState::Suspended,
                () if self.is_promised(now) => WindowState::Open,
                () => WindowState::Lapsed,
            };
        }
        match () {
            () if over(self.times.hull) => WindowState::Closing,
            () if self.is_promised(now) => WindowState::Promised,
            () if self.promises.values().all(Vec::is_empty) => WindowState::Requested,
            () => WindowState::Pending,
        }
    }

    /// Whether notices are held against it at `now`: asked for, and neither over nor called off.
    #[must_use]
    pub fn is_active(&self, now: Instant) -> bool {
        use WindowState::{Broken, Lapsed, Open, Pending, Promised, Requested, Suspended};
        let alive =
            matches!(self.state(now), Requested | Pending | Promised | Open | Suspended | Lapsed | Broken);
        alive && self.times.hull.is_none_or(|h| h.end > now)
    }

    /// How long it stands; `None`: it is not open.
    #[must_use]
    pub fn countdown(&self, now: Instant) -> Option<Countdown> {
        if self.state(now) != WindowState::Open {
            return None;
        }
        let hours = (self.times.core?.end.0, "the hours".to_owned());
        let promises = self.promises.iter().filter_map(|(party, said)| match said.last().map(|s| &s.said) {
            Some(Said::Given { until_ms, .. }) => Some((*until_ms, format!("the promise of {party}"))),
            _ => None,
        });
        let all: Vec<(i64, String)> = promises.chain([hours]).collect();
        let until_ms = all.iter().map(|(until, _)| *until).min()?;
        let ends_by = all.into_iter().filter(|(until, _)| *until == until_ms).map(|(_, by)| by).collect();
        Some(Countdown { until_ms, left_ms: until_ms.saturating_sub(now.0), ends_by })
    }

    /// What keeps it from being open, one line each.
    #[must_use]
    pub fn lacks(&self, now: Instant) -> Vec<String> {
        let mut out = Vec::new();
        if self.text.ground == Ground::Undetermined {
            out.push("where it is".to_owned());
        }
        if self.times.hull.is_none() {
            out.push("when it ends".to_owned());
        }
        if !self.times.agree {
            out.push("the same hours from all: they are stated differently in different zones".to_owned());
        }
        for party in self.promises.keys() {
            let state = self.promise(party, now);
            if state != PromiseState::Given {
                out.push(format!("the promise of {party}: {state}"));
            }
        }
        for monitor in self.text.monitors.iter().filter(|m| !self.posts.contains(*m)) {
            out.push(format!("`{monitor}` in place"));
        }
        out
    }

    /// Kinds of fact that it is to be without.
    #[must_use]
    pub fn without(&self) -> Vec<String> {
        if self.text.without.is_empty() {
            return WITHOUT.iter().map(|k| (*k).to_owned()).collect();
        }
        self.text.without.clone()
    }

    /// How it turned out: in people's judgement, else broken if it is on record that it was. `None`: not yet said.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let broken = (!self.broken_by.is_empty()).then_some(Outcome::Broken);
        self.evaluations.last().map(|e| e.outcome).or(broken)
    }

    pub(crate) fn take(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        self.is_known_to(&act.by, own)?;
        if self.called_off_ms.is_some() {
            return Err(not_now(own, WindowState::Called.word(), "not called off; ask for it anew"));
        }
        match &act.deed {
            Deed::Ask { party, .. } => self.say(act, own, party, Said::Asked)?,
            Deed::Promise { party, until_ms, text, .. } => {
                self.promised(act, own, party, *until_ms, text)?;
            }
            Deed::Refuse { party, why, .. } => self.say(act, own, party, Said::Refused(why.clone()))?,
            Deed::TakeBack { party, why, .. } => self.say(act, own, party, Said::TakenBack(why.clone()))?,
            Deed::Post { post, .. } => self.post(post)?,
            Deed::Open { .. } => self.open(act, own)?,
            Deed::Suspend { .. } => self.suspend(act, own)?,
            Deed::Resume { .. } => self.resume(act, own)?,
            Deed::Break { observations, .. } => self.broken(act, own, observations)?,
            Deed::Complete { work, .. } => self.complete(act, own, *work)?,
            Deed::Evaluate { outcome, cites, why, .. } => self.evaluate(act, own, *outcome, cites, why)?,
            Deed::CallOff { .. } => self.call_off(act, own)?,
            _ => return Err(Refusal::NoSuch(own.clone())),
        }
        let words = act.deed.words().first().map_or("", |(_, w)| w).to_owned();
        self.history.note(act, &words);
        Ok(())
    }

    fn is_known_to(&self, by: &By, own: &Ref) -> Result<(), Refusal> {
        if is_staff(by) || by.of == self.asked_for || self.is_asked(&by.of) {
            return Ok(());
        }
        Err(Refusal::NoSuch(own.clone()))
    }

    /// Whether a party has been asked: from then on it knows of the window.
    #[must_use]
    pub fn is_asked(&self, party: &str) -> bool {
        self.promises.get(party).is_some_and(|p| !p.is_empty())
    }

    fn say(&mut self, act: &Act, own: &Ref, party: &str, said: Said) -> Result<(), Refusal> {
        if self.completed.is_some() || !self.evaluations.is_empty() {
            return Err(not_now(own, WindowState::Completed.word(), "not closed"));
        }
        if said != Said::Asked && !acts_for(&act.by, party) {
            return Err(Refusal::not_yours(format!("{party} or the watch"), &act.by));
        }
        let stands = self.promise(party, Instant(act.at_ms)) == PromiseState::Given;
        if said == Said::Asked && stands {
            return Err(not_now(own, "promised by that party", "not promised"));
        }
        if matches!(said, Said::TakenBack(_)) && !stands {
            return Err(not_now(own, "not promised by that party", "promised"));
        }
        let missing = || Refusal::wrong("party", format!("`{party}` is not a party of this window"));
        let sayings = self.promises.get_mut(party).ok_or_else(missing)?;
        if sayings.len() >= CITES_MAX {
            return Err(Refusal::wrong("party", "too much was said of this promise; ask for a new window"));
        }
        sayings.push(Saying { at_ms: act.at_ms, by: act.by.clone(), said });
        Ok(())
    }

    fn promised(
        &mut self,
        act: &Act,
        own: &Ref,
        party: &str,
        until_ms: i64,
        text: &str,
    ) -> Result<(), Refusal> {
        moment("until_ms", until_ms)?;
        if until_ms <= act.at_ms || until_ms - act.at_ms > PROMISE_MS_MAX {
            let says = "a promise stands until a moment to come, at most 366 days away";
            return Err(Refusal::wrong("until_ms", says));
        }
        self.say(act, own, party, Said::Given { until_ms, text: text.to_owned() })
    }

    fn post(&mut self, post: &str) -> Result<(), Refusal> {
        name("post", post)?;
        if self.posts.len() >= MEMBERS_MAX {
            return Err(Refusal::wrong("post", format!("more than {MEMBERS_MAX} posts")));
        }
        self.posts.insert(post.to_owned());
        Ok(())
    }

    fn open(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        let now = Instant(act.at_ms);
        let state = self.state(now);
        let lacks = self.lacks(now).into_iter().filter(|l| !l.starts_with("the same hours"));
        let lacks: Vec<String> = lacks.collect();
        if state != WindowState::Promised || !lacks.is_empty() {
            let lacking =
                if lacks.is_empty() { String::new() } else { format!("; lacking: {}", lacks.join(", ")) };
            return Err(not_now(own, &format!("{state}{lacking}"), "promised by every party and observed"));
        }
        if !self.times.core.is_some_and(|core| core.holds(now)) {
            return Err(not_now(own, "outside its hours as all state them", "within them"));
        }
        self.opened_ms = Some(act.at_ms);
        Ok(())
    }

    fn suspend(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        match self.state(Instant(act.at_ms)) {
            WindowState::Open | WindowState::Lapsed => {
                self.is_suspended = true;
                Ok(())
            }
            state => Err(not_now(own, state.word(), "open")),
        }
    }

    fn resume(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        let now = Instant(act.at_ms);
        if self.state(now) != WindowState::Suspended || !self.is_promised(now) {
            let state = format!("{}; lacking: {}", self.state(now), self.lacks(now).join(", "));
            return Err(not_now(own, &state, "suspended, and every party's promise stands"));
        }
        self.is_suspended = false;
        Ok(())
    }

    fn broken(&mut self, act: &Act, own: &Ref, observations: &[String]) -> Result<(), Refusal> {
        few("observations", observations.len(), CITES_MAX)?;
        if observations.is_empty() {
            return Err(Refusal::wrong(
                "observations",
                "name what was observed; what is only said breaks nothing",
            ));
        }
        for id in observations {
            name("observations", id)?;
        }
        if self.opened_ms.is_none() {
            return Err(not_now(own, self.state(Instant(act.at_ms)).word(), "or was open"));
        }
        let all: BTreeSet<String> = self.broken_by.iter().chain(observations).cloned().collect();
        few("observations", all.len(), CITES_MAX)?;
        self.broken_by = all.into_iter().collect();
        Ok(())
    }

    fn complete(&mut self, act: &Act, own: &Ref, work: Work) -> Result<(), Refusal> {
        if self.opened_ms.is_none() || self.completed.is_some() {
            return Err(not_now(
                own,
                self.state(Instant(act.at_ms)).word(),
                "or was open, and not completed",
            ));
        }
        self.completed = Some((work, act.at_ms));
        Ok(())
    }

    fn evaluate(
        &mut self,
        act: &Act,
        own: &Ref,
        outcome: Outcome,
        cites: &[String],
        why: &str,
    ) -> Result<(), Refusal> {
        few("cites", cites.len(), CITES_MAX)?;
        few("evaluations", self.evaluations.len().saturating_add(1), CITES_MAX)?;
        for cite in cites {
            name("cites", cite)?;
        }
        let now = Instant(act.at_ms);
        let begun = self.times.from <= now;
        if !begun {
            return Err(not_now(own, self.state(now).word(), "begun or over"));
        }
        if outcome == Outcome::Held && !self.broken_by.is_empty() {
            let says = "it is on record that it was broken; say `broken` or `disputed`, and why";
            return Err(Refusal::wrong("outcome", says));
        }
        self.evaluations.push(Evaluation {
            outcome,
            cites: cites.to_vec(),
            why: why.to_owned(),
            by: act.by.clone(),
            at_ms: act.at_ms,
        });
        Ok(())
    }

    fn call_off(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        if !acts_for(&act.by, &self.asked_for) {
            return Err(Refusal::not_yours("who asked for it or the watch", &act.by));
        }
        if self.completed.is_some() || !self.evaluations.is_empty() {
            return Err(not_now(own, self.state(Instant(act.at_ms)).word(), "not closed"));
        }
        self.called_off_ms = Some(act.at_ms);
        Ok(())
    }

    /// Whether `moment` lies in its hours: undetermined where they are stated differently, or their end is not.
    #[must_use]
    pub fn in_hours(&self, event: Interval) -> Truth {
        if self.times.core.is_some_and(|c| c.covers(event)) {
            return Truth::True;
        }
        let may = match self.times.hull {
            Some(hull) => hull.meets(event),
            None => event.end >= self.times.from,
        };
        if may { Truth::Undetermined } else { Truth::False }
    }
}

fn names(field: &'static str, all: &[String]) -> Result<(), Refusal> {
    few(field, all.len(), MEMBERS_MAX)?;
    for text in all {
        name(field, text)?;
    }
    if all.iter().collect::<BTreeSet<_>>().len() < all.len() {
        return Err(Refusal::wrong(field, "one stands there twice"));
    }
    Ok(())
}

/// A reading without an end takes the end of one that has it; there is none where nobody states one.
fn times(text: &WindowText) -> Result<Times, Refusal> {
    let readings = text.hours.iter().map(crate::shape::Hours::resolve).collect::<Result<Vec<_>, _>>()?;
    let starts: Vec<Instant> = readings.iter().map(|(from, _)| *from).collect();
    let ends: Vec<Instant> = readings.iter().filter_map(|(_, until)| *until).collect();
    let (Some(first), Some(last)) = (starts.iter().min(), starts.iter().max()) else {
        return Err(Refusal::wrong("hours", "say when, with the zone of the time"));
    };
    let (end_first, end_last) = (ends.iter().min(), ends.iter().max());
    let hull = end_last.filter(|e| *e > first).map(|end| Interval { start: *first, end: *end });
    let core = end_first.filter(|e| *e > last).map(|end| Interval { start: *last, end: *end });
    let agree = first == last && end_first == end_last;
    Ok(Times { core, hull, from: *first, agree })
}
