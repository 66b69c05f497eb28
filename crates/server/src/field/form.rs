//! The form of the field: what it asks, in which words. The web form, the XForm and the XLSForm ask the same.

use super::words::{
    ACCESS, ASSESSMENTS, BANDS, CERTAINTIES, DIRECTIONS, EFFECTS, List, MEANS, NOT_SEEN, RELATIONS, Told,
    UNITS, YES_NO,
};

/// The form's id in OpenRosa.
pub(crate) const ID: &str = "truceline_field";
/// The form's version: a later one is another form.
pub(crate) const VERSION: &str = "1";
/// The form's name.
pub(super) const TITLE: &str = "Truceline field report";
/// The form's languages, as ODK writes them. The first is the default.
pub(super) const LANGUAGES: [&str; 5] =
    ["English (en)", "Українська (uk)", "Русский (ru)", "Français (fr)", "العربية (ar)"];
/// Fields that hold media.
pub(super) const MEDIA: &[&str] = &["photo_1", "photo_2", "photo_3"];

/// What a question takes.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// One word of a list.
    One(List),
    /// Any words of a list.
    Several(List),
    /// Free text.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A date and a time.
    Moment,
    /// A position.
    Place,
    /// A photo.
    Photo,
}

/// A question. Conditions are written as in an XLSForm, `${name}` for another question's answer.
pub(super) struct Question {
    /// The field's name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// The question.
    pub label: Told,
    /// When it has to be answered; empty: never.
    pub required: &'static str,
    /// When it is asked; empty: always.
    pub relevant: &'static str,
    /// What an answer has to keep to; empty: nothing.
    pub constraint: &'static str,
}

const fn ask(name: &'static str, takes: Takes, label: Told) -> Question {
    Question { name, takes, label, required: "", relevant: "", constraint: "" }
}

impl Question {
    const fn required(mut self, when: &'static str) -> Question {
        self.required = when;
        self
    }

    const fn relevant(mut self, when: &'static str) -> Question {
        self.relevant = when;
        self
    }

    const fn constraint(mut self, what: &'static str) -> Question {
        self.constraint = what;
        self
    }
}

const NO_BAND: &str = "${range_band} = '' or ${range_band} = 'undetermined'";
const METRES: &str = ". >= 0 and . <= 100000";

/// All questions, in the order asked.
pub(super) const QUESTIONS: &[Question] = &[
    ask(
        "effect",
        Takes::One(EFFECTS),
        ["What happened", "Що сталося", "Что произошло", "Ce qui s’est passé", "ماذا حدث"],
    )
    .required("not(${access_kind} != '' or ${not_seen} != '')"),
    ask(
        "means",
        Takes::One(MEANS),
        ["How you know", "Звідки ви знаєте", "Откуда вы знаете", "Comment le savez-vous", "كيف عرفت"],
    ),
    ask("start", Takes::Moment, ["When it began", "Коли почалося", "Когда началось", "Début", "متى بدأ"])
        .required("${effect} != ''"),
    ask("end", Takes::Moment, ["When it ended", "Коли закінчилося", "Когда закончилось", "Fin", "متى انتهى"])
        .constraint(". >= ${start}"),
    ask("count", Takes::Whole, ["How many", "Скільки", "Сколько", "Combien", "كم العدد"])
        .constraint(". >= 0 and . <= 1000000"),
    ask(
        "count_about",
        Takes::One(YES_NO),
        ["About that many?", "Приблизно?", "Приблизительно?", "Environ ?", "تقريبًا؟"],
    )
    .relevant("${count} != ''"),
    ask("unit", Takes::One(UNITS), ["Of what", "Чого", "Чего", "De quoi", "من ماذا"])
        .relevant("${count} != ''"),
    ask(
        "direction",
        Takes::One(DIRECTIONS),
        [
            "In which direction from you",
            "У якому напрямку від вас",
            "В каком направлении от вас",
            "Dans quelle direction",
            "في أي اتجاه منك",
        ],
    ),
    ask(
        "range_band",
        Takes::One(BANDS),
        ["How far from you", "Як далеко від вас", "Как далеко от вас", "À quelle distance", "كم يبعد عنك"],
    ),
    ask(
        "range_min_m",
        Takes::Number,
        [
            "Nearest distance, metres",
            "Найменша відстань, м",
            "Наименьшее расстояние, м",
            "Distance minimale, m",
            "أقل مسافة بالمتر",
        ],
    )
    .relevant(NO_BAND)
    .constraint(METRES),
    ask(
        "range_max_m",
        Takes::Number,
        [
            "Farthest distance, metres",
            "Найбільша відстань, м",
            "Наибольшее расстояние, м",
            "Distance maximale, m",
            "أكبر مسافة بالمتر",
        ],
    )
    .relevant(NO_BAND)
    .required("${range_min_m} != ''")
    .constraint(METRES),
    ask(
        "assessment",
        Takes::One(ASSESSMENTS),
        [
            "What it was, in your view",
            "Що це було, на вашу думку",
            "Что это было, по-вашему",
            "Votre appréciation",
            "تقديرك",
        ],
    ),
    ask("weapon", Takes::Text, ["Weapon class", "Клас зброї", "Класс оружия", "Type d’arme", "نوع السلاح"]),
    ask(
        "weapon_certainty",
        Takes::One(CERTAINTIES),
        [
            "How sure of the weapon",
            "Наскільки впевнені щодо зброї",
            "Насколько уверены в оружии",
            "Certitude sur l’arme",
            "مدى التأكد من السلاح",
        ],
    )
    .relevant("${weapon} != ''"),
    ask(
        "exercise",
        Takes::One(YES_NO),
        [
            "Exercise or demining?",
            "Навчання чи розмінування?",
            "Учения или разминирование?",
            "Exercice ou déminage ?",
            "تدريب أو إزالة ألغام؟",
        ],
    ),
    ask(
        "zone_relation",
        Takes::One(RELATIONS),
        [
            "Where in relation to the zone",
            "Де відносно зони",
            "Где относительно зоны",
            "Par rapport à la zone",
            "الموقع بالنسبة للمنطقة",
        ],
    ),
    ask(
        "place",
        Takes::Place,
        [
            "Where it happened, if you can point at it",
            "Де сталося, якщо можете вказати",
            "Где произошло, если можете указать",
            "Lieu, si vous pouvez le montrer",
            "مكان الحدث إن أمكن تحديده",
        ],
    ),
    ask(
        "observer_place",
        Takes::Place,
        [
            "Where you stood (restricted)",
            "Де ви стояли (обмежений доступ)",
            "Где вы стояли (ограниченный доступ)",
            "Votre position (restreint)",
            "أين كنت تقف (سري)",
        ],
    ),
    ask(
        "access_kind",
        Takes::One(ACCESS),
        [
            "Access denied or delayed",
            "Доступ обмежено",
            "Доступ ограничен",
            "Accès refusé ou retardé",
            "رفض أو تأخير الدخول",
        ],
    ),
    ask("access_start", Takes::Moment, ["Restricted since", "Обмежено з", "Ограничен с", "Depuis", "منذ"])
        .relevant("${access_kind} != ''")
        .required("true()"),
    ask("access_end", Takes::Moment, ["Restricted until", "Обмежено до", "Ограничен до", "Jusqu’à", "حتى"])
        .relevant("${access_kind} != ''")
        .constraint(". >= ${access_start}"),
    ask(
        "access_reason",
        Takes::Text,
        ["Reason given", "Названа причина", "Названная причина", "Motif donné", "السبب المعطى"],
    )
    .relevant("${access_kind} != ''"),
    ask(
        "not_seen",
        Takes::Several(NOT_SEEN),
        [
            "What kept you from seeing",
            "Що заважало бачити",
            "Что мешало видеть",
            "Ce qui empêchait de voir",
            "ما الذي منع الرؤية",
        ],
    ),
    ask("not_seen_start", Takes::Moment, ["Not seen since", "Не видно з", "Не видно с", "Depuis", "منذ"])
        .relevant("${not_seen} != ''")
        .required("true()"),
    ask("not_seen_end", Takes::Moment, ["Not seen until", "Не видно до", "Не видно до", "Jusqu’à", "حتى"])
        .relevant("${not_seen} != ''")
        .required("true()")
        .constraint(". >= ${not_seen_start}"),
    ask(
        "narrative",
        Takes::Text,
        ["In your words", "Своїми словами", "Своими словами", "Avec vos mots", "بكلماتك"],
    )
    .constraint("string-length(.) <= 1000"),
    ask("photo_1", Takes::Photo, ["Photo", "Фото", "Фото", "Photo", "صورة"]),
    ask(
        "photo_2",
        Takes::Photo,
        ["Second photo", "Друге фото", "Второе фото", "Deuxième photo", "صورة ثانية"],
    )
    .relevant("${photo_1} != ''"),
    ask(
        "photo_3",
        Takes::Photo,
        ["Third photo", "Третє фото", "Третье фото", "Troisième photo", "صورة ثالثة"],
    )
    .relevant("${photo_2} != ''"),
];

