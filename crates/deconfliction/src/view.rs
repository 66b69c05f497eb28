//! What each audience sees. The mission's staff see all; a party or organisation sees what it gave, asked for or
//! owns, what was addressed to it, and of protected objects what was disclosed to it; nobody else sees anything here.
//! Every time is milliseconds since 1970, and every state a word of [`crate::words`].

use crate::act::{By, NoticeText, Ref, Site};
use crate::board::{Board, History};
use crate::conflict::Check;
use crate::hotline::Call;
use crate::ledger::Row;
use crate::notice::{Notice, Version};
use crate::register::Entry;
use crate::shape::{Ground, Height, Hours};
use crate::window::Window;
use crate::words::{
    CallState, Category, Delivery, Disclosure, EntryState, NoticeKind, NoticeState, Outcome, PromiseState,
    WindowState, WithKind, Work,
};
use base::{Instant, Role};
use serde::Serialize;
use std::collections::BTreeMap;

/// Who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The mission's staff.
    Staff,
    /// A party or an organisation.
    Actor(String),
    /// Anybody else.
    Nobody,
}

impl Audience {
    /// Of somebody acting.
    #[must_use]
    pub fn of(by: &By) -> Audience {
        match by.role {
            role if role.is_staff() => Audience::Staff,
            Role::Liaison | Role::Planner if !by.of.is_empty() => Audience::Actor(by.of.clone()),
            _ => Audience::Nobody,
        }
    }

    fn is(&self, actor: &str) -> bool {
        matches!(self, Audience::Actor(own) if own == actor)
    }

    fn is_staff_or(&self, actor: &str) -> bool {
        *self == Audience::Staff || self.is(actor)
    }
}

/// One line of a history; of staff to staff.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineView {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: String,
    /// What was done.
    pub deed: &'static str,
    /// In their words.
    pub words: String,
}

fn lines(audience: &Audience, history: &History) -> Vec<LineView> {
    if *audience != Audience::Staff {
        return Vec::new();
    }
    let line = |l: &crate::board::Line| LineView {
        at_ms: l.at_ms,
        by: l.by.to_string(),
        deed: l.deed,
        words: l.words.clone(),
    };
    history.0.iter().map(line).collect()
}

/// One addressee of a notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowView {
    /// Its name in the ledger.
    pub id: String,
    /// The actor.
    pub to: String,
    /// The level.
    pub level: String,
    /// How it is told; to staff and to who gives the notice.
    pub channel: Option<String>,
    /// How far the version that counts came there.
    pub state: Delivery,
    /// When it was first sent there, milliseconds since 1970.
    pub sent_ms: Option<i64>,
    /// Why it objects.
    pub objection: Option<String>,
}

/// One notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoticeView {
    /// Its reference.
    pub reference: String,
    /// How often something was done about it.
    pub revision: u64,
    /// Of what it is.
    pub kind: NoticeKind,
    /// Who gives it; empty: the mission.
    pub giver: String,
    /// How far it is.
    pub state: NoticeState,
    /// The version that counts, from 1.
    pub version: u32,
    /// A version that waits for release.
    pub pending: Option<u32>,
    /// The act as the terms name it; empty: the kind's word.
    pub act: String,
    /// What is planned.
    pub what: String,
    /// Where.
    pub ground: Ground,
    /// How high.
    pub height: Height,
    /// Begin, milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// End, milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// Further fields.
    pub content: BTreeMap<String, String>,
    /// The window that it is part of.
    pub under: Option<String>,
    /// To whom it goes, as far as this audience may know.
    pub ledger: Vec<RowView>,
    /// What is missing.
    pub lacks: Vec<String>,
    /// What was done.
    pub history: Vec<LineView>,
}

/// A notice as `audience` sees it; `None`: not at all.
#[must_use]
pub fn notice(audience: &Audience, id: &Ref, notice: &Notice, now: Instant) -> Option<NoticeView> {
    let counts = notice.counts()?;
    let went_out = counts.released_ms().is_some();
    let own = audience.is_staff_or(&notice.giver);
    let addressed = notice.ledger.iter().any(|r| audience.is(&r.addressee.to)) && went_out;
    if !own && !addressed {
        return None;
    }
    let number = notice.version();
    let seen = notice.ledger.iter().filter(|r| own || audience.is(&r.addressee.to));
    let ledger = seen.map(|r| row(notice, r, number, own, now)).collect();
    let lacks = if own { notice.lacks() } else { Vec::new() };
    let pending = notice.pending().filter(|_| own).map(|(n, _)| n);
    Some(noticed(
        id,
        notice,
        counts,
        Noticed { ledger, lacks, pending, history: lines(audience, &notice.history) },
        now,
    ))
}

