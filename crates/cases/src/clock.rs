//! Clocks: started by a fact, in a named zone, pausable by rule, with what happens when they run out. Days are civil
//! days: a clock of three days ends at the same time of day, whatever daylight saving does meanwhile.

use crate::act::{Act, By, ClockText, Length, Ref};
use crate::docket::{Docket, Done, done, found, written};
use crate::refusal::Refusal;
use base::{CivilZone, Instant};

/// A stretch in which a clock stood still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// From, milliseconds since 1970.
    pub from_ms: i64,
    /// Until; `None`: it still does.
    pub until_ms: Option<i64>,
    /// Why.
    pub why: String,
}

/// How a clock stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs; so many milliseconds are left.
    Running(i64),
    /// It stands still; so many milliseconds will be left when it goes on.
    Paused(i64),
    /// What it measured came about in time.
    Stopped,
    /// It has run out, so many milliseconds ago.
    Expired(i64),
}

impl State {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Running(_) => "running",
            State::Paused(_) => "paused",
            State::Stopped => "stopped",
            State::Expired(_) => "expired",
        }
    }
}

/// A clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Its reference.
    pub reference: Ref,
    /// The case.
    pub case: Ref,
    /// What was said when it was started.
    pub text: ClockText,
    /// Since when it runs, milliseconds since 1970.
    pub from_ms: i64,
    /// Who started it.
    pub by: By,
    /// When it stood still.
    pub pauses: Vec<Pause>,
    /// When it was stopped, milliseconds since 1970, and why.
    pub stopped: Option<(i64, String)>,
    zone: CivilZone,
}

impl Clock {
    /// When it runs out, milliseconds since 1970: what stands still now is counted until `now_ms`.
    #[must_use]
    pub fn due_ms(&self, now_ms: i64) -> i64 {
        let start = Instant(self.from_ms);
        let plain_ms = match self.text.length {
            Length::Hours(hours) => self.from_ms.saturating_add(i64::from(hours) * base::time::HOUR_MS),
            Length::Days(days) => self.zone.plus_days(start, i32::try_from(days).unwrap_or(i32::MAX)).0,
        };
        let stood = self.pauses.iter().map(|p| p.until_ms.unwrap_or(now_ms).max(p.from_ms) - p.from_ms);
        plain_ms.saturating_add(stood.sum())
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self, now_ms: i64) -> State {
        if let Some((stopped_ms, _)) = &self.stopped {
            let late_ms = stopped_ms - self.due_ms(*stopped_ms);
            return if late_ms > 0 {
                State::Expired(now_ms.saturating_sub(self.due_ms(*stopped_ms)))
            } else {
                State::Stopped
            };
        }
        let left_ms = self.due_ms(now_ms).saturating_sub(now_ms);
        match self.pauses.last() {
            _ if left_ms < 0 => State::Expired(-left_ms),
            Some(Pause { until_ms: None, .. }) => State::Paused(left_ms),
            _ => State::Running(left_ms),
        }
    }

    fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|p| p.until_ms.is_none())
    }

    fn hold(&mut self, at_ms: i64, why: &str) {
        self.pauses.push(Pause { from_ms: at_ms.max(self.from_ms), until_ms: None, why: why.to_owned() });
    }

    fn release(&mut self, at_ms: i64) {
        if let Some(pause) = self.pauses.last_mut().filter(|p| p.until_ms.is_none()) {
            pause.until_ms = Some(at_ms.max(pause.from_ms));
        }
    }
}

