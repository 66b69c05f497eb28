//! Every limit of this room, by name.

/// Longest text of an act, bytes.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Longest name, key or label, bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// Most vertices of a route or of the edge of an area.
pub const VERTICES_MAX: usize = 500;
/// Longest route, metres.
pub const ROUTE_M_MAX: f64 = 3_000_000.0;
/// Widest corridor, and largest radius of a point, metres.
pub const EXTENT_M_MAX: f64 = 50_000.0;
/// Largest doubt of a place that is still a place, metres.
pub const DOUBT_M_MAX: f64 = 50_000.0;
/// Farthest that an area reaches, degrees of longitude or latitude.
pub const AREA_DEG_MAX: f64 = 20.0;
/// Beyond this latitude, degrees, no geometry is taken: a flat margin does not hold there.
pub const LATITUDE_DEG_MAX: f64 = 80.0;
/// Longest period of one notice or window, milliseconds. 366 days.
pub const PERIOD_MS_MAX: i64 = 366 * base::time::DAY_MS;
/// Most addressees of one notice.
pub const ADDRESSEES_MAX: usize = 200;
/// Most further fields that a notice states.
pub const CONTENT_MAX: usize = 64;
/// Most parties, monitors' posts or stated hours of one window.
pub const MEMBERS_MAX: usize = 64;
/// Most observations or citations that one act names.
pub const CITES_MAX: usize = 1_000;
/// Most versions of one notice.
pub const VERSIONS_MAX: usize = 1_000;
/// Longest promise that is taken, milliseconds. 366 days.
pub const PROMISE_MS_MAX: i64 = 366 * base::time::DAY_MS;
/// Longest time that an entry of the protected register stands before it is renewed, milliseconds. 2 years.
pub const ENTRY_MS_MAX: i64 = 731 * base::time::DAY_MS;
/// Most pieces that the edges of one geometry are cut into for the check.
pub const PIECES_MAX: usize = 4_000;
/// Longest piece of an edge in the check, metres.
pub const PIECE_M_MAX: f64 = 20_000.0;
/// Most meetings that one answer lists; the count of all is told.
pub const MEETINGS_MAX: usize = 1_000;
/// Most times that a shifted or moved copy of a notice is tried for one suggestion.
pub const TRIES_MAX: usize = 12;
