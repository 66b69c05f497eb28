//! What the types of Cursor on Target events stand for: `a` is something at a place, `b` a report or a mark, `t` an
//! order to the program, `u` a drawing. The table is that of `docs/sources/cot.md`.

/// What an event of a type is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// An observation of this kind, and the weapon class where the type names one.
    Fact(&'static str, &'static str),
    /// An observation whose position is that of the observer: the place is not taken.
    WithoutPlace,
    /// A device of the sender's own side, that states where it is.
    OwnDevice,
    /// Where a sensor or another's own post stands.
    OwnPosition,
    /// It takes back an earlier event.
    Withdrawal,
    /// Nothing that was observed; with what is said of it.
    Passed(&'static str),
    /// A type outside the standard.
    Unknown,
}

use Meaning::{Fact, OwnDevice, OwnPosition, Passed, Unknown, Withdrawal, WithoutPlace};

/// Ground tracks by the function that follows `a-?-G-`; the first that fits.
const GROUND: &[(&str, Meaning)] = &[
    ("U-C-A-A", Fact("troops", "")),
    ("U-C-A", Fact("armour", "")),
    ("U-C-F-T", Fact("troops", "")),
    ("U-C-F-S", Fact("troops", "")),
    ("U-C-F-R", Fact("weapon", "rocket artillery")),
    ("U-C-F-M", Fact("weapon", "mortar")),
    ("U-C-F-H", Fact("weapon", "howitzer")),
    ("U-C-F", Fact("weapon", "artillery")),
    ("U-C-M", Fact("weapon", "surface-to-surface missile")),
    ("U-C-D", Fact("weapon", "air defence")),
    ("U-C", Fact("troops", "")),
    ("U-S", Fact("troops", "")),
    ("U-U", Fact("troops", "")),
    ("E-V-A-T", Fact("armour", "tank")),
    ("E-V-A", Fact("armour", "")),
    ("E-W-M-A", Fact("weapon", "air defence missile")),
    ("E-W-M-S", Fact("weapon", "surface-to-surface missile")),
    ("E-W-M-T", Fact("weapon", "anti-tank missile")),
    ("E-W-S", Fact("weapon", "rocket launcher")),
    ("E-W-X", Fact("weapon", "multiple rocket launcher")),
    ("E-W-T", Fact("weapon", "anti-tank rocket launcher")),
    ("E-W-R", Fact("weapon", "small arms")),
    ("E-W-Z", Fact("weapon", "grenade launcher")),
    ("E-W-O", Fact("weapon", "mortar")),
    ("E-W-H", Fact("weapon", "howitzer")),
    ("E-W-G", Fact("weapon", "anti-tank gun")),
    ("E-W-D", Fact("weapon", "direct-fire gun")),
    ("E-W-A", Fact("weapon", "air defence gun")),
    ("E-W", Fact("weapon", "")),
    ("E-X-M-L", Fact("other", "")),
    ("E-X-M", Fact("mine", "")),
];

/// Everything that is not a track; the first that fits.
const OTHERS: &[(&str, Meaning)] = &[
    ("b-r-f-h-c", Fact("casualty", "")),
    ("b-m-p-s-p", OwnPosition),
    ("b-m-p-s", Fact("other", "")),
    ("b-m", Passed("waypoints, routes and other marks of a plan; not read")),
    ("b-a-o-can", Withdrawal),
    ("b-a-o", WithoutPlace),
    ("b-i", WithoutPlace),
    ("b-t", Passed("chat messages; not read")),
    ("b-f", Passed("offers of files; not read")),
    ("b-w", Passed("weather; not read")),
    ("b", Fact("other", "")),
    ("t-x-d-d", Withdrawal),
    ("t-x-c-t", Passed("pings; not read")),
    ("t", Passed("orders to programs; not read")),
    ("u", Passed("drawings and measurements; not read")),
    ("r", Passed("reservations; not read")),
    ("c", Passed("capabilities; not read")),
    ("y", Passed("replies; not read")),
];

