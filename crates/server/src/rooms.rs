//! Rooms in which people act on something else than cases: each a ledger, in memory twice. An act is taken by the
//! first, kept in the journal, and only then shown; readers never wait for the disk, and never see what is not on it.

use crate::desk::Desk;
use crate::docket::seat::Seat;
use crate::keep::{KeepError, Keeper};
use crate::live::{App, blocking};
use crate::problem::{FieldError, Problem};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Act, By, Digest, Done, Grant, Ref, Refusal, Role, Takes};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use utoipa::ToSchema;

/// How old what is shown may be with respect to what other programs wrote, milliseconds.
const LOOK_EVERY_MS: i64 = 1_000;
/// How often an act is tried when somebody else acts at the same moment.
const TRIES: usize = 3;

/// A ledger whose acts the journal keeps.
pub(crate) trait Kept: Takes<Deed: Serialize + DeserializeOwned> + Send + Sync + 'static {
    /// The kind of the entries of its acts.
    const KIND: &'static str;

    /// The ledger before anything was done.
    fn empty(desk: &Desk) -> Self;
}

/// An act as it is sent to a room.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RoomActSent {
    /// Unlike for every act: the same again is the same act.
    key: String,
    /// The role in which the person acts; one that they hold.
    role: String,
    /// What the role is held of; empty: the mission.
    #[serde(default)]
    of: String,
    /// The revision of the object that they saw.
    #[serde(default)]
    seen: Option<u64>,
    /// Who did it, as the device that sends it later has kept it: an act is not taken in another person's name. Left
    /// out: whoever is signed in.
    #[serde(default)]
    person: Option<String>,
    /// The deed: `deed` names it, its other members are those of the room's manual.
    #[schema(value_type = Object)]
    deed: Value,
}

/// What an act in a room did.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomActDone {
    /// The object that it made or changed.
    on: String,
    /// The same act had been taken before.
    already: bool,
    /// The number of its journal entry.
    seq: u64,
}

/// A deed that a reader's role may do.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomMay {
    /// The deed's name.
    deed: String,
    /// The role.
    role: String,
    /// What it is held of.
    of: String,
}

