//! A notice: drafted, released by two people, sent, amended in one thread, expired or withdrawn. It informs; nothing
//! in it or in anybody's answer to it lets anybody do anything.

use crate::act::{Act, Addressee, By, Deed, NoticeText, Ref};
use crate::board::{History, acts_for, is_staff};
use crate::ledger::{Mark, Marked, Row};
use crate::limits::{ADDRESSEES_MAX, CONTENT_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX, VERSIONS_MAX};
use crate::shape::{Ground, Height, few, moment, name, period, short, words};
use crate::words::{Delivery, NoticeKind, NoticeState};
use base::{Instant, Interval, Refusal};
use std::collections::BTreeSet;

/// People who have to release a version.
pub const RELEASES: usize = 2;

impl NoticeKind {
    /// Whether something takes place, so that it can meet something else.
    #[must_use]
    pub fn is_activity(self) -> bool {
        !matches!(self, NoticeKind::Message | NoticeKind::Protest)
    }

    /// Whether it may harm what is near: it is held against the protected register.
    #[must_use]
    pub fn endangers(self) -> bool {
        matches!(self, NoticeKind::Movement | NoticeKind::Flight | NoticeKind::Exercise | NoticeKind::Blast)
    }
}

/// One version of a notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// What it says.
    pub text: NoticeText,
    /// Who wrote it.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who released it, and when, milliseconds since 1970: different people.
    pub released: Vec<(By, i64)>,
}

impl Version {
    /// When the second person released it, milliseconds since 1970.
    #[must_use]
    pub fn released_ms(&self) -> Option<i64> {
        self.released.get(RELEASES - 1).map(|(_, at)| *at)
    }

    /// When it takes place, if both ends are stated.
    #[must_use]
    pub fn period(&self) -> Option<Interval> {
        let (from, until) = (self.text.from_ms?, self.text.until_ms?);
        Some(Interval { start: Instant(from), end: Instant(until) })
    }
}

/// A notice with all its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Who gives it: a party's code, an organisation; empty: the mission.
    pub giver: String,
    /// Its versions, the first first; never empty.
    pub versions: Vec<Version>,
    /// To whom, and what happened there.
    pub ledger: Vec<Row>,
    /// When it was withdrawn, milliseconds since 1970.
    pub withdrawn_ms: Option<i64>,
    /// What was done.
    pub history: History,
}

impl Notice {
    pub(crate) fn drafted(act: &Act, text: &NoticeText) -> Result<Notice, Refusal> {
        let text = checked(act, text, None)?;
        let ledger = text.addressees.iter().cloned().map(Row::new).collect();
        let mut history = History::default();
        history.note(act, &text.what);
        let giver = text.giver.clone();
        let version = Version { text, by: act.by.clone(), at_ms: act.at_ms, released: Vec::new() };
        Ok(Notice { giver, versions: vec![version], ledger, withdrawn_ms: None, history })
    }

    /// Number of the version that counts: the last that two people released; else the first.
    #[must_use]
    pub fn version(&self) -> u32 {
        let last = self.versions.iter().rposition(|v| v.released_ms().is_some());
        u32::try_from(last.unwrap_or(0)).unwrap_or(0).saturating_add(1)
    }

