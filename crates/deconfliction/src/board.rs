//! The board: what people's acts come to. A pure function of the acts, in the order of the journal.

use crate::act::{Act, By, Deed, Done, Ref};
use crate::hotline::Call;
use crate::limits::{NAME_BYTES_MAX, TEXT_BYTES_MAX};
use crate::notice::Notice;
use crate::register::Entry;
use crate::shape::{moment, name, short, words};
use crate::window::Window;
use base::act::Taken;
use base::{CivilZone, Instant, Refusal, Role, Takes};
use std::collections::BTreeMap;

/// One line of an object's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: By,
    /// What was done.
    pub deed: &'static str,
    /// In their words.
    pub words: String,
}

/// What was done about an object, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(pub Vec<Line>);

impl History {
    /// How often something was done.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.0.len() as u64
    }

    pub(crate) fn note(&mut self, act: &Act, words: &str) {
        let deed = act.deed.name();
        self.0.push(Line { at_ms: act.at_ms, by: act.by.clone(), deed, words: words.to_owned() });
    }

    /// Refuses an act of somebody who saw another revision than this.
    fn seen(&self, what: &Ref, seen: Option<u64>) -> Result<(), Refusal> {
        let Some(seen) = seen.filter(|s| *s != self.revision()) else { return Ok(()) };
        let since = self.0.iter().skip(usize::try_from(seen).unwrap_or(usize::MAX));
        let since: Vec<String> = since.map(|l| format!("{} by {}", l.deed, l.by.person)).collect();
        let none = "that revision is not of this object".to_owned();
        let since = if since.is_empty() { none } else { since.join(", ") };
        Err(Refusal::Changed { case: what.clone(), is: self.revision(), seen, since })
    }
}

/// The board.
#[derive(Clone, Debug)]
pub struct Board {
    /// The mission's civil zone: references carry its years.
    pub zone: CivilZone,
    /// Notices by reference.
    pub notices: BTreeMap<Ref, Notice>,
    /// Windows of silence by reference.
    pub windows: BTreeMap<Ref, Window>,
    /// The protected register by reference.
    pub register: BTreeMap<Ref, Entry>,
    /// The hotline's real calls by reference.
    pub calls: BTreeMap<Ref, Call>,
    /// Calls of drills. Nothing that is told of the hotline reads them.
    pub drills: BTreeMap<Ref, Call>,
    /// Acts of the journal that these rules do not take, with the reason.
    pub refused: Vec<(Act, Refusal)>,
    numbers: BTreeMap<String, u32>,
    taken: Taken<Deed>,
}

/// Whether somebody is of the mission's staff; everybody else acts for whom they are of.
pub(crate) fn is_staff(by: &By) -> bool {
    by.role.is_staff()
}

/// Whether somebody acts for `actor`, or is the mission's staff, who write down for others.
pub(crate) fn acts_for(by: &By, actor: &str) -> bool {
    is_staff(by) || (matches!(by.role, Role::Liaison | Role::Planner) && !by.of.is_empty() && by.of == actor)
}

impl Board {
    /// Nothing has been done yet.
    #[must_use]
    pub fn new(zone: CivilZone) -> Board {
        Board {
            zone,
            notices: BTreeMap::new(),
            windows: BTreeMap::new(),
            register: BTreeMap::new(),
            calls: BTreeMap::new(),
            drills: BTreeMap::new(),
            refused: Vec::new(),
            numbers: BTreeMap::new(),
            taken: Taken::default(),
        }
    }

    /// How many acts were taken.
    #[must_use]
    pub fn acts(&self) -> usize {
        self.taken.len()
    }

    fn reference(&mut self, prefix: &str, at_ms: i64) -> Ref {
        let (year, ..) = self.zone.date_of(Instant(at_ms));
        let of_year = format!("{prefix}-{year:04}");
        let number = self.numbers.entry(of_year.clone()).or_insert(0);
        *number = number.saturating_add(1);
        Ref(format!("{of_year}-{number:04}"))
    }