/// The lists of words that the questions offer, each once.
pub(super) fn lists() -> Vec<List> {
    let mut out: Vec<List> = Vec::new();
    for question in QUESTIONS {
        if let Takes::One(list) | Takes::Several(list) = question.takes
            && out.iter().all(|(name, _)| *name != list.0)
        {
            out.push(list);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_conditions_speak_of_questions_that_are_asked() {
        let names: Vec<&str> = QUESTIONS.iter().map(|q| q.name).collect();
        for (i, question) in QUESTIONS.iter().enumerate() {
            assert!(!names[..i].contains(&question.name), "{}", question.name);
            for condition in [question.required, question.relevant, question.constraint] {
                for after in condition.split("${").skip(1) {
                    let name = after.split('}').next().unwrap();
                    assert!(names.contains(&name), "{name} in {condition}");
                }
            }
            assert!(question.label.iter().all(|l| !l.is_empty()));
        }
        assert!(MEDIA.iter().all(|m| names.contains(m)));
    }

    #[test]
    fn the_form_asks_for_fields_that_are_read_and_offers_their_words() {
        use evidence::formats::odk::{Asks, FIELDS};
        for question in QUESTIONS.iter().filter(|q| !MEDIA.contains(&q.name)) {
            let read = FIELDS
                .iter()
                .find(|f| f.name == question.name)
                .unwrap_or_else(|| panic!("{}", question.name));
            let offered = match question.takes {
                Takes::One((_, words)) | Takes::Several((_, words)) => {
                    words.iter().map(|(w, _)| *w).collect()
                }
                _ => Vec::new(),
            };
            let (Asks::One(known) | Asks::Several(known)) = read.asks else { continue };
            assert!(!offered.is_empty(), "{} is a choice", question.name);
            assert!(offered.iter().all(|w| known.contains(w)), "{}: {offered:?} of {known:?}", question.name);
        }
    }

    #[test]
    fn effects_and_means_are_words_that_are_read() {
        let plain = |w: &str| w.replace('_', " ");
        for (word, _) in EFFECTS.1.iter().filter(|(w, _)| *w != "undetermined") {
            assert!(base::vocabulary::is_kind(&plain(word)), "{word}");
        }
        assert!(MEANS.1.iter().all(|(w, _)| evidence::draft::Means::named(&plain(w)).is_some()));
    }
}
