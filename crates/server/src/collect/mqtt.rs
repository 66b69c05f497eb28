//! A subscription at an MQTT broker. A message is acknowledged only after the stretch that holds it is on the disk;
//! what was not acknowledged the broker sends again, and the same message twice is one observation.

use super::backoff;
use super::feed::Feed;
use super::limits::{
    PAUSE_MS, STRETCH_BYTES_MAX, STRETCH_MESSAGES_MAX, STRETCH_MS_MAX, STRETCHES_PENDING_MAX,
};
use super::sources::{Mqtt, broker};
use super::tls;
use rumqttc::{
    AsyncClient, Event, EventLoop, MqttOptions, Packet, Publish, QoS, SubscribeFilter, TlsConfiguration,
    Transport,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Requests that may wait for the connection: every message of every pending stretch can be acknowledged at once, so
/// that acknowledging never waits for the loop that it is done in.
const REQUESTS_MAX: usize = (STRETCHES_PENDING_MAX + 2) * STRETCH_MESSAGES_MAX;

/// Messages that are kept together.
struct Stretch {
    /// Which connection they came by: an acknowledgement belongs to it alone.
    connection: u64,
    publishes: Vec<Publish>,
    bytes: usize,
    since: Instant,
    last: Instant,
}

/// Prepares the subscription and serves it in the background.
pub(crate) fn open(feed: Arc<Feed>, mqtt: Mqtt) -> Result<(), String> {
    let options = options(&mqtt)?;
    tokio::spawn(subscribe(feed, mqtt, options));
    Ok(())
}

fn options(mqtt: &Mqtt) -> Result<MqttOptions, String> {
    let (host, port, is_tls) = broker(&mqtt.url)?;
    let mut options = MqttOptions::new(&mqtt.client_id, host, port);
    options.set_keep_alive(Duration::from_secs(15));
    options.set_clean_session(false);
    options.set_manual_acks(true);
    let packet_bytes = mqtt.message_bytes_max.saturating_add(64 * 1024);
    options.set_max_packet_size(packet_bytes, packet_bytes);
    if is_tls {
        let config = tls::client(mqtt.ca.as_deref())?;
        options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(config)));
    }
    if let Some(user) = &mqtt.user {
        let password = match &mqtt.password_file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).map_err(|e| {
                format!("the file of `mqtt.password_file`, `{}`, cannot be read: {e}", path.display())
            })?,
        };
        options.set_credentials(user, password.trim_end_matches(['\r', '\n']));
    }
    Ok(options)
}

async fn subscribe(feed: Arc<Feed>, mqtt: Mqtt, options: MqttOptions) {
    let (client, mut events) = AsyncClient::new(options, REQUESTS_MAX);
    let (to_disk, stretches) = mpsc::channel(STRETCHES_PENDING_MAX);
    let (kept, mut done) = mpsc::unbounded_channel();
    tokio::spawn(keep_all(feed.clone(), stretches, kept));
    let mut hand = Hand { feed, mqtt, client, to_disk, connection: 0, open: None, lost: None };
    loop {
        hand.feed.health().attempted(hand.feed.now_ms());
        let error = hand.connected(&mut events, &mut done).await;
        let failures = hand.feed.health().failures.saturating_add(1);
        let wait = backoff::wait(failures, backoff::random());
        let next_ms = hand.feed.now_ms() + i64::try_from(wait.as_millis()).unwrap_or(0);
        hand.feed.health().failed(format!("the broker: {error}"), Some(next_ms));
        // What was read but not kept is sent again; what is on its way to the disk stays there, unacknowledged.
        hand.open = None;
        tokio::time::sleep(wait).await;
    }
}

/// What one subscription works with.
struct Hand {
    feed: Arc<Feed>,
    mqtt: Mqtt,
    client: AsyncClient,
    to_disk: mpsc::Sender<Stretch>,
    connection: u64,
    /// The stretch being gathered.
    open: Option<Stretch>,
    /// Why messages are left at the broker, so that only a new connection brings them again.
    lost: Option<&'static str>,
}

impl Hand {
    /// Receives and acknowledges until the connection fails.
    async fn connected(
        &mut self,
        events: &mut EventLoop,
        done: &mut mpsc::UnboundedReceiver<Stretch>,
    ) -> String {
        loop {
            if let Some(says) = self.lost.take() {
                events.clean();
                return says.to_owned();
            }
            // One poll is awaited to its end, whatever else happens: given up half way it would lose its place.
            let poll = events.poll();
            tokio::pin!(poll);
            let event = loop {
                let due = self.due();
                tokio::select! {
                    event = &mut poll => break event,
                    Some(stretch) = done.recv() => self.acknowledge(&stretch),
                    () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.hand_on(),
                }
            };
            match event {
                Ok(Event::Incoming(Packet::ConnAck(_))) => self.begin(),
                Ok(Event::Incoming(Packet::Publish(publish))) => self.take(publish),
                Ok(_) => {}
                Err(error) => return error.to_string(),
            }
        }
    }

