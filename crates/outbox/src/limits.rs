//! Every limit of the outbox, by name.

/// Longest id of a message or thread, and longest sender, bytes.
pub const ID_BYTES_MAX: usize = 120;
/// Longest name: of a recipient, way, route, zone, stream, kind or audience, characters.
pub const NAME_CHARS_MAX: usize = 120;
/// Longest headline, characters.
pub const HEADLINE_CHARS_MAX: usize = 200;
/// Longest description, instruction or condition of cancelling, characters.
pub const TEXT_CHARS_MAX: usize = 8_000;
/// Longest link, characters.
pub const LINK_CHARS_MAX: usize = 2_000;
/// Most languages of one message.
pub const LANGUAGES_MAX: usize = 24;
/// Most zones of one message.
pub const ZONES_MAX: usize = 200;
/// Most vertices of a zone's polygon: it is coarse.
pub const VERTICES_MAX: usize = 200;
/// Most references of one message.
pub const REFERENCES_MAX: usize = 100;
/// Most parameters of one message.
pub const PARAMETERS_MAX: usize = 100;
/// Longest value of a parameter, characters.
pub const PARAMETER_CHARS_MAX: usize = 1_000;
/// Largest `routing.yaml`, bytes.
pub const ROUTING_BYTES_MAX: usize = 1024 * 1024;
/// Most recipients, most routes and most silences of a routing file.
pub const RULES_MAX: usize = 1_000;
/// Most ways of one recipient.
pub const WAYS_MAX: usize = 8;
/// Most steps of one escalation.
pub const STEPS_MAX: usize = 8;
/// Longest wait that a routing file may state, milliseconds: a week.
pub const WAIT_MS_MAX: i64 = 7 * 86_400_000;
/// Largest secret that is read, bytes.
pub const SECRET_BYTES_MAX: usize = 4_096;
/// Longest reason of a failure that is kept, characters.
pub const REASON_CHARS_MAX: usize = 500;
/// Attempts after which an entry is a dead letter. With the waits of [`crate::backoff`] that is about two days.
pub const ATTEMPTS_MAX: u32 = 60;
/// Most deliveries at a time.
pub const AT_A_TIME: usize = 8;
/// Deliveries that one round of the dispatcher takes at most.
pub const ROUND_MAX: usize = 256;
/// How long one delivery may take before it counts as failed, milliseconds.
pub const SEND_MS_MAX: u64 = 30_000;
/// How long a server of events may take to refuse a session, milliseconds.
pub const REFUSAL_MS_MAX: u64 = 2_000;
/// Most bytes read of a webhook's answer.
pub const ANSWER_BYTES_MAX: u64 = 2_048;
/// How long a writer waits for another program that writes to the same file, milliseconds.
pub const BUSY_MS: u64 = 5_000;
/// Most browsers of one account.
pub const BROWSERS_MAX: u32 = 10;
/// Longest address of a browser at its push service, bytes.
pub const ENDPOINT_BYTES_MAX: usize = 1_000;
/// What goes to a browser is filled up to a multiple of so many bytes.
pub const PUSH_BLOCK_BYTES: usize = 1_024;
/// Most bytes that go to a browser: push services take 4,096 with what sealing adds.
pub const PUSH_BYTES_MAX: usize = 3_072;
/// Longest time that a push service keeps something for a browser that is not there, seconds: a week.
pub const PUSH_TTL_S_MAX: i64 = 7 * 86_400;
