//! Notifications in browsers: one message to every browser of an account. Each that has it is left out of the attempts
//! that follow for the others.

use super::http::{Answer, Leave, agent, post};
use crate::browsers::KeptBrowser;
use crate::dispatch::{Parcel, Receipt, Undelivered};
use crate::outbox::{Outbox, OutboxError};
use crate::push::{Handling, Key, Note, PushSettings, Shows, request};
use std::collections::BTreeSet;
use ureq::Agent;
use ureq::http::StatusCode;

/// What pushing needs.
#[derive(Clone, Copy)]
pub struct Push<'a> {
    /// Where browsers are kept.
    pub outbox: &'a Outbox,
    /// What the mission says of pushing.
    pub settings: &'a PushSettings,
    /// Whether an account may be told what is worded for an audience: it is there, open, and of that audience. Asked at
    /// every attempt, so that whoever left is not told.
    pub admits: &'a Admits<'a>,
}

/// Takes an account and an audience; says why the account is not told.
pub type Admits<'a> = dyn Fn(&str, &str) -> Result<(), String> + Sync + 'a;

/// What became of a note to one browser.
enum Became {
    /// Its push service took it.
    Taken,
    /// The browser is there no more, and forgotten.
    Gone,
    /// It did not go through: why, and after how long another attempt may help.
    Not(Undelivered),
}

/// Whom a note goes to, and as what.
struct Post<'a> {
    push: &'a Push<'a>,
    account: &'a str,
    key: Key,
    agent: Agent,
    at_ms: i64,
}

impl<'a> Post<'a> {
    fn new(push: &'a Push<'a>, account: &'a str, at_ms: i64) -> Result<Post<'a>, Undelivered> {
        let key = push.outbox.push_key().map_err(again)?;
        let leave = Leave { loopback: push.settings.allow_insecure_loopback, private: Vec::new() };
        let agent = agent(leave, None).map_err(Undelivered::again)?;
        Ok(Post { push, account, key, agent, at_ms })
    }

    /// Tells one browser, and keeps what its service said; `key` is the id of the delivery, none of a trial.
    fn tell(
        &self,
        kept: &KeptBrowser,
        note: &Note,
        handling: &Handling,
        key: Option<&str>,
    ) -> Result<(Became, String), OutboxError> {
        let (outbox, id) = (self.push.outbox, kept.browser.id());
        let made = request(note, handling, &kept.browser, &self.key, self.push.settings, self.at_ms);
        let answer = match made {
            Ok(made) => post(&self.agent, made.to, &made.headers, &made.body),
            Err(says) => Err(Undelivered::never(says)),
        };
        let (became, says) = match answer {
            Ok(answer) => {
                let says = answer.says.clone();
                (judged(answer), says)
            }
            Err(failed) => (Became::Not(failed.clone()), failed.says),
        };
        match became {
            Became::Gone => {
                outbox.unsubscribe(self.account, &id)?;
            }
            Became::Taken | Became::Not(_) => {
                outbox.answered(key, &id, matches!(became, Became::Taken), &says, self.at_ms)?;
            }
        }
        Ok((became, says))
    }
}

/// What a push service's answer means (RFC 8030, 5 and 6).
fn judged(answer: Answer) -> Became {
    match answer.status {
        status if status.is_success() => Became::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Became::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Became::Not(answer.again()),
        status if status.is_server_error() => Became::Not(answer.again()),
        _ => Became::Not(Undelivered::never(answer.says)),
    }
}

fn again(error: OutboxError) -> Undelivered {
    Undelivered::again(error.to_string())
}

/// Counts of one attempt.
#[derive(Default)]
struct Counts {
    taken: usize,
    gone: usize,
    /// Names of browsers and what their services said, and the longest wait that one asked for, if another attempt
    /// may help.
    failed: Vec<String>,
    again_after_ms: Option<i64>,
}

impl Counts {
    fn add(&mut self, name: &str, became: Became) {
        match became {
            Became::Taken => self.taken += 1,
            Became::Gone => self.gone += 1,
            Became::Not(failed) => {
                self.failed.push(format!("`{name}`: {}", failed.says));
                self.again_after_ms = self.again_after_ms.max(failed.again_after_ms);
            }
        }
    }

    fn result(self, account: &str) -> Result<Receipt, Undelivered> {
        let all = self.taken + self.gone + self.failed.len();
        let mut says = format!("{} of {all} browsers of `{account}` have it", self.taken);
        if self.gone > 0 {
            says.push_str(&format!("; {} are there no more", self.gone));
        }
        for failed in &self.failed {
            says.push_str(&format!("; {failed}"));
        }
        match (self.again_after_ms, self.taken) {
            (Some(after_ms), _) => Err(Undelivered { says, again_after_ms: Some(after_ms) }),
            (None, 0) => Err(Undelivered::never(says)),
            (None, _) => Ok(Receipt(says)),
        }
    }
}

pub(super) fn send(
    push: &Push<'_>,
    account: &str,
    shows: Shows,
    parcel: &Parcel<'_>,
) -> Result<Receipt, Undelivered> {
    (push.admits)(account, &parcel.message.audience).map_err(Undelivered::never)?;
    let browsers = push.outbox.browsers_of(account).map_err(again)?;
    if browsers.is_empty() {
        let says = format!(
            "no browser of `{account}` takes notifications; they are switched on at the watch's page"
        );
        return Err(Undelivered::never(says));
    }
    let taken: BTreeSet<String> = push.outbox.taken(parcel.key).map_err(again)?;
    let (post, mut counts) = (Post::new(push, account, parcel.at_ms)?, Counts::default());
    let handling = Handling::of(parcel.message, parcel.at_ms);
    for kept in &browsers {
        if taken.contains(&kept.browser.id()) {
            counts.taken += 1;
            continue;
        }
        let (language, languages) = (&kept.browser.language, &parcel.recipient.languages);
        let note = Note::of(parcel.message, language, languages, shows);
        let (became, _) = post.tell(kept, &note, &handling, Some(parcel.key)).map_err(again)?;
        counts.add(&kept.browser.name, became);
    }
    counts.result(account)
}

/// Sends a trial to one browser of an account: nothing of it is real, and no entry of the outbox stands for it. What
/// its push service said.
///
/// # Errors
/// There is no such browser, or it did not go through.
pub fn trial(push: &Push<'_>, account: &str, id: &str, at_ms: i64) -> Result<String, Undelivered> {
    let browsers = push.outbox.browsers_of(account).map_err(again)?;
    let kept = browsers.iter().find(|b| b.browser.id() == id);
    let kept = kept.ok_or_else(|| Undelivered::never("there is no such browser of this account"))?;
    let note = Note::trial(&kept.browser.language, at_ms);
    let handling = Handling { ttl_s: 60 };
    let (became, says) =
        Post::new(push, account, at_ms)?.tell(kept, &note, &handling, None).map_err(again)?;
    match became {
        Became::Taken => Ok(says),
        Became::Gone => {
            Err(Undelivered::never(format!("{says}: this browser is there no more; switch it on anew")))
        }
        Became::Not(failed) => Err(failed),
    }
}
