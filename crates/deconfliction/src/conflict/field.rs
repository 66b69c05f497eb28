//! Everything that a notice is compared with, in an index of boxes of space and time. Built once and changed with
//! every act; the index only leaves out what cannot meet (a slow checker in the tests agrees with it).

use crate::act::{NoticeText, Ref};
use crate::board::Board;
use crate::conflict::margins::Margins;
use crate::conflict::narrow::{Pair, pair};
use crate::conflict::subject::{Piece, Subject};
use crate::conflict::{ALGORITHM, Check, Compared, Meeting, World, stated};
use crate::window::WITHOUT;
use crate::words::{Answer, NoticeKind, WithKind};
use base::{Instant, Interval, Truth};
use rstar::{AABB, RTree, RTreeObject};
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds of a unit of the index's third axis: 6 hours weigh as much as a degree.
const UNIT_MS: f64 = 21_600_000.0;
/// Beyond this no box reaches in time, units.
const UNITS_MAX: f64 = 1.0e9;

/// The box of one piece.
#[derive(Clone, Debug, PartialEq)]
struct Boxed {
    low: [f64; 3],
    high: [f64; 3],
    subject: usize,
}

impl RTreeObject for Boxed {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

/// What notices are compared with.
pub struct Field<'a> {
    world: World<'a>,
    margins: Margins,
    subjects: Vec<Option<Subject>>,
    by_id: BTreeMap<(WithKind, String), usize>,
    /// Those of which nobody has said where.
    placeless: BTreeSet<usize>,
    /// Until when those observations count whose place is not known, and from when.
    placeless_observed: Vec<Interval>,
    observed: usize,
    counts: BTreeMap<WithKind, usize>,
    tree: RTree<Boxed>,
}

impl<'a> Field<'a> {
    /// Everything that counts on `board` at `now`, and in `world`.
    #[must_use]
    pub fn build(board: &Board, world: World<'a>, margins: &Margins, now: Instant) -> Field<'a> {
        let mut field = Field {
            world,
            margins: margins.bounded(),
            subjects: Vec::new(),
            by_id: BTreeMap::new(),
            placeless: BTreeSet::new(),
            placeless_observed: Vec::new(),
            observed: 0,
            counts: BTreeMap::new(),
            tree: RTree::new(),
        };
        let mut all = Vec::new();
        for (id, _) in board.notices.iter().filter(|(_, n)| n.is_active(now)) {
            all.extend(field.subject_of(board, id));
        }
        for (id, window) in board.windows.iter().filter(|(_, w)| w.is_active(now)) {
            all.push(Subject::window(&id.0, window, &field.margins));
        }
        for (id, entry) in &board.register {
            all.push(Subject::entry(&id.0, entry, &field.margins));
        }
        field.observe(now, &mut all);
        let mut boxes = Vec::new();
        for subject in all {
            boxes.extend(field.enter(subject));
        }
        field.tree = RTree::bulk_load(boxes);
        field
    }

    fn observe(&mut self, now: Instant, all: &mut Vec<Subject>) {
        let Some(batch) = self.world.observed else { return };
        let since = now.0.saturating_sub(self.margins.activity_ms);
        for row in 0..batch.len() {
            let event = batch.event(row);
            let is_said = batch.flag(row, evidence::batch::FLAG_ALLEGATION);
            let is_fire = WITHOUT.contains(&batch.word_at(&batch.kind, row));
            if is_said || !is_fire || event.end.0 < since || event.start > now {
                continue;
            }
            self.observed += 1;
            match Subject::observed(batch, row, &self.margins) {
                Some(subject) => all.push(subject),
                None => {
                    let end = Instant(event.end.0.saturating_add(self.margins.activity_ms));
                    self.placeless_observed.push(Interval { start: event.start, end });
                }
            }
        }
    }

    fn subject_of(&self, board: &Board, notice: &Ref) -> Option<Subject> {
        let version = board.notices.get(notice)?.counts()?;
        Subject::notice(&notice.0, &version.text, &self.margins)
    }

    fn enter(&mut self, subject: Subject) -> Vec<Boxed> {
        let index = self.subjects.len();
        if subject.pieces.is_empty() {
            self.placeless.insert(index);
        }
        let boxes = subject.pieces.iter().map(|p| self.boxed(p, 0.0, index)).collect();
        *self.counts.entry(subject.with).or_insert(0) += 1;
        self.by_id.insert((subject.with, subject.id.clone()), index);
        self.subjects.push(Some(subject));
        boxes
    }

    /// The margins it compares with.
    #[must_use]
    pub fn margins(&self) -> &Margins {
        &self.margins
    }

    /// Takes up what `board` now says of a notice, window or entry: enters, changes or leaves it out.
    pub fn refresh(&mut self, board: &Board, changed: &Ref, now: Instant) {
        for with in [WithKind::Notice, WithKind::Window, WithKind::Protected] {
            self.leave(with, &changed.0);
        }
        let notice = board.notices.get(changed).filter(|n| n.is_active(now));
        let window = board.windows.get(changed).filter(|w| w.is_active(now));
        let subject = notice
            .and_then(|_| self.subject_of(board, changed))
            .or_else(|| window.map(|w| Subject::window(&changed.0, w, &self.margins)))
            .or_else(|| board.register.get(changed).map(|e| Subject::entry(&changed.0, e, &self.margins)));
        if let Some(subject) = subject {
            for boxed in self.enter(subject) {
                self.tree.insert(boxed);
            }
        }
    }

    fn leave(&mut self, with: WithKind, id: &str) {
        let Some(index) = self.by_id.remove(&(with, id.to_owned())) else { return };
        self.placeless.remove(&index);
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::take) else { return };
        if let Some(count) = self.counts.get_mut(&with) {
            *count = count.saturating_sub(1);
        }
        for piece in &subject.pieces {
            let boxed = self.boxed(piece, 0.0, index);
            self.tree.remove(&boxed);
        }
    }