    fn begin(&mut self) {
        self.connection += 1;
        self.open = None;
        let qos = if self.mqtt.qos == 0 { QoS::AtMostOnce } else { QoS::AtLeastOnce };
        let filters = self.mqtt.topics.iter().map(|t| SubscribeFilter::new(t.clone(), qos));
        if let Err(e) = self.client.try_subscribe_many(filters) {
            self.feed.health().failed(format!("`mqtt.topics` cannot be subscribed to: {e}"), None);
        } else {
            let mut health = self.feed.health();
            health.failures = 0;
            health.last_error = None;
        }
    }

    fn take(&mut self, publish: Publish) {
        let now = Instant::now();
        let connection = self.connection;
        let stretch = self.open.get_or_insert_with(|| Stretch {
            connection,
            publishes: Vec::new(),
            bytes: 0,
            since: now,
            last: now,
        });
        stretch.bytes += publish.payload.len();
        stretch.last = now;
        stretch.publishes.push(publish);
        if stretch.publishes.len() >= STRETCH_MESSAGES_MAX || stretch.bytes >= STRETCH_BYTES_MAX {
            self.hand_on();
        }
    }

    /// When the open stretch is to be handed on: when it is old enough, or nothing more comes. `None`: nothing to
    /// hand on, or the disk is behind.
    fn due(&self) -> Option<Instant> {
        let stretch = self.open.as_ref()?;
        let paused = stretch.last + Duration::from_millis(PAUSE_MS);
        let due = paused.min(stretch.since + Duration::from_millis(STRETCH_MS_MAX));
        // The disk is behind: look again soon, and let the stretch grow meanwhile.
        Some(if self.to_disk.capacity() == 0 {
            due.max(Instant::now() + Duration::from_millis(PAUSE_MS))
        } else {
            due
        })
    }

    fn hand_on(&mut self) {
        let Some(stretch) = self.open.take() else { return };
        let too_much = 4 * STRETCH_BYTES_MAX;
        match self.to_disk.try_send(stretch) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(stretch)) if stretch.bytes < too_much => {
                self.open = Some(stretch)
            }
            // Forgotten, not acknowledged: the broker still has all of it, and sends it again when we connect again.
            Err(_) => self.lost = Some("the disk is behind; messages are left there and taken again"),
        }
    }

    fn acknowledge(&mut self, stretch: &Stretch) {
        if stretch.connection != self.connection {
            return;
        }
        for publish in &stretch.publishes {
            if self.client.try_ack(publish).is_err() {
                // It will be sent again, and found to be there already.
                self.lost = Some("acknowledgements wait; the connection is made anew");
                return;
            }
        }
    }
}

/// Keeps stretch after stretch; one that cannot be kept is tried again until it can, and nothing behind it overtakes.
async fn keep_all(
    feed: Arc<Feed>,
    mut stretches: mpsc::Receiver<Stretch>,
    done: mpsc::UnboundedSender<Stretch>,
) {
    while let Some(stretch) = stretches.recv().await {
        let mut failures = 0;
        let messages: Arc<Vec<Vec<u8>>> =
            Arc::new(stretch.publishes.iter().map(|p| p.payload.to_vec()).collect());
        loop {
            let (keeping, messages) = (feed.clone(), messages.clone());
            match tokio::task::spawn_blocking(move || keeping.keep(&messages)).await {
                Ok(Ok(_)) => break,
                Ok(Err(e)) => feed.health().failed(e.to_string(), None),
                Err(_) => feed.health().failed("keeping failed; the failure is ours", None),
            }
            failures += 1;
            tokio::time::sleep(backoff::wait(failures, backoff::random())).await;
        }
        if done.send(stretch).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::collect::sources::broker;

    #[test]
    fn brokers_are_named_with_host_and_port_and_without_secrets() {
        assert_eq!(broker("mqtt://broker.example"), Ok(("broker.example".into(), 1883, false)));
        assert_eq!(broker("mqtts://10.0.0.7:9000/"), Ok(("10.0.0.7".into(), 9000, true)));
        assert_eq!(broker("mqtts://[fd12::1]"), Ok(("fd12::1".into(), 8883, true)));
        for bad in ["http://a", "mqtt://", "mqtt://a:b:c", "mqtt://a/b", "mqtt://u:p@a", "a:1883"] {
            assert!(broker(bad).is_err(), "{bad}");
        }
    }
}