struct Noticed {
    ledger: Vec<RowView>,
    lacks: Vec<String>,
    pending: Option<u32>,
    history: Vec<LineView>,
}

fn noticed(id: &Ref, notice: &Notice, counts: &Version, seen: Noticed, now: Instant) -> NoticeView {
    let text: &NoticeText = &counts.text;
    NoticeView {
        reference: id.0.clone(),
        revision: notice.history.revision(),
        kind: text.kind,
        giver: notice.giver.clone(),
        state: notice.state(now),
        version: notice.version(),
        pending: seen.pending,
        act: text.act.clone(),
        what: text.what.clone(),
        ground: text.ground.clone(),
        height: text.height,
        from_ms: text.from_ms,
        until_ms: text.until_ms,
        content: text.content.clone(),
        under: text.under.as_ref().map(|w| w.0.clone()),
        ledger: seen.ledger,
        lacks: seen.lacks,
        history: seen.history,
    }
}

fn row(notice: &Notice, row: &Row, version: u32, own: bool, now: Instant) -> RowView {
    RowView {
        id: row.addressee.id.clone(),
        to: row.addressee.to.clone(),
        level: row.addressee.level.clone(),
        channel: own.then(|| row.addressee.channel.clone()),
        state: notice.delivery(row, now),
        sent_ms: row.sent_ms(version),
        objection: row.objection(version).map(str::to_owned),
    }
}

/// A party's promise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromiseView {
    /// The party.
    pub party: String,
    /// How it stands.
    pub state: PromiseState,
    /// Until when it was given, milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// The party's words; only to itself and to staff.
    pub words: Option<String>,
}

/// A window of silence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowView {
    /// Its reference.
    pub reference: String,
    /// How often something was done about it.
    pub revision: u64,
    /// What it is for.
    pub purpose: String,
    /// For whom it is asked; empty: the mission.
    pub asked_for: String,
    /// How far it is.
    pub state: WindowState,
    /// Where.
    pub ground: Ground,
    /// Its hours as stated.
    pub hours: Vec<Hours>,
    /// Whether all readings of its hours are the same moments.
    pub hours_agree: bool,
    /// Begin by all readings, milliseconds since 1970; `None`: there is none.
    pub from_ms: Option<i64>,
    /// End by all readings.
    pub until_ms: Option<i64>,
    /// Each party's promise.
    pub promises: Vec<PromiseView>,
    /// Kinds of fact that it is to be without.
    pub without: Vec<String>,
    /// How many monitors are in place; where they are is told to staff alone.
    pub posts: usize,
    /// Where they are.
    pub posted: Vec<String>,
    /// Where they are to be.
    pub monitors: Vec<String>,
    /// When it was opened, milliseconds since 1970.
    pub opened_ms: Option<i64>,
    /// Until when it stands, if it is open, milliseconds since 1970.
    pub stands_until_ms: Option<i64>,
    /// Time left, milliseconds.
    pub left_ms: Option<i64>,
    /// What ends it first.
    pub ends_by: Vec<String>,
    /// Observations that broke it.
    pub broken_by: Vec<String>,
    /// What became of the work.
    pub work: Option<Work>,
    /// How it turned out, in people's judgement.
    pub outcome: Option<Outcome>,
    /// What keeps it from being open.
    pub lacks: Vec<String>,
    /// What was done.
    pub history: Vec<LineView>,
}

/// A window as `audience` sees it; `None`: not at all. A party knows of it once it has been asked.
#[must_use]
pub fn window(audience: &Audience, id: &Ref, window: &Window, now: Instant) -> Option<WindowView> {
    let asked = |a: &Audience| matches!(a, Audience::Actor(own) if window.is_asked(own));
    if !audience.is_staff_or(&window.asked_for) && !asked(audience) {
        return None;
    }
    let is_staff = *audience == Audience::Staff;
    let countdown = window.countdown(now);
    let promises = window.promises.keys().map(|p| promise(audience, window, p, now)).collect();
    let lacks = window.lacks(now).into_iter().filter(|l| is_staff || !l.ends_with(" in place")).collect();
    Some(WindowView {
        reference: id.0.clone(),
        revision: window.history.revision(),
        purpose: window.text.purpose.clone(),
        asked_for: window.asked_for.clone(),
        state: window.state(now),
        ground: window.text.ground.clone(),
        hours: window.text.hours.clone(),
        hours_agree: window.times.agree,
        from_ms: window.times.core.map(|c| c.start.0),
        until_ms: window.times.core.map(|c| c.end.0),
        promises,
        without: window.without(),
        posts: window.posts.len(),
        posted: if is_staff { window.posts.iter().cloned().collect() } else { Vec::new() },
        monitors: if is_staff { window.text.monitors.clone() } else { Vec::new() },
        opened_ms: window.opened_ms,
        stands_until_ms: countdown.as_ref().map(|c| c.until_ms),
        left_ms: countdown.as_ref().map(|c| c.left_ms),
        ends_by: countdown.map(|c| c.ends_by).unwrap_or_default(),
        broken_by: if is_staff { window.broken_by.clone() } else { Vec::new() },
        work: window.completed.map(|(work, _)| work),
        outcome: window.outcome(),
        lacks,
        history: lines(audience, &window.history),
    })
}