    /// The box in which a piece may be, `more_m` metres wider on each side.
    fn boxed(&self, piece: &Piece, more_m: f64, subject: usize) -> Boxed {
        let reach_m = piece.extent_m + piece.doubt_m.unwrap_or(self.margins.unstated_doubt_m) + more_m + 50.0;
        let (low, high) = piece.flat.bounds();
        let up = reach_m / 110_500.0;
        let most_lat = (low[1].abs().max(high[1].abs()) + up).min(89.0);
        let across = (reach_m / (111_000.0 * most_lat.to_radians().cos())).min(360.0);
        let units = |at: Instant, more_ms: i64| {
            (at.0.saturating_add(more_ms) as f64 / UNIT_MS).clamp(-UNITS_MAX, UNITS_MAX)
        };
        // A millisecond more, for what division rounds away.
        let (from, until) = (units(piece.when.may.start, -1), units(piece.when.may.end, 1));
        Boxed {
            low: [low[0] - across, low[1] - up, from],
            high: [high[0] + across, high[1] + up, until],
            subject,
        }
    }

    /// Subjects whose boxes come near that of a piece.
    fn near(&self, piece: &Piece, out: &mut BTreeSet<usize>) {
        let own = self.boxed(piece, self.margins.widest_m(), 0);
        let around = self.margins.around_ms as f64 / UNIT_MS + 1e-6;
        let (low, high) = (own.low, own.high);
        // Longitudes run on beyond 180: what lies there may stand a turn away.
        let turns: &[f64] = if low[0] < -150.0 || high[0] > 150.0 { &[0.0, 360.0, -360.0] } else { &[0.0] };
        for turn in turns {
            let envelope = AABB::from_corners(
                [low[0] + turn, low[1], low[2] - around],
                [high[0] + turn, high[1], high[2] + around],
            );
            out.extend(self.tree.locate_in_envelope_intersecting(&envelope).map(|b| b.subject));
        }
    }

    /// The check of a notice on the board; `None`: it is not there, does not count now, or nothing takes place.
    #[must_use]
    pub fn check(&self, notice: &Ref, now: Instant) -> Option<Check> {
        let index = self.by_id.get(&(WithKind::Notice, notice.0.clone()))?;
        let subject = self.subjects.get(*index)?.as_ref()?;
        Some(self.check_subject(subject, now))
    }

    /// The check of a notice that is not on the board yet; `None`: nothing takes place.
    #[must_use]
    pub fn check_text(&self, text: &NoticeText, now: Instant) -> Option<Check> {
        Some(self.check_subject(&Subject::notice("", text, &self.margins)?, now))
    }

    /// As [`Field::check_text`], of what a notice on the board might say instead; it is not compared with itself.
    #[must_use]
    pub fn check_text_of(&self, notice: &str, text: &NoticeText, now: Instant) -> Option<Check> {
        Some(self.check_subject(&Subject::notice(notice, text, &self.margins)?, now))
    }

