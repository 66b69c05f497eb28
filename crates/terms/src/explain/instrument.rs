//! What an instrument says of itself, and what a bracket leaves open, in sentences.

use super::Language;
use super::phrases::{self as p, Phrase};
use super::speech::Speech;
use crate::Bracket;
use crate::agreement::{AdherenceAct, Agreement, RelationKind, Status};

/// The instrument's status, entry into force, adherence, reservations, relations and bodies, one sentence each.
#[must_use]
pub fn explain_instrument(agreement: &Agreement, language: Language) -> Vec<String> {
    let s = Speech { agreement, language };
    let mut out = Vec::new();
    if let Some(status) = agreement.instrument.status {
        out.push(s.say(&p::STATUS, &[("words", &status_words(status).plain(language))]));
    }
    let force =
        agreement.entry_into_force.map_or_else(|| s.plain(&p::NOT_YET_KNOWN), |at| agreement.zone.show(at));
    out.push(s.say(&p::FORCE_AT, &[("moment", &force)]));
    for adherence in &agreement.instrument.adherence {
        let date = adherence.at.map(|at| format!(", {}", agreement.zone.show(at))).unwrap_or_default();
        let act = act_words(adherence.act).plain(language);
        out.push(s.say(&p::ADHERED, &[("who", &s.name(adherence.actor)), ("act", &act), ("date", &date)]));
    }
    for reservation in &agreement.instrument.reservations {
        let holes = [
            ("who", s.name(reservation.actor)),
            ("labels", reservation.clauses.join(", ")),
            ("words", reservation.words.clone()),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        out.push(s.say(&p::RESERVED, &holes));
    }
    for relation in &agreement.instrument.relations {
        let words = relation_words(relation.kind).plain(language);
        out.push(s.say(&p::RELATED, &[("relation", &words), ("other", &relation.other)]));
    }
    for mandate in agreement.mandates.iter().filter(|m| m.clause.is_empty()) {
        let (main, more) = s.mandate(mandate);
        out.push([format!("{main}.")].into_iter().chain(more).collect::<Vec<_>>().join(" "));
    }
    out
}

/// Who proposes what where a text is not agreed.
#[must_use]
pub fn explain_bracket(bracket: &Bracket, language: Language) -> String {
    let all: Vec<String> = bracket
        .alternatives
        .iter()
        .map(|a| {
            if a.text.is_empty() && a.proposers.is_empty() {
                return p::LEAVE_OUT.plain(language);
            }
            let who =
                if a.proposers.is_empty() { p::SOMEBODY.plain(language) } else { a.proposers.join(", ") };
            let [words, nothing] = match a.proposers.len() {
                0 | 1 => [&p::PROPOSES, &p::PROPOSES_NOTHING],
                _ => [&p::PROPOSE, &p::PROPOSE_NOTHING],
            };
            if a.text.is_empty() || a.text.trim() == "nothing" {
                return nothing.say(language, &[("who", &who)]);
            }
            words.say(language, &[("who", &who), ("words", &a.text)])
        })
        .collect();
    let title = if bracket.title.is_empty() { String::new() } else { format!(" ({})", bracket.title) };
    let holes = [
        ("label", bracket.label.as_str()),
        ("title", &title),
        ("all", &all.join(&p::SEMICOLON.plain(language))),
    ];
    p::BRACKET.say(language, &holes)
}

fn status_words(status: Status) -> Phrase {
    Phrase(match status {
        Status::LeakedDraft => {
            ["leaked draft", "проєкт, відомий з витоку", "проект, известный из утечки", "projet divulgué"]
        }
        Status::Draft => ["draft", "проєкт", "проект", "projet"],
        Status::Reported => [
            "reported, not published",
            "відомий з повідомлень, не оприлюднений",
            "известен из сообщений, не опубликован",
            "rapporté, non publié",
        ],
        Status::PoliticalStatement => {
            ["political statement", "політична заява", "политическое заявление", "déclaration politique"]
        }
        Status::Initialled => ["initialled", "парафований", "парафирован", "paraphé"],
        Status::Signed => ["signed", "підписаний", "подписан", "signé"],
        Status::Ratified => ["ratified", "ратифікований", "ратифицирован", "ratifié"],
        Status::InForce => ["in force", "чинний", "действует", "en vigueur"],
        Status::Suspended => ["suspended", "зупинений", "приостановлен", "suspendu"],
        Status::Denounced => ["denounced", "денонсований", "денонсирован", "dénoncé"],
        Status::Expired => ["expired", "втратив чинність", "истёк", "expiré"],
    })
}

fn act_words(act: AdherenceAct) -> Phrase {
    Phrase(match act {
        AdherenceAct::Initialled => ["initialled", "парафовано", "парафировано", "paraphé"],
        AdherenceAct::Signed => ["signed", "підписано", "подписано", "signé"],
        AdherenceAct::Accepted => ["accepted", "прийнято", "принято", "accepté"],
        AdherenceAct::Ratified => ["ratified", "ратифіковано", "ратифицировано", "ratifié"],
        AdherenceAct::Denounced => ["denounced", "денонсовано", "денонсировано", "dénoncé"],
        AdherenceAct::NotSigned => ["did not sign", "не підписано", "не подписано", "n’a pas signé"],
    })
}

fn relation_words(kind: RelationKind) -> Phrase {
    Phrase(match kind {
        RelationKind::AnnexTo => ["is an annex to", "додаток до", "приложение к", "annexe de"],
        RelationKind::SideLetterTo => [
            "is a side letter to",
            "супровідний лист до",
            "сопроводительное письмо к",
            "lettre d’accompagnement de",
        ],
        RelationKind::Amends => ["amends", "змінює", "изменяет", "modifie"],
        RelationKind::Supersedes => ["supersedes", "заміняє", "заменяет", "remplace"],
        RelationKind::StandsWith => {
            ["is read together with", "читається разом з", "читается вместе с", "se lit avec"]
        }
    })
}