/// The deeds that somebody's roles may do, by the room's own table.
pub(crate) fn may(seat: &Seat, table: &[(&'static str, &[Role])]) -> Vec<RoomMay> {
    if seat.person.is_empty() {
        return Vec::new();
    }
    let held = |(deed, roles): &(&'static str, &[Role])| {
        let of = |g: &Grant| RoomMay {
            deed: (*deed).to_owned(),
            role: g.role.name().to_owned(),
            of: g.of.clone(),
        };
        seat.grants.iter().filter(|g| roles.contains(&g.role)).map(of).collect::<Vec<RoomMay>>()
    };
    table.iter().flat_map(held).collect()
}

/// A body as it came, read or not.
pub(crate) type Sent = Result<Json<RoomActSent>, axum::extract::rejection::JsonRejection>;

/// Takes an act that was sent to a room, if `knows` says that the person may know of what it is about: what they
/// may not see they may not act on, and are not told that it exists.
pub(crate) async fn take<L: Kept>(
    app: App,
    seat: Seat,
    sent: Sent,
    room: fn(&App) -> &Room<L>,
    knows: fn(&L, &Seat, &L::Deed, i64) -> Option<Ref>,
) -> Result<Response, Problem> {
    let unreadable =
        |field: &str, detail: String| Problem::fields(vec![FieldError { field: field.to_owned(), detail }]);
    let Json(sent) = sent.map_err(|e| unreadable("", e.body_text()))?;
    let done = blocking(move || {
        if sent.person.as_ref().is_some_and(|p| *p != seat.person) {
            let says = "it was done by somebody else than who is signed in; sign in as who did it";
            return Err(Problem::forbidden("other-person", says));
        }
        let grant = seat.grant(&sent.role, &sent.of)?;
        let deed: L::Deed =
            serde_json::from_value(sent.deed).map_err(|e| unreadable("deed", e.to_string()))?;
        let keeper = app.keeper()?;
        let (desk, at_ms) = (app.latest(), keeper.now_ms());
        let hidden = room(&app).read(keeper.as_ref(), &desk, |on| knows(on, &seat, &deed, at_ms))?;
        if let Some(on) = hidden {
            return Err(Problem::act_refused(&Refusal::NoSuch(on)));
        }
        let by = By::under(&seat.person, grant);
        let act = Act { key: sent.key, by, at_ms, seen: sent.seen, deed };
        let (done, seq) = room(&app).act(keeper.as_ref(), &desk, &act)?;
        Ok(RoomActDone { on: done.on.0, already: done.already, seq })
    })
    .await?;
    let status = if done.already { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(done)).into_response())
}

/// Answers that cost something to make, by what they rest on: made once while nothing changes.
pub(crate) struct Answers<T>(Mutex<Vec<(String, Arc<T>)>>);

/// Answers that are kept: a few audiences.
const ANSWERS_MAX: usize = 8;

impl<T> Default for Answers<T> {
    fn default() -> Answers<T> {
        Answers(Mutex::new(Vec::new()))
    }
}

impl<T> Answers<T> {
    /// The answer under that key, if it was made.
    pub fn find(&self, key: &str) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == key).map(|(_, answer)| answer.clone())
    }

    /// The answer under that key.
    pub fn of(&self, key: String, make: impl FnOnce() -> T) -> Arc<T> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, answer)) = kept.iter().find(|(of, _)| *of == key) {
            return answer.clone();
        }
        // Whoever asks for the same meanwhile waits for it, instead of making it too.
        let answer = Arc::new(make());
        if kept.len() >= ANSWERS_MAX {
            kept.remove(0);
        }
        kept.push((key, answer.clone()));
        answer
    }
}

/// A room.
pub(crate) struct Room<L> {
    bench: Mutex<Bench<L>>,
    shown: RwLock<Option<(L, u64)>>,
}

struct Bench<L> {
    ledger: Option<(L, u64)>,
    /// When the journal was last asked for acts of other programs, milliseconds since 1970.
    looked_ms: i64,
    /// The texts when the ledger was made: what is allowed may rest on them.
    texts: Vec<Digest>,
}

impl<L> Default for Room<L> {
    fn default() -> Room<L> {
        let bench = Bench { ledger: None, looked_ms: 0, texts: Vec::new() };
        Room { bench: Mutex::new(bench), shown: RwLock::new(None) }
    }
}

/// Why an act was not taken.
enum NotTaken {
    Refused(Refusal),
    Kept(KeepError),
}

impl<L: Kept> Room<L> {
    /// Asks something of the ledger as it stands.
    pub fn read<T>(&self, keeper: &dyn Keeper, desk: &Desk, ask: impl FnOnce(&L) -> T) -> Result<T, Problem> {
        self.look(keeper, desk).map_err(|e| crate::docket::not_kept(&e))?;
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        match shown.as_ref() {
            Some((ledger, _)) => Ok(ask(ledger)),
            None => Err(Problem::unavailable("it is being read; try again in a moment")),
        }
    }

    /// Takes an act: checks it, keeps it, shows it. Gives what it did and its entry; entry 0: it had been taken before.
    pub fn act(&self, keeper: &dyn Keeper, desk: &Desk, act: &Act<L::Deed>) -> Result<(Done, u64), Problem> {
        let mut busy = KeepError::Busy { holder: "somebody else".to_owned() };
        for _ in 0..TRIES {
            match self.once(keeper, desk, act) {
                Ok(took) => return Ok(took),
                Err(NotTaken::Refused(refusal)) => return Err(Problem::act_refused(&refusal)),
                // Somebody else acted at the same moment: the act is checked again against what they did.
                Err(NotTaken::Kept(again @ KeepError::Busy { .. })) => busy = again,
                Err(NotTaken::Kept(other)) => return Err(crate::docket::not_kept(&other)),
            }
        }
        Err(crate::docket::not_kept(&busy))
    }

