//! The protected register: objects by category, told to each recipient as coarsely or exactly as was disclosed to it.
//! An entry expires and can be removed, and neither says anything about the object: what may not be attacked is
//! protected by law, not by a list.

mod near;

pub use near::{NearEntry, near_entries};

use crate::act::{Act, By, Deed, EntryText, Looked, Ref, Site};
use crate::board::{History, acts_for, is_staff};
use crate::limits::{DOUBT_M_MAX, ENTRY_MS_MAX, EXTENT_M_MAX, MEMBERS_MAX, NAME_BYTES_MAX};
use crate::notice::not_now;
use crate::shape::{Ground, few, moment, name, position, short};
use crate::words::{Disclosure, EntryState};
use atlas::geodesy::geodesic_m;
use base::{Instant, Refusal};
use std::collections::BTreeMap;

/// How far the coordinates of an entry may lie from those of the gazetteer, its doubt aside, metres.
pub const DIFFERS_M: f64 = 500.0;

/// What looking it up gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// What the gazetteer says.
    pub looked: Looked,
    /// Distance between the entry's site and the gazetteer's, metres; `None`: one of them has none.
    pub distance_m: Option<f64>,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: By,
}

impl Lookup {
    /// Whether the two places fit.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.distance_m.is_some_and(|d| d <= DIFFERS_M + self.looked.doubt_m)
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What is entered.
    pub text: EntryText,
    /// Who entered or last corrected its site.
    pub by: By,
    /// What the gazetteer said of its site as it stands.
    pub lookup: Option<Lookup>,
    /// The second person, when and why.
    pub second: Option<(By, i64, String)>,
    /// Until when it stands, milliseconds since 1970.
    pub expires_ms: i64,
    /// What each recipient has been told.
    pub disclosed: BTreeMap<String, Disclosure>,
    /// When and why it was taken off the list, milliseconds since 1970.
    pub removed: Option<(i64, String)>,
    /// What was done.
    pub history: History,
}

/// A place of a gazetteer that is given as data.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Where.
    pub at: crate::shape::Position,
    /// How well that is known, metres.
    pub doubt_m: f64,
}

/// What a gazetteer has under a name, the nearest to `site` of several; for [`Deed::LookUp`].
#[must_use]
pub fn look_up(gazetteer: &str, places: &[Named], wanted: &str, site: Option<&Site>) -> Looked {
    let wanted = wanted.trim().to_lowercase();
    let same = places.iter().filter(|p| p.name.trim().to_lowercase() == wanted);
    let distance = |p: &&Named| site.map_or(0.0, |s| geodesic_m(s.at, p.at));
    let found = same.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    Looked {
        gazetteer: gazetteer.to_owned(),
        name: found.map(|p| p.name.clone()).unwrap_or_default(),
        at: found.map(|p| p.at),
        doubt_m: found.map_or(0.0, |p| p.doubt_m),
    }
}

impl Entry {
    pub(crate) fn entered(act: &Act, text: &EntryText) -> Result<Entry, Refusal> {
        name("name", &text.name)?;
        name("owner", &text.owner)?;
        if !acts_for(&act.by, &text.owner) {
            return Err(Refusal::not_yours(format!("{} or the mission", text.owner), &act.by));
        }
        text.coarse.check()?;
        if text.coarse == Ground::Undetermined {
            return Err(Refusal::wrong("coarse", "state at least the area that it lies in"));
        }
        if let Some(site) = &text.site {
            checked(site)?;
        }
        expiry(act, text.expires_ms)?;
        let mut history = History::default();
        history.note(act, &text.name);
        Ok(Entry {
            text: text.clone(),
            by: act.by.clone(),
            lookup: None,
            second: None,
            expires_ms: text.expires_ms,
            disclosed: BTreeMap::new(),
            removed: None,
            history,
        })
    }

    /// How it stands at `now`.
    #[must_use]
    pub fn state(&self, now: Instant) -> EntryState {
        if self.removed.is_some() {
            return EntryState::Removed;
        }
        if self.expires_ms <= now.0 {
            return EntryState::Expired;
        }
        if self.second.is_some() {
            return EntryState::Current;
        }
        match &self.lookup {
            None => EntryState::Entered,
            Some(l) if l.fits() => EntryState::Checked,
            Some(l) if l.distance_m.is_some() => EntryState::Differs,
            Some(_) => EntryState::Unfound,
        }
    }

    /// The site if it is known, else the area: what observations and notices are held against.
    #[must_use]
    pub fn ground(&self) -> Ground {
        match &self.text.site {
            Some(site) => Ground::Point { at: site.at, radius_m: site.radius_m, doubt_m: site.doubt_m },
            None => self.text.coarse.clone(),
        }
    }

