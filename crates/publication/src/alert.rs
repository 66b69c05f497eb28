//! What a warning says to those to whom it was issued, in each language: where, what, since when, how much more than
//! expected, what is advised, what would end it. Never the incidents and sources behind it, and never who did it.

use base::{CivilZone, Instant};
use warnings::ledger::{Issued, Life};
use warnings::raised::Level;

/// Languages in which warnings are worded.
pub const LANGUAGES: [&str; 5] = ["en", "uk", "ru", "fr", "ar"];

/// A warning in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worded {
    /// Tag of the language.
    pub language: &'static str,
    /// One line.
    pub headline: String,
    /// What there is, and what is not known.
    pub description: String,
    /// What is advised, in the officer's words; empty: nothing.
    pub instruction: String,
    /// What would end it.
    pub cancels_when: String,
}

/// Templates of one language. Names stand in quotes or after a colon, so that nothing has to be declined.
struct Templates {
    language: &'static str,
    levels: [&'static str; 3],
    headline: &'static str,
    indicator: &'static str,
    counted: &'static str,
    by_hand: &'static str,
    unsure: &'static str,
    ends: &'static str,
    over: &'static str,
}

const ALL: [Templates; 5] = [
    Templates {
        language: "en",
        levels: ["Advisory", "Watch", "Warning"],
        headline: "{level}: more “{what}” than expected, {ground}",
        indicator: "{level}: indicator “{indicator}” of the agreement is met: “{what}”, {ground}",
        counted: "Since {since}: {counted} counted, {expected} expected.",
        by_hand: "Raised by an officer on {since}.",
        unsure: "It does not say who did it, nor that anybody breached anything.",
        ends: "It holds until {until} unless it is changed or ended before.",
        over: "Ended: {level}, “{what}”, {ground}",
    },
    Templates {
        language: "uk",
        levels: ["Повідомлення", "Увага", "Попередження"],
        headline: "{level}: більше, ніж очікувалося — «{what}», {ground}",
        indicator: "{level}: спрацював індикатор угоди «{indicator}»: «{what}», {ground}",
        counted: "Від {since}: нараховано {counted}, очікувалося {expected}.",
        by_hand: "Оголосив черговий {since}.",
        unsure: "Тут не сказано, хто це зробив, ані що хтось щось порушив.",
        ends: "Діє до {until}, якщо раніше не змінено й не скасовано.",
        over: "Скасовано: {level}, «{what}», {ground}",
    },
    Templates {
        language: "ru",
        levels: ["Сообщение", "Внимание", "Предупреждение"],
        headline: "{level}: больше, чем ожидалось — «{what}», {ground}",
        indicator: "{level}: сработал индикатор соглашения «{indicator}»: «{what}», {ground}",
        counted: "С {since}: насчитано {counted}, ожидалось {expected}.",
        by_hand: "Объявил дежурный {since}.",
        unsure: "Здесь не сказано, кто это сделал, и не сказано, что кто-то что-то нарушил.",
        ends: "Действует до {until}, если раньше не изменено и не отменено.",
        over: "Отменено: {level}, «{what}», {ground}",
    },
    Templates {
        language: "fr",
        levels: ["Avis", "Vigilance", "Alerte"],
        headline: "{level} : plus que prévu — « {what} », {ground}",
        indicator: "{level} : l’indicateur « {indicator} » de l’accord est atteint : « {what} », {ground}",
        counted: "Depuis {since} : {counted} comptés, {expected} attendus.",
        by_hand: "Signalé par un officier le {since}.",
        unsure: "Il n’est pas dit qui l’a fait, ni que quelqu’un a violé quoi que ce soit.",
        ends: "Valable jusqu’au {until}, sauf changement ou fin avant.",
        over: "Terminé : {level}, « {what} », {ground}",
    },
    Templates {
        language: "ar",
        levels: ["إشعار", "ترقّب", "تحذير"],
        headline: "{level}: أكثر من المتوقع — «{what}»، {ground}",
        indicator: "{level}: تحقّق مؤشر الاتفاق «{indicator}»: «{what}»، {ground}",
        counted: "منذ {since}: العدد {counted}، والمتوقع {expected}.",
        by_hand: "أطلقه ضابط المناوبة في {since}.",
        unsure: "لا يقول هذا من فعل ذلك، ولا أن أحدًا خالف شيئًا.",
        ends: "يسري حتى {until} ما لم يُغيَّر أو يُنهَ قبل ذلك.",
        over: "انتهى: {level}، «{what}»، {ground}",
    },
];

/// What an issued warning says in every language; nothing, if nobody knows what it is about.
#[must_use]
pub fn worded(life: &Life, issued: &Issued, is_over: bool, zone: &CivilZone) -> Vec<Worded> {
    let Some(facts) = &life.facts else { return Vec::new() };
    let show = |ms: i64| zone.show(Instant(ms));
    let one = |t: &Templates| {
        let [advisory, watch, warning] = t.levels;
        let level = match issued.level {
            Level::Advisory => advisory,
            Level::Watch => watch,
            Level::Warning => warning,
        };
        let expected = facts.expected_milli as f64 / 1_000.0;
        let fill = |template: &str| {
            let pairs = [
                ("{level}", level.to_owned()),
                ("{since}", show(facts.since_ms)),
                ("{counted}", facts.counted.to_string()),
                ("{expected}", format!("{expected:.1}")),
                ("{until}", show(issued.expires_ms)),
                ("{what}", facts.what.clone()),
                ("{ground}", facts.ground.clone()),
                ("{indicator}", facts.indicator.clone()),
            ];
            filled(template, &pairs)
        };
        let met = if facts.indicator.is_empty() { t.headline } else { t.indicator };
        let told = if life.by_hand.is_some() { t.by_hand } else { t.counted };
        Worded {
            language: t.language,
            headline: fill(if is_over { t.over } else { met }),
            description: format!("{} {}", fill(told), t.unsure),
            instruction: issued.instruction.clone(),
            cancels_when: if is_over { String::new() } else { fill(t.ends) },
        }
    };
    ALL.iter().map(one).collect()
}

/// The template with its holes filled, each once: braces in names stay what they are.
fn filled(template: &str, pairs: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match pairs.iter().find(|(hole, _)| from.starts_with(hole)) {
            Some((hole, value)) => {
                out.push_str(value);
                rest = from.get(hole.len()..).unwrap_or("");
            }
            None => {
                out.push('{');
                rest = from.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hole_is_filled_and_names_with_braces_stay_names() {
        let pairs = [("{what}", "fire {ground}".to_owned()), ("{ground}", "the {mill}".to_owned())];
        assert_eq!(filled("“{what}”, {ground}", &pairs), "“fire {ground}”, the {mill}");
        for t in &ALL {
            for template in [t.headline, t.counted, t.by_hand, t.ends, t.over] {
                let holes =
                    ["{level}", "{since}", "{counted}", "{expected}", "{until}", "{what}", "{ground}"];
                let left = holes.iter().fold(template.to_owned(), |text, hole| text.replace(hole, ""));
                assert!(!left.contains('{'), "{}: {template}", t.language);
            }
        }
    }
}
