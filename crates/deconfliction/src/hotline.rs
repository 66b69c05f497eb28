//! The hotline: who called, what was passed on to whom and repeated, and which calls nobody answered. Drills are kept
//! apart.

use crate::act::{Act, CallText, Deed, Ref};
use crate::board::History;
use crate::limits::TEXT_BYTES_MAX;
use crate::notice::not_now;
use crate::shape::{moment, name, short};
use crate::words::CallState;
use base::Refusal;

/// Words passed on.
#[derive(Clone, Debug, PartialEq)]
pub struct Relayed {
    /// To whom.
    pub to: String,
    /// What was said.
    pub text: String,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// What was repeated, whether as it stands, and when, milliseconds since 1970.
    pub repeated: Option<(String, bool, i64)>,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Who, whom, when and what.
    pub text: CallText,
    /// Whether nobody answered.
    pub is_missed: bool,
    /// What was passed on, in order.
    pub relayed: Vec<Relayed>,
    /// When it ended, milliseconds since 1970.
    pub closed_ms: Option<i64>,
    /// What was done.
    pub history: History,
}

/// Most times that one call's words are passed on.
const RELAYED_MAX: usize = 1_000;

impl Call {
    pub(crate) fn logged(act: &Act, text: &CallText) -> Result<Call, Refusal> {
        name("from", &text.from)?;
        name("to", &text.to)?;
        short("text", &text.text, TEXT_BYTES_MAX)?;
        moment("called_ms", text.called_ms)?;
        if text.called_ms > act.at_ms {
            return Err(Refusal::wrong("called_ms", "it is written down before it was made"));
        }
        let mut history = History::default();
        history.note(act, &text.text);
        let is_missed = matches!(act.deed, Deed::Missed { .. });
        Ok(Call { text: text.clone(), is_missed, relayed: Vec::new(), closed_ms: None, history })
    }

    /// How it stands. A call that was missed stays one until its words are passed on.
    #[must_use]
    pub fn state(&self) -> CallState {
        if self.closed_ms.is_some() {
            return CallState::Closed;
        }
        match self.relayed.last().map(|r| r.repeated.as_ref().map(|(_, as_stated, _)| *as_stated)) {
            None if self.is_missed => CallState::Missed,
            None => CallState::Logged,
            Some(None) => CallState::Relayed,
            Some(Some(true)) => CallState::ReadBack,
            Some(Some(false)) => CallState::Misread,
        }
    }

    pub(crate) fn take(&mut self, act: &Act, own: &Ref) -> Result<(), Refusal> {
        if self.closed_ms.is_some() {
            return Err(not_now(own, CallState::Closed.word(), "not closed"));
        }
        match &act.deed {
            Deed::Relay { to, text, .. } => {
                name("to", to)?;
                if self.relayed.len() >= RELAYED_MAX {
                    return Err(Refusal::wrong("call", "passed on too often; write a new call down"));
                }
                let (to, text) = (to.clone(), text.clone());
                self.relayed.push(Relayed { to, text, at_ms: act.at_ms, repeated: None });
            }
            Deed::Repeat { text, as_stated, .. } => {
                let Some(last) = self.relayed.last_mut() else {
                    return Err(not_now(own, CallState::Logged.word(), "passed on"));
                };
                last.repeated = Some((text.clone(), *as_stated, act.at_ms));
            }
            Deed::Close { .. } => self.closed_ms = Some(act.at_ms),
            _ => return Err(Refusal::NoSuch(own.clone())),
        }
        let words = act.deed.words().first().map_or("", |(_, w)| w).to_owned();
        self.history.note(act, &words);
        Ok(())
    }
}