    /// What `recipient` has been told; `None`: nothing. Its owner knows all.
    #[must_use]
    pub fn told_to(&self, recipient: &str) -> Option<Disclosure> {
        if recipient == self.text.owner {
            return Some(Disclosure::Exact);
        }
        self.disclosed.get(recipient).copied()
    }

    pub(crate) fn take(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        if !acts_for(&act.by, &self.text.owner) {
            return Err(Refusal::NoSuch(own.clone()));
        }
        if self.removed.is_some() {
            return Err(not_now(own, EntryState::Removed.word(), "on the list; enter it anew"));
        }
        match &act.deed {
            Deed::LookUp { looked, .. } => self.looked_up(act, looked)?,
            Deed::Second { why, .. } => self.second(act, own, why)?,
            Deed::Correct { site, .. } => {
                checked(site)?;
                self.text.site = Some(site.clone());
                self.by = act.by.clone();
                (self.lookup, self.second) = (None, None);
            }
            Deed::Renew { expires_ms, .. } => {
                expiry(act, *expires_ms)?;
                self.expires_ms = *expires_ms;
            }
            Deed::Disclose { to, level, .. } => self.disclose(to, *level)?,
            Deed::Remove { why, .. } => self.removed = Some((act.at_ms, why.clone())),
            _ => return Err(Refusal::NoSuch(own.clone())),
        }
        let words = act.deed.words().first().map_or("", |(_, w)| w).to_owned();
        self.history.note(act, &words);
        Ok(())
    }

    fn looked_up(&mut self, act: &Act, looked: &Looked) -> Result<(), Refusal> {
        name("gazetteer", &looked.gazetteer)?;
        short("name", &looked.name, NAME_BYTES_MAX)?;
        metres("doubt_m", looked.doubt_m, DOUBT_M_MAX)?;
        if let Some(at) = looked.at {
            position("at", at)?;
        }
        let site = self.text.site.as_ref().map(|s| s.at);
        let distance_m = site.zip(looked.at).map(|(a, b)| geodesic_m(a, b));
        let by = act.by.clone();
        self.lookup = Some(Lookup { looked: looked.clone(), distance_m, at_ms: act.at_ms, by });
        Ok(())
    }

    fn second(&mut self, act: &Act, own: &Ref, why: &str) -> Result<(), Refusal> {
        if act.by.person == self.by.person {
            let why = format!("{} entered or corrected it", self.by.person);
            return Err(Refusal::TwoPersons { what: own.clone(), why });
        }
        if !is_staff(&act.by) {
            return Err(Refusal::not_yours("the mission", &act.by));
        }
        match &self.lookup {
            None => return Err(not_now(own, EntryState::Entered.word(), "looked up in a gazetteer")),
            Some(l) if l.distance_m.is_some() && !l.fits() => {
                let says = "the gazetteer agrees; correct the site, or look it up elsewhere";
                return Err(not_now(own, EntryState::Differs.word(), says));
            }
            Some(_) => {}
        }
        self.second = Some((act.by.clone(), act.at_ms, why.to_owned()));
        Ok(())
    }

    /// What has been told cannot be untold: a lower level is refused.
    fn disclose(&mut self, to: &str, level: Disclosure) -> Result<(), Refusal> {
        name("to", to)?;
        if self.disclosed.get(to).is_some_and(|told| *told > level) {
            return Err(Refusal::wrong("level", format!("`{to}` has been told more already")));
        }
        few("to", self.disclosed.len(), MEMBERS_MAX)?;
        self.disclosed.insert(to.to_owned(), level);
        Ok(())
    }
}

fn expiry(act: &Act, expires_ms: i64) -> Result<(), Refusal> {
    moment("expires_ms", expires_ms)?;
    if expires_ms <= act.at_ms || expires_ms - act.at_ms > ENTRY_MS_MAX {
        let says = "an entry stands until a moment to come, at most two years away, and is renewed";
        return Err(Refusal::wrong("expires_ms", says));
    }
    Ok(())
}

fn metres(field: &'static str, value: f64, most: f64) -> Result<(), Refusal> {
    if (0.0..=most).contains(&value) {
        return Ok(());
    }
    Err(Refusal::wrong(field, format!("`{value}` m is not between 0 and {most} m")))
}

fn checked(site: &Site) -> Result<(), Refusal> {
    position("site", site.at)?;
    metres("site", site.radius_m, EXTENT_M_MAX)?;
    metres("site", site.doubt_m.unwrap_or(0.0), DOUBT_M_MAX)
}