fn promise(audience: &Audience, window: &Window, party: &str, now: Instant) -> PromiseView {
    use crate::window::Said;
    let last = window.promises.get(party).and_then(|p| p.last()).map(|s| &s.said);
    let (until_ms, words) = match last {
        Some(Said::Given { until_ms, text }) => (Some(*until_ms), Some(text.clone())),
        Some(Said::Refused(why) | Said::TakenBack(why)) => (None, Some(why.clone())),
        _ => (None, None),
    };
    let words = words.filter(|_| audience.is_staff_or(party));
    PromiseView { party: party.to_owned(), state: window.promise(party, now), until_ms, words }
}

/// Windows without the rest of the board, for those who stand in them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowsView {
    /// Windows that are asked for or run, and those about which something was done, or that ended, since a day.
    pub windows: Vec<WindowView>,
    /// Messages and protests that belong to them: what people say; they break nothing.
    pub messages: Vec<NoticeView>,
}

/// Windows that ended, and were left alone, for longer than this are told on the board alone. A day.
const ENDED_MS: i64 = base::time::DAY_MS;

/// The windows as `audience` sees them at `now`, without those that are long over.
#[must_use]
pub fn windows(audience: &Audience, board: &Board, now: Instant) -> WindowsView {
    let is_since = |ms: i64| ms.saturating_add(ENDED_MS) > now.0;
    let is_near = |w: &Window| {
        w.is_active(now)
            || w.history.0.last().is_some_and(|l| is_since(l.at_ms))
            || w.times.hull.is_some_and(|h| is_since(h.end.0))
    };
    let near = board.windows.iter().filter(|(_, w)| is_near(w));
    let windows: Vec<WindowView> = near.filter_map(|(id, w)| window(audience, id, w, now)).collect();
    let is_of_one = |text: &NoticeText| {
        let under = |of: &Ref| windows.iter().any(|w| w.reference == of.0);
        matches!(text.kind, NoticeKind::Message | NoticeKind::Protest)
            && text.under.as_ref().is_some_and(under)
    };
    let said = board.notices.iter().filter(|(_, n)| n.counts().is_some_and(|v| is_of_one(&v.text)));
    let messages = said.filter_map(|(id, n)| notice(audience, id, n, now)).collect();
    WindowsView { windows, messages }
}

/// An entry of the protected register.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntryView {
    /// Its reference.
    pub reference: String,
    /// How often something was done about it; 0 where that is not told.
    pub revision: u64,
    /// Its category.
    pub category: Category,
    /// How it stands. None of these states says anything of what may be done to the object.
    pub state: EntryState,
    /// How much this audience was told.
    pub told: Disclosure,
    /// Its name, where the exact site was told.
    pub name: Option<String>,
    /// The area, where it was told.
    pub coarse: Option<Ground>,
    /// The site, where it was told.
    pub site: Option<Site>,
    /// Until when it stands, milliseconds since 1970.
    pub expires_ms: i64,
    /// What each recipient was told; to staff and its owner.
    pub disclosed: BTreeMap<String, Disclosure>,
    /// Distance between the entry's and the gazetteer's place, metres; to staff and its owner.
    pub gazetteer_m: Option<f64>,
    /// What was done.
    pub history: Vec<LineView>,
}