/// Whether `of` is `prefix` or goes on after it.
fn is_of(of: &str, prefix: &str) -> bool {
    of.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// What `kind_of_event`, the type of an event, means; `how` it was made.
pub(super) fn meaning(kind_of_event: &str, how: &str) -> Meaning {
    let Some(track) = kind_of_event.strip_prefix("a-") else {
        return OTHERS.iter().find(|(p, _)| is_of(kind_of_event, p)).map_or(Unknown, |(_, m)| *m);
    };
    let Some((affiliation, rest)) = track.split_once('-') else { return Unknown };
    if matches!(affiliation, "f" | "a") {
        // Whoever the sender calls a friend may be one of ours.
        return if how.starts_with("m-") { OwnDevice } else { OwnPosition };
    }
    let (dimension, function) = rest.split_once('-').unwrap_or((rest, ""));
    match dimension {
        "A" => Fact("flight", ""),
        "G" => GROUND.iter().find(|(p, _)| is_of(function, p)).map_or(Fact("other", ""), |(_, m)| *m),
        "F" if !is_of(function, "A") => Fact("troops", ""),
        "F" | "S" | "U" | "P" | "X" | "Z" => Fact("other", ""),
        _ => Unknown,
    }
}

/// How a type says whose something is: a claim of the sender, in words.
pub(super) fn affiliation(kind_of_event: &str) -> Option<&'static str> {
    let letter = kind_of_event.strip_prefix("a-")?.split('-').next()?;
    Some(match letter {
        "h" => "hostile",
        "s" => "suspect",
        "n" => "neutral",
        "f" => "friend",
        "a" => "assumed friend",
        "j" => "joker (exercise)",
        "k" => "faker (exercise)",
        "u" => "unknown",
        "p" => "pending",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_mean_what_the_table_says_and_a_bare_mark_means_little() {
        for (kind, how, expected) in [
            ("a-h-G-U-C-I", "h-e", Fact("troops", "")),
            ("a-u-G-U-C-F-R-M", "h-e", Fact("weapon", "rocket artillery")),
            ("a-h-G-E-V-A-T", "h-e", Fact("armour", "tank")),
            ("a-h-G-E-W-O-L", "h-e", Fact("weapon", "mortar")),
            ("a-h-G-E-X-M", "h-e", Fact("mine", "")),
            ("a-h-G", "h-e", Fact("other", "")),
            ("a-u-G-I", "h-e", Fact("other", "")),
            ("a-h-A-M-F-Q", "m-g", Fact("flight", "")),
            ("a-n-A-C-F", "m-g", Fact("flight", "")),
            ("a-h-F-G", "h-e", Fact("troops", "")),
            ("a-h-S", "h-e", Fact("other", "")),
            ("a-f-G-U-C", "m-g", OwnDevice),
            ("a-f-A-M-F-Q", "m-g-l", OwnDevice),
            ("a-f-G-U-C", "h-g-i-g-o", OwnPosition),
            ("b-m-p-s-p-loc", "h-g-i-g-o", OwnPosition),
            ("b-r-f-h-c", "h-e", Fact("casualty", "")),
            ("b-m-p-s-m", "h-e", Fact("other", "")),
            ("b-m-p-w", "h-e", Passed("waypoints, routes and other marks of a plan; not read")),
            ("b-a-o-tbl", "m-g", WithoutPlace),
            ("b-a-o-can", "m-g", Withdrawal),
            ("t-x-d-d", "", Withdrawal),
            ("t-x-c-t-r", "", Passed("pings; not read")),
            ("u-d-f", "", Passed("drawings and measurements; not read")),
            ("bad", "", Unknown),
            ("a", "", Unknown),
            ("a-h", "", Unknown),
            ("a-h-Q", "", Unknown),
        ] {
            assert_eq!(meaning(kind, how), expected, "{kind} {how}");
        }
    }

    #[test]
    fn every_kind_is_of_the_vocabulary() {
        for (_, meaning) in GROUND.iter().chain(OTHERS) {
            assert!(!matches!(meaning, Fact(kind, _) if !base::vocabulary::is_kind(kind)), "{meaning:?}");
        }
    }
}