impl Docket {
    pub(crate) fn start(&mut self, act: &Act, case: &Ref, text: &ClockText) -> Result<Done, Refusal> {
        let held = self.case(case)?.suspended.is_some();
        self.not_recused(act, case)?;
        written(&text.purpose, "purpose")?;
        written(&text.started_by, "started_by")?;
        let zone = CivilZone::named(&text.zone).map_err(|e| Refusal::wrong("zone", e.to_string()))?;
        let length = match text.length {
            Length::Hours(n) | Length::Days(n) => n,
        };
        if length == 0 || length > 36_600 {
            return Err(Refusal::wrong("length", "1 to 36,600"));
        }
        let from_ms = text.from_ms.unwrap_or(act.at_ms);
        if from_ms > act.at_ms {
            return Err(Refusal::wrong("from_ms", "a clock is started by a fact, and that is still to come"));
        }
        let reference = self.number("CLK", act);
        let mut clock = Clock {
            reference: reference.clone(),
            case: case.clone(),
            text: text.clone(),
            from_ms,
            by: act.by.clone(),
            pauses: Vec::new(),
            stopped: None,
            zone,
        };
        if held && text.pauses {
            clock.hold(act.at_ms, "the case is suspended");
        }
        self.clocks.push(clock);
        self.note(act, case, &reference, None, &text.purpose);
        Ok(done(reference, Some(case.clone())))
    }

    /// The clock of that reference.
    pub fn clock(&self, reference: &Ref) -> Result<&Clock, Refusal> {
        found(&self.clocks, reference, |c| &c.reference)
    }

    pub(crate) fn pause(&mut self, act: &Act, clock: &Ref, why: &str) -> Result<Done, Refusal> {
        self.on_clock(act, clock, why, false, |c| c.hold(act.at_ms, why))
    }

    pub(crate) fn go_on(&mut self, act: &Act, clock: &Ref, why: &str) -> Result<Done, Refusal> {
        self.on_clock(act, clock, why, true, |c| c.release(act.at_ms))
    }

    fn on_clock(
        &mut self,
        act: &Act,
        clock: &Ref,
        why: &str,
        paused: bool,
        then: impl FnOnce(&mut Clock),
    ) -> Result<Done, Refusal> {
        let at = self.clock(clock)?;
        let state = at.state(act.at_ms);
        let fits = match state {
            State::Running(_) => !paused,
            State::Paused(_) => paused,
            State::Stopped | State::Expired(_) => false,
        };
        let case = at.case.clone();
        self.not_recused(act, &case)?;
        if !fits {
            return Err(Refusal::NotNow {
                what: clock.clone(),
                state: state.name().to_owned(),
                when: if paused { "paused" } else { "running" }.to_owned(),
            });
        }
        if let Some(at) = self.clocks.iter_mut().find(|c| c.reference == *clock) {
            then(at);
        }
        self.note(act, &case, clock, None, why);
        Ok(done(clock.clone(), Some(case)))
    }

    pub(crate) fn stop(&mut self, act: &Act, clock: &Ref, why: &str) -> Result<Done, Refusal> {
        let at = self.clock(clock)?;
        let case = at.case.clone();
        self.not_recused(act, &case)?;
        if at.stopped.is_some() {
            return Err(Refusal::NotNow {
                what: clock.clone(),
                state: "stopped".to_owned(),
                when: "not yet stopped".to_owned(),
            });
        }
        if let Some(at) = self.clocks.iter_mut().find(|c| c.reference == *clock) {
            at.release(act.at_ms);
            at.stopped = Some((act.at_ms, why.to_owned()));
        }
        self.note(act, &case, clock, None, why);
        Ok(done(clock.clone(), Some(case)))
    }

    /// A case's clocks that pause with it stand still, or go on.
    pub(crate) fn hold_clocks(&mut self, case: &Ref, at_ms: i64, hold: bool) {
        let of_case =
            self.clocks.iter_mut().filter(|c| c.case == *case && c.text.pauses && c.stopped.is_none());
        for clock in of_case {
            match (hold, clock.is_paused()) {
                (true, false) => clock.hold(at_ms, "the case is suspended"),
                (false, true) if clock.pauses.last().is_some_and(|p| p.why == "the case is suspended") => {
                    clock.release(at_ms);
                }
                _ => {}
            }
        }
    }
}