    /// The check of what would be a notice. [`Field::check_all_pairs`] gives the same, slowly.
    #[must_use]
    pub fn check_subject(&self, subject: &Subject, now: Instant) -> Check {
        let mut near = BTreeSet::new();
        for piece in &subject.pieces {
            self.near(piece, &mut near);
        }
        if subject.pieces.is_empty() {
            near.extend(0..self.subjects.len());
        }
        near.extend(self.placeless.iter().copied());
        self.compare(subject, near.into_iter(), now)
    }

    /// As [`Field::check_subject`], without the index.
    #[must_use]
    pub fn check_all_pairs(&self, subject: &Subject, now: Instant) -> Check {
        self.compare(subject, 0..self.subjects.len(), now)
    }

    /// Notices whose checks the change of a subject may change: those near it.
    #[must_use]
    pub fn touched(&self, subject: &Subject) -> Vec<Ref> {
        let mut near = BTreeSet::new();
        for piece in &subject.pieces {
            self.near(piece, &mut near);
        }
        let of = |i: &usize| self.subjects.get(*i).and_then(Option::as_ref);
        near.iter().filter_map(of).filter(|s| s.with == WithKind::Notice).map(|s| Ref(s.id.clone())).collect()
    }

    /// What it holds under that reference.
    #[must_use]
    pub fn subject(&self, with: WithKind, id: &str) -> Option<&Subject> {
        self.subjects.get(*self.by_id.get(&(with, id.to_owned()))?)?.as_ref()
    }

    /// The notices that it holds.
    pub fn notices(&self) -> impl Iterator<Item = Ref> + '_ {
        self.by_id.keys().filter(|(with, _)| *with == WithKind::Notice).map(|(_, id)| Ref(id.clone()))
    }

    fn compare(&self, subject: &Subject, with: impl Iterator<Item = usize>, now: Instant) -> Check {
        let mut meetings = Vec::new();
        for other in with.filter_map(|i| self.subjects.get(i).and_then(Option::as_ref)) {
            if is_compared(subject, other) {
                meetings.extend(self.meeting(subject, other));
            }
        }
        if let Some(zones) = &self.world.zones {
            meetings.extend(zones.meetings(subject, &self.margins));
        }
        Check {
            of: subject.id.clone(),
            at_ms: now.0,
            answer: Answer::Clear,
            meetings,
            meetings_all: 0,
            missing: self.missing(subject),
            compared: self.compared(subject),
            words: Vec::new(),
            margins: self.margins.clone(),
            algorithm: ALGORITHM,
        }
        .concluded()
    }

    fn missing(&self, subject: &Subject) -> Vec<String> {
        let mut out = Vec::new();
        if subject.pieces.is_empty() {
            out.push("where it takes place".to_owned());
        }
        if stated(subject.may.start).is_none() || stated(subject.may.end).is_none() {
            out.push("when it begins and ends".to_owned());
        }
        let may = self.around(subject.may);
        let unplaced = self.placeless_observed.iter().filter(|i| may.meets(**i)).count();
        if unplaced > 0 {
            out.push(format!("where fire was that was observed without a place ({unplaced})"));
        }
        out
    }

    fn compared(&self, subject: &Subject) -> Vec<Compared> {
        let of = |with: WithKind| {
            let own = self.by_id.contains_key(&(with, subject.id.clone()));
            self.counts.get(&with).copied().unwrap_or(0).saturating_sub(usize::from(own))
        };
        let protected = subject.kind.is_some_and(NoticeKind::endangers);
        let mut out = vec![Compared { with: WithKind::Notice, count: Some(of(WithKind::Notice)) }];
        out.push(Compared { with: WithKind::Zone, count: self.world.zones.as_ref().map(|z| z.zones.len()) });
        out.push(Compared { with: WithKind::Window, count: Some(of(WithKind::Window)) });
        if protected {
            out.push(Compared { with: WithKind::Protected, count: Some(of(WithKind::Protected)) });
        }
        let observed = self.world.observed.map(|_| self.observed);
        out.push(Compared { with: WithKind::Activity, count: observed });
        out
    }

    /// A time with the margin before and after.
    fn around(&self, time: Interval) -> Interval {
        Interval {
            start: Instant(time.start.0.saturating_sub(self.margins.around_ms)),
            end: Instant(time.end.0.saturating_add(self.margins.around_ms)),
        }
    }

    fn meeting(&self, a: &Subject, b: &Subject) -> Option<Meeting> {
        if a.pieces.is_empty() || b.pieces.is_empty() {
            return self.around(a.may).meets(b.may).then(|| placeless(a, b));
        }
        let margin_m = a.margin_m.max(b.margin_m);
        let mut worst: Option<(Pair, &Piece, &Piece)> = None;
        let (mut later_ms, mut earlier_ms) = (0, 0);
        for p in &a.pieces {
            for q in &b.pieces {
                let found = pair(p, q, margin_m, &self.margins, self.world.terrain);
                if found.truth == Truth::False {
                    continue;
                }
                later_ms = later_ms.max(found.later_ms);
                earlier_ms = earlier_ms.max(found.earlier_ms);
                let apart = |pair: &Pair| pair.apart_m.unwrap_or(f64::MAX);
                let is_worse = |w: &(Pair, &Piece, &Piece)| {
                    found.truth > w.0.truth || (found.truth == w.0.truth && apart(&found) < apart(&w.0))
                };
                if worst.as_ref().is_none_or(is_worse) {
                    worst = Some((found, p, q));
                }
            }
        }
        let (pair, p, q) = worst?;
        let mut out = explained(b, &pair, p, q);
        out.later_ms = stated(b.may.end).map(|_| later_ms);
        out.earlier_ms = stated(b.may.start).map(|_| earlier_ms);
        Some(out)
    }
}

