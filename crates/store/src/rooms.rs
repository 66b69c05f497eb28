//! People's acts in rooms of their own: about warnings, notices, guarantees. Each room is a ledger that its
//! acts, in the order of the journal, come to. Of the record, findings over a period rest on some of them
//! ([`RoomAct::is_told`]): a notice that was sent is a notice given, and a request for consultations starts the
//! clock that the text names.

use crate::reader::{Head, ReadError, Reader};
use crate::record::Entry;
use base::Takes;
use deconfliction::Deed;

/// An act in one of the rooms.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomAct {
    /// About a warning.
    Warning(warnings::act::Act),
    /// About a guarantee: consultations, positions, votes, decisions, measures.
    Guarantee(guarantee::Act),
    /// About notices, windows of silence, protected objects and the hotline.
    Notice(deconfliction::Act),
}

/// Kinds of the entries that hold acts, those on the docket included.
pub const KINDS: &[&str] = &["acted", "warned", "guaranteed", "noticed"];

impl RoomAct {
    /// The kind of its entry.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            RoomAct::Warning(_) => "warned",
            RoomAct::Guarantee(_) => "guaranteed",
            RoomAct::Notice(_) => "noticed",
        }
    }

    /// What makes it itself in its room.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            RoomAct::Warning(act) => &act.key,
            RoomAct::Guarantee(act) => &act.key,
            RoomAct::Notice(act) => &act.key,
        }
    }

    /// Who acted.
    #[must_use]
    pub fn person(&self) -> &str {
        match self {
            RoomAct::Warning(act) => &act.by.person,
            RoomAct::Guarantee(act) => &act.by.person,
            RoomAct::Notice(act) => &act.by.person,
        }
    }

    /// Whether findings over a period may rest on it: whatever is asked for or decided under a text, and what becomes
    /// of a notice once two people have let it go out. Windows, the register, the hotline and drafts are no record.
    #[must_use]
    pub fn is_told(&self) -> bool {
        match self {
            RoomAct::Warning(_) => false,
            RoomAct::Guarantee(_) => true,
            RoomAct::Notice(act) => matches!(
                act.deed,
                Deed::Release { .. }
                    | Deed::Sent { .. }
                    | Deed::Delivered { .. }
                    | Deed::ReadBack { .. }
                    | Deed::Object { .. }
                    | Deed::Withdraw { .. }
            ),
        }
    }

    /// It as JSON, as the journal holds it.
    #[must_use]
    pub fn json(&self) -> String {
        // Acts are plain data of our own: what JSON cannot hold is refused before it is written.
        match self {
            RoomAct::Warning(act) => serde_json::to_string(act).unwrap_or_default(),
            RoomAct::Guarantee(act) => serde_json::to_string(act).unwrap_or_default(),
            RoomAct::Notice(act) => serde_json::to_string(act).unwrap_or_default(),
        }
    }

    /// The act of an entry of that kind; `None`: it is none.
    #[must_use]
    pub fn from_json(kind: &str, json: &str) -> Option<RoomAct> {
        match kind {
            "warned" => serde_json::from_str(json).ok().map(RoomAct::Warning),
            "guaranteed" => serde_json::from_str(json).ok().map(RoomAct::Guarantee),
            "noticed" => serde_json::from_str(json).ok().map(RoomAct::Notice),
            _ => None,
        }
    }
}

/// The acts of one kind recorded after entry `seq`, each with its number.
pub fn acts_after(journal: &Reader, kind: &str, seq: u64) -> Result<Vec<(u64, RoomAct)>, ReadError> {
    let acts = journal.of_kind_after(kind, seq)?;
    Ok(acts
        .into_iter()
        .filter_map(|r| if let Entry::InRoom(act) = r.entry { Some((r.seq, act)) } else { None })
        .collect())
}

/// The last entry on which the record rests. Acts are read once: what was found of them is kept between two calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resting {
    read: u64,
    told: u64,
}

impl Resting {
    /// The head of what the record rests on, as the journal stands.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn head(&mut self, journal: &Reader) -> Result<Head, ReadError> {
        let mut last = self.read;
        for kind in ["guaranteed", "noticed"] {
            for (seq, act) in acts_after(journal, kind, self.read)? {
                last = last.max(seq);
                if act.is_told() {
                    self.told = self.told.max(seq);
                }
            }
        }
        self.read = last;
        let plain = journal.head_but(KINDS)?;
        if self.told > plain.seq { journal.head_at(self.told) } else { Ok(plain) }
    }
}

/// The ledger of warnings as of the entries recorded until `until_ms`; `None`: all.
pub fn warnings_ledger(
    journal: &Reader,
    zone: base::CivilZone,
    until_ms: Option<i64>,
) -> Result<warnings::ledger::Ledger, ReadError> {
    let mut ledger = warnings::ledger::Ledger::new(zone);
    let until_ms = until_ms.unwrap_or(i64::MAX);
    for recorded in journal.of_kind("warned")?.into_iter().take_while(|r| r.recorded_ms <= until_ms) {
        if let Entry::InRoom(RoomAct::Warning(act)) = recorded.entry {
            ledger.take_recorded(&act);
        }
    }
    Ok(ledger)
}

/// The register of guarantees as of the entries recorded until `until_ms`; `None`: all. Acts are taken under the texts
/// that `setting` is of.
pub fn guarantee_register(
    journal: &Reader,
    setting: std::sync::Arc<guarantee::Setting>,
    until_ms: Option<i64>,
) -> Result<guarantee::Register, ReadError> {
    let mut register = guarantee::Register::new(setting);
    let until_ms = until_ms.unwrap_or(i64::MAX);
    for recorded in journal.of_kind("guaranteed")?.into_iter().take_while(|r| r.recorded_ms <= until_ms) {
        if let Entry::InRoom(RoomAct::Guarantee(act)) = recorded.entry {
            register.take_recorded(&act);
        }
    }
    Ok(register)
}

/// The notice board as of the entries recorded until `until_ms`; `None`: all.
pub fn notice_board(
    journal: &Reader,
    zone: base::CivilZone,
    until_ms: Option<i64>,
) -> Result<deconfliction::Board, ReadError> {
    let mut board = deconfliction::Board::new(zone);
    let until_ms = until_ms.unwrap_or(i64::MAX);
    for recorded in journal.of_kind("noticed")?.into_iter().take_while(|r| r.recorded_ms <= until_ms) {
        if let Entry::InRoom(RoomAct::Notice(act)) = recorded.entry {
            board.take_recorded(&act);
        }
    }
    Ok(board)
}
