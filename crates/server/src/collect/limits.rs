//! Every limit of the collectors, by name.

/// Largest sources file, bytes.
pub const SOURCES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most sources in one file.
pub const SOURCES_MAX: usize = 1_000;
/// Messages of one stretch: a stretch is kept when it has so many.
pub const STRETCH_MESSAGES_MAX: usize = 8_192;
/// Bytes of one stretch, likewise.
pub const STRETCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Age at which a stretch is kept, milliseconds.
pub const STRETCH_MS_MAX: u64 = 250;
/// Largest message, bytes; a longer one is rejected (MQTT) or ends the connection (CoT).
pub const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
/// CoT connections of one source at a time, if the source says no other number.
pub const CONNECTIONS_MAX: usize = 64;
/// How long a CoT connection may be silent, seconds, if the source says no other time.
pub const IDLE_S: u64 = 300;
/// How long a TLS handshake may take, seconds.
pub const HANDSHAKE_S: u64 = 10;
/// Rejected rows of a CoT connection in a row after which it is closed.
pub const RUBBISH_IN_A_ROW_MAX: u64 = 20;
/// Redirects followed.
pub const REDIRECTS_MAX: u32 = 3;
/// Values from which a median is taken.
pub const RECENT_MAX: usize = 256;
/// Rows that the quarantine looks back over, if the source says no other number.
pub const QUARANTINE_ROWS: usize = 200;
/// Rows below which no source is quarantined.
pub const QUARANTINE_ROWS_MIN: usize = 20;
/// Stretches held of a quarantined source; older ones are only among the originals.
pub const HELD_MAX: usize = 10_000;
/// How often silence is looked for, milliseconds.
pub const SILENCE_LOOK_MS: u64 = 1_000;
/// Messages held of a quarantined source, in all.
pub const HELD_MESSAGES_MAX: usize = 1_000_000;
/// How long a stream may pause before the stretch at hand is kept, milliseconds: a broker that lets few messages be
/// unacknowledged waits for us.
pub const PAUSE_MS: u64 = 20;
/// Stretches of one subscription on their way to the disk.
pub const STRETCHES_PENDING_MAX: usize = 3;
/// Words of a batch at which it is handed on.
pub const BATCH_WORDS_MAX: usize = 40_000;