    fn act_on(&mut self, act: &Act) -> Result<Done, Refusal> {
        match &act.deed {
            Deed::Draft { text } => {
                let notice = Notice::drafted(act, text)?;
                self.fits_its_window(text.under.as_ref())?;
                let made = self.reference("NTC", act.at_ms);
                self.notices.insert(made.clone(), notice);
                Ok(Done::on(made))
            }
            Deed::Request { text } => {
                let window = Window::requested(act, text)?;
                let made = self.reference("WIN", act.at_ms);
                self.windows.insert(made.clone(), window);
                Ok(Done::on(made))
            }
            Deed::Enter { text } => {
                let entry = Entry::entered(act, text)?;
                let made = self.reference("PRT", act.at_ms);
                self.register.insert(made.clone(), entry);
                Ok(Done::on(made))
            }
            Deed::Log { call } | Deed::Missed { call } => {
                let logged = Call::logged(act, call)?;
                let made = self.reference(if call.drill { "DRILL" } else { "HTL" }, act.at_ms);
                let calls = if call.drill { &mut self.drills } else { &mut self.calls };
                calls.insert(made.clone(), logged);
                Ok(Done::on(made))
            }
            deed => match deed.object() {
                Some(object) => self.change(act, &object.clone()),
                None => Err(Refusal::NoSuch(Ref::default())),
            },
        }
    }

    fn fits_its_window(&self, under: Option<&Ref>) -> Result<(), Refusal> {
        match under.filter(|w| !self.windows.contains_key(w)) {
            Some(unknown) => Err(Refusal::NoSuch(unknown.clone())),
            None => Ok(()),
        }
    }

    /// Does something to an object; nothing has changed if it is refused.
    fn change(&mut self, act: &Act, object: &Ref) -> Result<Done, Refusal> {
        if let Deed::Amend { text, .. } = &act.deed {
            self.fits_its_window(text.under.as_ref())?;
        }
        match &act.deed {
            Deed::Amend { .. }
            | Deed::Release { .. }
            | Deed::Sent { .. }
            | Deed::Delivered { .. }
            | Deed::ReadBack { .. }
            | Deed::Object { .. }
            | Deed::Channel { .. }
            | Deed::Withdraw { .. } => on(&mut self.notices, act, object, |n| &n.history, Notice::take),
            Deed::Relay { .. } | Deed::Repeat { .. } | Deed::Close { .. } => {
                let calls = if self.drills.contains_key(object) { &mut self.drills } else { &mut self.calls };
                on(calls, act, object, |c| &c.history, Call::take)
            }
            Deed::LookUp { .. }
            | Deed::Second { .. }
            | Deed::Correct { .. }
            | Deed::Renew { .. }
            | Deed::Disclose { .. }
            | Deed::Remove { .. } => on(&mut self.register, act, object, |e| &e.history, Entry::take),
            _ => on(&mut self.windows, act, object, |w| &w.history, Window::take),
        }
    }
}

fn on<T: Clone>(
    all: &mut BTreeMap<Ref, T>,
    act: &Act,
    object: &Ref,
    history: impl Fn(&T) -> &History,
    take: impl Fn(&mut T, &Act, &Ref) -> Result<(), Refusal>,
) -> Result<Done, Refusal> {
    let Some(thing) = all.get_mut(object) else { return Err(Refusal::NoSuch(object.clone())) };
    // On a copy: an act is taken whole or not at all.
    let mut changed = thing.clone();
    history(&changed).seen(object, act.seen)?;
    take(&mut changed, act, object)?;
    *thing = changed;
    Ok(Done::on(object.clone()))
}

fn sound(act: &Act) -> Result<(), Refusal> {
    name("key", &act.key)?;
    name("person", &act.by.person)?;
    short("of", &act.by.of, NAME_BYTES_MAX)?;
    moment("at_ms", act.at_ms)?;
    for (field, text) in act.deed.words() {
        words(field, text)?;
        short(field, text, TEXT_BYTES_MAX)?;
    }
    if act.by.role.held_of().is_some() && act.by.of.is_empty() {
        return Err(Refusal::wrong("of", "say of which party, organisation or body the role is held"));
    }
    Ok(())
}

impl Takes for Board {
    type Deed = Deed;

    fn take(&mut self, act: &Act) -> Result<Done, Refusal> {
        if let Some(done) = self.taken.before(act)? {
            return Ok(done);
        }
        sound(act)?;
        let roles = crate::rules::may(act.deed.name());
        if !roles.contains(&act.by.role) {
            let names: Vec<&str> = roles.iter().map(|r| r.name()).collect();
            return Err(Refusal::not_yours(names.join(" or "), &act.by));
        }
        let done = self.act_on(act)?;
        self.taken.note(act, &done);
        Ok(done)
    }

    fn take_recorded(&mut self, act: &Act) {
        if let Err(why) = self.take(act) {
            self.refused.push((act.clone(), why));
        }
    }
}
