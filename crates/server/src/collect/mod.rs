//! Collectors: what is received, subscribed to and asked for while the desk is open. They hand bytes to
//! `evidence::read`, keep the result through [`crate::keep::Keeper`], and acknowledge only what is on the disk.
//! docs/collecting.md is the officer's page.

mod backoff;
mod cot;
mod feed;
mod frame;
mod health;
mod limits;
mod mqtt;
mod pull;
mod sources;
pub(crate) mod tls;

pub use feed::ReleaseError;
pub use health::{Freshness, Health};
pub use limits::SOURCES_BYTES_MAX;
pub use sources::{Cot, Door, Mqtt, Pull, Quarantine, ServerTls, Source, SourceProblem, read_sources};

use crate::keep::Keeper;
use feed::Feed;
use std::sync::Arc;
use std::time::Duration;

/// Why collecting did not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("source `{source_id}`: {says}")]
pub struct CollectError {
    /// Which source.
    pub source_id: String,
    /// What is wrong, and what to do.
    pub says: String,
}

/// All sources that are collected from.
pub struct Collectors {
    feeds: Vec<Arc<Feed>>,
    opened: Vec<String>,
}

/// How a source is at one moment. Nothing in it says where the source, or its server, stands.
#[derive(Clone, Debug)]
pub struct SourceState {
    /// Its card.
    pub card: evidence::card::Card,
    /// By which door it comes: `cot`, `mqtt` or `pull`.
    pub door: &'static str,
    /// How fresh it is.
    pub freshness: Freshness,
    /// Its health.
    pub health: Health,
    /// Stretches that are held back until it is released.
    pub held: usize,
}

impl Collectors {
    /// Opens every door and collects in the background, on the runtime that it is called on, until that ends. The cards
    /// are put into the journal first.
    pub async fn start(
        sources: Vec<Source>,
        keeper: Arc<dyn Keeper>,
    ) -> Result<Arc<Collectors>, CollectError> {
        let (mut feeds, mut opened) = (Vec::new(), Vec::new());
        for source in sources {
            let id = source.card.id.clone();
            let failed = |says: String| CollectError { source_id: id.clone(), says };
            let feed = Arc::new(Feed::new(source, keeper.clone()));
            let describing = feed.clone();
            let described = tokio::task::spawn_blocking(move || describing.describe()).await;
            described.map_err(|e| failed(e.to_string()))?.map_err(|e| failed(e.to_string()))?;
            opened.push(open(feed.clone()).await.map_err(failed)?);
            feeds.push(feed);
        }
        let collectors = Arc::new(Collectors { feeds, opened });
        tokio::spawn(watch_silence(collectors.feeds.clone()));
        Ok(collectors)
    }

    /// One line a source: what is collected, and where it comes in. For the terminal of the mission's own machine.
    #[must_use]
    pub fn opened(&self) -> &[String] {
        &self.opened
    }

    /// How every source is.
    #[must_use]
    pub fn states(&self) -> Vec<SourceState> {
        let state = |feed: &Arc<Feed>| {
            let health = feed.health().clone();
            SourceState {
                card: feed.source.card.clone(),
                door: feed.source.door.name(),
                freshness: health.freshness(feed.now_ms(), feed.source.stale_after),
                held: feed.held(),
                health,
            }
        };
        self.feeds.iter().map(state).collect()
    }

    /// Ends a source's quarantine, and takes in what was held back; how many stretches that were. Blocks.
    pub fn release(&self, id: &str) -> Result<usize, ReleaseError> {
        let feed = self.feeds.iter().find(|f| f.source.card.id == id);
        feed.ok_or_else(|| ReleaseError::Unknown(id.to_owned()))?.release()
    }
}

async fn open(feed: Arc<Feed>) -> Result<String, String> {
    let (id, format) = (feed.source.card.id.clone(), feed.source.format.name());
    let at = match feed.source.door.clone() {
        Door::Cot(door) => {
            let tls = if door.tls.is_some() { "TLS" } else { "TCP" };
            format!("listening on {} ({tls})", cot::open(feed, door).await?)
        }
        Door::Mqtt(door) => {
            let says = format!("subscribed at {} to {}", door.url, door.topics.join(", "));
            mqtt::open(feed, door)?;
            says
        }
        Door::Pull(door) => {
            let says = format!("asking every {} s", door.every.as_secs());
            pull::open(feed, door)?;
            says
        }
    };
    Ok(format!("collecting {format} of {id}: {at}"))
}

/// Looks for silences and tells the journal of them.
async fn watch_silence(feeds: Vec<Arc<Feed>>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(limits::SILENCE_LOOK_MS));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for feed in feeds.iter().filter(|f| f.source.area.is_some()) {
            let feed = feed.clone();
            // A failure is tried again at the next tick; nothing is lost by it.
            let _ = tokio::task::spawn_blocking(move || feed.tell_silence()).await;
        }
    }
}

#[cfg(test)]
mod tests;