    fn once(&self, keeper: &dyn Keeper, desk: &Desk, act: &Act<L::Deed>) -> Result<(Done, u64), NotTaken> {
        let mut bench = self.bench();
        self.catch_up(&mut bench, keeper, desk).map_err(NotTaken::Kept)?;
        let Some((ledger, last_seq)) = bench.ledger.as_mut() else {
            return Err(NotTaken::Kept(KeepError::Failed("it could not be read".to_owned())));
        };
        let done = ledger.take(act).map_err(NotTaken::Refused)?;
        if done.already {
            return Ok((done, 0));
        }
        let kept = serde_json::to_string(act)
            .map_err(|e| KeepError::Refused(e.to_string()))
            .and_then(|json| keeper.room_acted(L::KIND, &json, *last_seq));
        match kept {
            Ok(kept) => {
                let seq = kept.seq();
                *last_seq = seq;
                self.show(act, seq);
                Ok((done, seq))
            }
            Err(e) => {
                // It is on the bench and not on the disk: read the ledger again.
                bench.ledger = None;
                Err(NotTaken::Kept(e))
            }
        }
    }

    fn bench(&self) -> MutexGuard<'_, Bench<L>> {
        self.bench.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_shown(&self) -> bool {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Takes up what other programs wrote, from time to time.
    fn look(&self, keeper: &dyn Keeper, desk: &Desk) -> Result<(), KeepError> {
        let now_ms = keeper.now_ms();
        // While somebody writes, what is shown is as new as can be.
        let Ok(mut bench) = self.bench.try_lock() else {
            return if self.is_shown() { Ok(()) } else { self.catch_up(&mut self.bench(), keeper, desk) };
        };
        if bench.ledger.is_some() && now_ms.saturating_sub(bench.looked_ms) < LOOK_EVERY_MS {
            return Ok(());
        }
        bench.looked_ms = now_ms;
        self.catch_up(&mut bench, keeper, desk)
    }

    fn catch_up(&self, bench: &mut Bench<L>, keeper: &dyn Keeper, desk: &Desk) -> Result<(), KeepError> {
        let texts: Vec<Digest> = desk.record.texts.iter().map(|t| t.version.text).collect();
        if bench.ledger.is_none() || bench.texts != texts {
            let mut ledger = L::empty(desk);
            let mut last = 0;
            for (seq, act) in acts::<L>(keeper, 0)? {
                ledger.take_recorded(&act);
                last = seq;
            }
            *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Some((ledger.clone(), last));
            bench.ledger = Some((ledger, last));
            bench.texts = texts;
            return Ok(());
        }
        if let Some((ledger, last)) = bench.ledger.as_mut() {
            for (seq, act) in acts::<L>(keeper, *last)? {
                ledger.take_recorded(&act);
                *last = seq;
                self.show(&act, seq);
            }
        }
        Ok(())
    }

    fn show(&self, act: &Act<L::Deed>, seq: u64) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((ledger, last)) = shown.as_mut() {
            ledger.take_recorded(act);
            *last = seq;
        }
    }
}

/// Acts, each with the number of its entry.
type Numbered<D> = Vec<(u64, Act<D>)>;

/// The acts after an entry. One that is no act of this room was written by a later program: a ledger without it
/// would say something untrue, so there is none.
fn acts<L: Kept>(keeper: &dyn Keeper, seq: u64) -> Result<Numbered<L::Deed>, KeepError> {
    let acts = keeper.room_acts_after(L::KIND, seq)?;
    let read = |(seq, json): (u64, String)| {
        let unread = |e| KeepError::Refused(format!("entry {seq} cannot be read by this program: {e}"));
        serde_json::from_str(&json).map(|act| (seq, act)).map_err(unread)
    };
    acts.into_iter().map(read).collect()
}