/// An entry as `audience` sees it; `None`: it was told nothing of it.
#[must_use]
pub fn entry(audience: &Audience, id: &Ref, entry: &Entry, now: Instant) -> Option<EntryView> {
    let told = match audience {
        Audience::Staff => Disclosure::Exact,
        Audience::Actor(own) => entry.told_to(own)?,
        Audience::Nobody => return None,
    };
    let own = audience.is_staff_or(&entry.text.owner);
    let exact = told == Disclosure::Exact;
    let coarse = (told >= Disclosure::Coarse).then(|| entry.text.coarse.clone());
    Some(EntryView {
        reference: id.0.clone(),
        revision: if own { entry.history.revision() } else { 0 },
        category: entry.text.category,
        state: entry.state(now),
        told,
        name: exact.then(|| entry.text.name.clone()),
        coarse,
        site: entry.text.site.clone().filter(|_| exact),
        expires_ms: entry.expires_ms,
        disclosed: if own { entry.disclosed.clone() } else { BTreeMap::new() },
        gazetteer_m: entry.lookup.as_ref().and_then(|l| l.distance_m).filter(|_| own),
        history: lines(audience, &entry.history),
    })
}

/// A call on the hotline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallView {
    /// Its reference.
    pub reference: String,
    /// How often something was done about it.
    pub revision: u64,
    /// It is a drill.
    pub drill: bool,
    /// Who called.
    pub from: String,
    /// Whom they wanted to reach.
    pub to: String,
    /// When, milliseconds since 1970.
    pub called_ms: i64,
    /// How it stands.
    pub state: CallState,
    /// What was said; to who called and to staff.
    pub text: Option<String>,
    /// How often its words were passed on to somebody.
    pub relayed: usize,
    /// What was done.
    pub history: Vec<LineView>,
}

/// A call as `audience` sees it; `None`: not at all.
#[must_use]
pub fn call(audience: &Audience, id: &Ref, call: &Call) -> Option<CallView> {
    let is_from = audience.is_staff_or(&call.text.from);
    if !is_from && !audience.is(&call.text.to) {
        return None;
    }
    Some(CallView {
        reference: id.0.clone(),
        revision: call.history.revision(),
        drill: call.text.drill,
        from: call.text.from.clone(),
        to: call.text.to.clone(),
        called_ms: call.text.called_ms,
        state: call.state(),
        text: is_from.then(|| call.text.text.clone()),
        relayed: call.relayed.len(),
        history: lines(audience, &call.history),
    })
}

/// The board as one audience sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoardView {
    /// As of when, milliseconds since 1970.
    pub at_ms: i64,
    /// Notices.
    pub notices: Vec<NoticeView>,
    /// Windows of silence.
    pub windows: Vec<WindowView>,
    /// The protected register.
    pub register: Vec<EntryView>,
    /// The hotline.
    pub calls: Vec<CallView>,
    /// Drills, apart.
    pub drills: Vec<CallView>,
}

/// The board as `audience` sees it at `now`.
#[must_use]
pub fn board(audience: &Audience, board: &Board, now: Instant) -> BoardView {
    BoardView {
        at_ms: now.0,
        notices: board.notices.iter().filter_map(|(id, n)| notice(audience, id, n, now)).collect(),
        windows: board.windows.iter().filter_map(|(id, w)| window(audience, id, w, now)).collect(),
        register: board.register.iter().filter_map(|(id, e)| entry(audience, id, e, now)).collect(),
        calls: board.calls.iter().filter_map(|(id, c)| call(audience, id, c)).collect(),
        drills: board.drills.iter().filter_map(|(id, c)| call(audience, id, c)).collect(),
    }
}

/// A check as `audience` may see it: of what it may not see, it is told that something of that kind is met, and
/// neither what, nor where, nor when. Distances would let it find a site by trying.
#[must_use]
pub fn check(audience: &Audience, found: &Check, on: &Board, now: Instant) -> Check {
    let mut out = found.clone();
    if *audience == Audience::Staff {
        return out;
    }
    for meeting in &mut out.meetings {
        let id = Ref(meeting.id.clone());
        let is_seen = match meeting.with {
            WithKind::Zone => true,
            WithKind::Notice => on.notices.get(&id).is_some_and(|n| notice(audience, &id, n, now).is_some()),
            WithKind::Window => on.windows.get(&id).is_some_and(|w| window(audience, &id, w, now).is_some()),
            WithKind::Protected => {
                let seen = on.register.get(&id).and_then(|e| entry(audience, &id, e, now));
                seen.is_some_and(|e| e.told == Disclosure::Exact)
            }
            WithKind::Activity => false,
        };
        if !is_seen {
            meeting.id = String::new();
            meeting.title = meeting.with.meaning().to_owned();
            (meeting.apart_m, meeting.from_ms, meeting.until_ms) = (None, None, None);
            (meeting.later_ms, meeting.earlier_ms) = (None, None);
            meeting.reasons.clear();
            if !meeting.missing.is_empty() {
                meeting.missing = vec!["ask the watch what is missing".to_owned()];
            }
        }
    }
    out
}