    /// The version of that number, from 1.
    #[must_use]
    pub fn version_of(&self, number: u32) -> Option<&Version> {
        self.versions.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The version that counts.
    #[must_use]
    pub fn counts(&self) -> Option<&Version> {
        self.version_of(self.version())
    }

    /// A version that waits for release.
    #[must_use]
    pub fn pending(&self) -> Option<(u32, &Version)> {
        let last = self.versions.last().filter(|v| v.released_ms().is_none())?;
        Some((u32::try_from(self.versions.len()).ok()?, last))
    }

    /// How far it is at `now`.
    #[must_use]
    pub fn state(&self, now: Instant) -> NoticeState {
        let Some(version) = self.counts() else { return NoticeState::Drafted };
        if self.withdrawn_ms.is_some() {
            return NoticeState::Withdrawn;
        }
        if version.text.until_ms.is_some_and(|u| u <= now.0) {
            return NoticeState::Expired;
        }
        match version.released.len() {
            0 => NoticeState::Drafted,
            1 => NoticeState::HalfReleased,
            _ if version.text.from_ms.is_some_and(|f| f <= now.0) => NoticeState::UnderWay,
            _ => NoticeState::Released,
        }
    }

    /// Whether it counts at `now`: released, neither expired nor withdrawn.
    #[must_use]
    pub fn is_active(&self, now: Instant) -> bool {
        matches!(self.state(now), NoticeState::Released | NoticeState::UnderWay)
    }

    /// How far the version that counts came with an addressee, at `now`.
    #[must_use]
    pub fn delivery(&self, row: &Row, now: Instant) -> Delivery {
        let delivery = row.delivery(self.version());
        if matches!(delivery, Delivery::ReadBack | Delivery::Objected | Delivery::Misread) {
            return delivery;
        }
        match self.state(now) {
            NoticeState::Withdrawn => Delivery::Withdrawn,
            NoticeState::Expired => Delivery::Expired,
            _ => delivery,
        }
    }

    /// What keeps it from being told or checked in full, one line each.
    #[must_use]
    pub fn lacks(&self) -> Vec<String> {
        let Some(text) = self.counts().map(|v| &v.text) else { return Vec::new() };
        let mut out = Vec::new();
        if text.kind.is_activity() {
            if text.ground == Ground::Undetermined {
                out.push("where it takes place".to_owned());
            }
            if text.from_ms.is_none() || text.until_ms.is_none() {
                out.push("when it begins and ends".to_owned());
            }
            if text.kind == NoticeKind::Flight && text.height == Height::NotStated {
                out.push("how high it flies".to_owned());
            }
        }
        if text.addressees.is_empty() {
            out.push("to whom it goes".to_owned());
        }
        for row in self.ledger.iter().filter(|r| r.addressee.channel.trim().is_empty()) {
            out.push(format!("a channel to `{}`", row.addressee.id));
        }
        out
    }

    pub(crate) fn take(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        self.is_known_to(&act.by, own)?;
        if self.withdrawn_ms.is_some() {
            return Err(not_now(own, NoticeState::Withdrawn.word(), "not withdrawn; give notice anew"));
        }
        match &act.deed {
            Deed::Amend { after_version, text, why, .. } => self.amend(act, own, *after_version, text, why),
            Deed::Release { version, .. } => self.release(act, own, *version),
            Deed::Sent { version, addressee, .. } => self.sent(act, own, *version, addressee),
            Deed::Delivered { version, addressee, .. } => {
                self.mark(act, own, *version, addressee, |_| Mark::Delivered)
            }
            Deed::ReadBack { version, addressee, repeated, .. } => {
                self.mark(act, own, *version, addressee, |text| Mark::ReadBack {
                    as_stated: repeated.place_as_stated
                        && repeated.from_ms == text.from_ms
                        && repeated.until_ms == text.until_ms,
                    repeated: repeated.clone(),
                })
            }
            Deed::Object { version, addressee, why, .. } => {
                self.mark(act, own, *version, addressee, |_| Mark::Objected(why.clone()))
            }
            Deed::Channel { addressee, channel, .. } => self.channel(act, own, addressee, channel),
            Deed::Withdraw { why, .. } => {
                self.is_given_by(&act.by)?;
                self.withdrawn_ms = Some(act.at_ms);
                self.history.note(act, why);
                Ok(())
            }
            _ => Err(Refusal::NoSuch(own.clone())),
        }
    }

    fn is_known_to(&self, by: &By, own: &Ref) -> Result<(), Refusal> {
        let addressed = || {
            let went_out = self.versions.iter().any(|v| v.released_ms().is_some());
            went_out && self.ledger.iter().any(|r| r.addressee.to == by.of)
        };
        if is_staff(by) || by.of == self.giver || addressed() {
            return Ok(());
        }
        Err(Refusal::NoSuch(own.clone()))
    }

    fn is_given_by(&self, by: &By) -> Result<(), Refusal> {
        if acts_for(by, &self.giver) {
            return Ok(());
        }
        Err(Refusal::not_yours(format!("{} or the watch", self.giver), by))
    }

    fn amend(
        &mut self,
        act: &Act,
        own: &Ref,
        after_version: u32,
        text: &NoticeText,
        why: &str,
    ) -> Result<(), Refusal> {
        self.is_given_by(&act.by)?;
        if let Some((number, _)) = self.pending() {
            let state = format!("waiting for the release of version {number}");
            return Err(not_now(own, &state, "released; one amendment at a time"));
        }
        if after_version != self.version() {
            let says = format!("version {} counts now; amend that one", self.version());
            return Err(Refusal::wrong("after_version", says));
        }
        if self.versions.len() >= VERSIONS_MAX {
            return Err(Refusal::wrong(
                "text",
                format!("more than {VERSIONS_MAX} versions; give notice anew"),
            ));
        }
        if self.state(Instant(act.at_ms)) == NoticeState::Expired {
            return Err(not_now(own, NoticeState::Expired.word(), "not expired; give notice anew"));
        }
        let text = checked(act, text, Some(&self.giver))?;
        let version = Version { text, by: act.by.clone(), at_ms: act.at_ms, released: Vec::new() };
        self.versions.push(version);
        self.history.note(act, why);
        Ok(())
    }

    fn release(&mut self, act: &Act, own: &Ref, number: u32) -> Result<(), Refusal> {
        self.is_given_by(&act.by)?;
        let Some((pending, _)) = self.pending() else {
            return Err(not_now(own, NoticeState::Released.word(), "waiting for release"));
        };
        if pending != number {
            return Err(Refusal::wrong("version", format!("version {pending} waits for release")));
        }
        let Some(version) = self.versions.last_mut() else { return Err(Refusal::NoSuch(own.clone())) };
        if version.released.iter().any(|(by, _)| by.person == act.by.person) {
            let why = format!("{} has released it already", act.by.person);
            return Err(Refusal::TwoPersons { what: own.clone(), why });
        }
        if version.text.until_ms.is_some_and(|u| u <= act.at_ms) {
            return Err(not_now(own, "over before it was released", "still to come"));
        }
        version.released.push((act.by.clone(), act.at_ms));
        if version.released_ms().is_some() {
            let wanted = version.text.addressees.clone();
            self.readdress(wanted);
        }
        self.history.note(act, &format!("version {number}"));
        Ok(())
    }

    /// Addressees of the version that counts now; rows of others stay, for what happened there stays.
    fn readdress(&mut self, wanted: Vec<Addressee>) {
        for addressee in wanted {
            match self.ledger.iter_mut().find(|r| r.addressee.id == addressee.id) {
                Some(row) => row.addressee = addressee,
                None => self.ledger.push(Row::new(addressee)),
            }
        }
    }

    fn sent(&mut self, act: &Act, own: &Ref, version: u32, addressee: &str) -> Result<(), Refusal> {
        self.is_given_by(&act.by)?;
        let row = self.ledger.iter().find(|r| r.addressee.id == addressee);
        if row.is_some_and(|r| r.addressee.channel.trim().is_empty()) {
            let says = format!("no channel to `{addressee}` is stated; state one first");
            return Err(Refusal::wrong("addressee", says));
        }
        self.mark(act, own, version, addressee, |_| Mark::Sent)
    }

    fn mark(
        &mut self,
        act: &Act,
        own: &Ref,
        version: u32,
        addressee: &str,
        mark: impl FnOnce(&NoticeText) -> Mark,
    ) -> Result<(), Refusal> {
        let Some(text) = self.version_of(version).filter(|v| v.released_ms().is_some()).map(|v| &v.text)
        else {
            return Err(not_now(own, "not released by two people in that version", "released"));
        };
        let mark = mark(text);
        let missing = || Refusal::wrong("addressee", format!("`{addressee}` is not in its ledger"));
        let row = self.ledger.iter_mut().find(|r| r.addressee.id == addressee).ok_or_else(missing)?;
        // The giver says that it left; that it arrived is for who received it, or the watch, to say.
        if mark != Mark::Sent && !acts_for(&act.by, &row.addressee.to) {
            return Err(Refusal::not_yours(format!("{} or the watch", row.addressee.to), &act.by));
        }
        row.marks.push(Marked { version, at_ms: act.at_ms, by: act.by.clone(), mark });
        self.history.note(act, &format!("version {version}, {addressee}"));
        Ok(())
    }

    fn channel(&mut self, act: &Act, own: &Ref, addressee: &str, channel: &str) -> Result<(), Refusal> {
        name("channel", channel)?;
        let row = self.ledger.iter_mut().find(|r| r.addressee.id == addressee);
        let Some(row) = row else { return Err(Refusal::NoSuch(own.clone())) };
        if !acts_for(&act.by, &self.giver) && !acts_for(&act.by, &row.addressee.to) {
            return Err(Refusal::not_yours("the giver, the addressee or the watch", &act.by));
        }
        row.addressee.channel = channel.to_owned();
        self.history.note(act, addressee);
        Ok(())
    }
}

pub(crate) fn not_now(what: &Ref, state: &str, when: &str) -> Refusal {
    Refusal::NotNow { what: what.clone(), state: state.to_owned(), when: when.to_owned() }
}

/// What a notice says, in order; `giver` is that of an earlier version.
fn checked(act: &Act, text: &NoticeText, giver: Option<&str>) -> Result<NoticeText, Refusal> {
    let mut text = text.clone();
    words("what", &text.what)?;
    short("act", &text.act, NAME_BYTES_MAX)?;
    short("giver", &text.giver, NAME_BYTES_MAX)?;
    text.ground.check()?;
    text.height.check()?;
    if !is_staff(&act.by) {
        if !text.giver.is_empty() && text.giver != act.by.of {
            return Err(Refusal::not_yours(text.giver.clone(), &act.by));
        }
        text.giver = act.by.of.clone();
    }
    if giver.is_some_and(|g| g != text.giver) {
        return Err(Refusal::wrong("giver", "a notice keeps its giver; withdraw it and give another"));
    }
    times(act, &text)?;
    few("content", text.content.len(), CONTENT_MAX)?;
    for (field, value) in &text.content {
        name("content", field)?;
        short("content", value, TEXT_BYTES_MAX)?;
    }
    addressees(&text.addressees)?;
    Ok(text)
}

fn times(act: &Act, text: &NoticeText) -> Result<(), Refusal> {
    for (field, ms) in [("from_ms", text.from_ms), ("until_ms", text.until_ms)] {
        if let Some(ms) = ms {
            moment(field, ms)?;
        }
    }
    if text.until_ms.is_some_and(|u| u <= act.at_ms) {
        return Err(Refusal::wrong("until_ms", "it is over already; a notice tells of what is to come"));
    }
    let (Some(from), Some(until)) = (text.from_ms, text.until_ms) else { return Ok(()) };
    let over = period(from, until)?;
    if let Some(takes) = text.ground.takes_ms().filter(|t| *t > over.end.0 - over.start.0) {
        let says = format!("at that speed the way takes {} min, longer than the period", takes / 60_000);
        return Err(Refusal::wrong("until_ms", says));
    }
    Ok(())
}

fn addressees(all: &[Addressee]) -> Result<(), Refusal> {
    few("addressees", all.len(), ADDRESSEES_MAX)?;
    let mut ids = BTreeSet::new();
    for addressee in all {
        name("addressees", &addressee.id)?;
        name("addressees", &addressee.to)?;
        name("addressees", &addressee.level)?;
        short("addressees", &addressee.channel, NAME_BYTES_MAX)?;
        if !ids.insert(addressee.id.as_str()) {
            return Err(Refusal::wrong("addressees", format!("`{}` stands there twice", addressee.id)));
        }
    }
    Ok(())
}