/// Whether a notice is held against another thing at all.
fn is_compared(a: &Subject, b: &Subject) -> bool {
    let is_itself = a.with == b.with && a.id == b.id && !a.id.is_empty();
    let is_its_window = b.with == WithKind::Window && a.under.as_ref().is_some_and(|w| w.0 == b.id);
    let is_harmless = b.with == WithKind::Protected && !a.kind.is_some_and(NoticeKind::endangers);
    !is_itself && !is_its_window && !is_harmless
}

fn placeless(a: &Subject, b: &Subject) -> Meeting {
    let whose = if b.pieces.is_empty() { &b.title } else { &a.title };
    Meeting {
        with: b.with,
        id: b.id.clone(),
        title: b.title.clone(),
        answer: Answer::Undetermined,
        apart_m: None,
        needs_m: a.margin_m.max(b.margin_m),
        from_ms: stated(b.may.start),
        until_ms: stated(b.may.end),
        later_ms: None,
        earlier_ms: None,
        reasons: vec!["both may be at the same time".to_owned()],
        missing: vec![format!("where {whose} is")],
    }
}

fn explained(b: &Subject, pair: &Pair, p: &Piece, q: &Piece) -> Meeting {
    let [space, time, height] = pair.parts;
    let apart = pair.apart_m.unwrap_or(f64::NAN);
    let mut reasons = vec![match apart {
        a if a < 0.0 => format!("they overlap by {:.0} m; kept apart would be {:.0} m", -a, pair.needs_m),
        a => format!("{a:.0} m apart across the ground; kept apart would be {:.0} m", pair.needs_m),
    }];
    let mut missing = Vec::new();
    if pair.doubt_m > 0.0 {
        let how =
            if pair.is_doubt_stated { "known to" } else { "precision not stated; taken to be known to" };
        reasons.push(format!("their places together are {how} {:.0} m", pair.doubt_m));
    }
    if space == Truth::Undetermined {
        missing.push(match pair.is_doubt_stated {
            true => "a better place of one of them".to_owned(),
            false => "how well the place of each is known".to_owned(),
        });
    }
    match time {
        Truth::Undetermined if p.when.sure.is_none() || q.when.sure.is_none() => {
            missing.push("when it begins and ends, the same from all".to_owned());
        }
        Truth::Undetermined => missing.push("how late it may be on the way".to_owned()),
        _ => reasons.push("at the same time, the margin included".to_owned()),
    }
    match height {
        Truth::Undetermined => missing.push(height_missing(p, q)),
        _ => reasons.push("at heights that meet, the margin included".to_owned()),
    }
    Meeting {
        with: b.with,
        id: b.id.clone(),
        title: b.title.clone(),
        answer: if pair.truth == Truth::True { Answer::Conflict } else { Answer::Undetermined },
        apart_m: pair.apart_m,
        needs_m: pair.needs_m,
        from_ms: stated(q.when.may.start),
        until_ms: stated(q.when.may.end),
        later_ms: None,
        earlier_ms: None,
        reasons,
        missing,
    }
}

fn height_missing(p: &Piece, q: &Piece) -> String {
    use crate::conflict::subject::Band;
    let unknown = |b: Band| matches!(b, Band::Ground(None, _) | Band::Ground(_, None));
    if unknown(p.band) || unknown(q.band) {
        return "how high one of them is".to_owned();
    }
    let ([lon, lat], _) = p.flat.bounds();
    format!("the height of the ground near lat {lat:.3} lon {lon:.3}")
}
