//! The form as an XForm, as ODK Collect and KoboCollect fetch it.

use super::form::{ID, LANGUAGES, QUESTIONS, Question, TITLE, Takes, VERSION, lists};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// The XForm document.
#[must_use]
pub fn xform() -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<h:html xmlns=\"http://www.w3.org/2002/xforms\" \
         xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\" \
         xmlns:orx=\"http://openrosa.org/xforms\" xmlns:odk=\"http://www.opendatakit.org/xforms\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n",
    );
    let _ =
        write!(out, "<h:head><h:title>{}</h:title>\n<model odk:xforms-version=\"1.0.0\">\n", escape(TITLE));
    translations(&mut out);
    instances(&mut out);
    QUESTIONS.iter().for_each(|q| bind(&mut out, q));
    out.push_str(
        "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" readonly=\"true()\" jr:preload=\"uid\"/>\n",
    );
    out.push_str("</model>\n</h:head>\n<h:body>\n");
    QUESTIONS.iter().for_each(|q| control(&mut out, q));
    out.push_str("</h:body>\n</h:html>\n");
    out
}

fn translations(out: &mut String) {
    out.push_str("<itext>\n");
    for (n, language) in LANGUAGES.iter().enumerate() {
        let default = if n == 0 { " default=\"true()\"" } else { "" };
        let _ = writeln!(out, "<translation lang=\"{}\"{default}>", escape(*language));
        let mut text = |id: String, told: &str| {
            let _ = writeln!(out, "<text id=\"{id}\"><value>{}</value></text>", escape(told));
        };
        for question in QUESTIONS {
            text(format!("/data/{}:label", question.name), question.label.get(n).unwrap_or(&""));
        }
        for (list, words) in lists() {
            for (i, (_, told)) in words.iter().enumerate() {
                text(format!("{list}-{i}"), told.get(n).unwrap_or(&""));
            }
        }
        out.push_str("</translation>\n");
    }
    out.push_str("</itext>\n");
}

fn instances(out: &mut String) {
    let _ = write!(out, "<instance><data id=\"{ID}\" version=\"{VERSION}\">");
    for question in QUESTIONS {
        let _ = write!(out, "<{}/>", question.name);
    }
    out.push_str("<meta><instanceID/></meta></data></instance>\n");
    for (list, words) in lists() {
        let _ = write!(out, "<instance id=\"{list}\"><root>");
        for (i, (name, _)) in words.iter().enumerate() {
            let _ = write!(out, "<item><itextId>{list}-{i}</itextId><name>{name}</name></item>");
        }
        out.push_str("</root></instance>\n");
    }
}

/// A condition with the paths that an XForm wants.
fn paths(condition: &str) -> String {
    condition.replace("${", " /data/").replace('}', " ")
}

fn bind(out: &mut String, question: &Question) {
    let kind = match question.takes {
        Takes::One(_) | Takes::Several(_) | Takes::Text => "string",
        Takes::Whole => "int",
        Takes::Number => "decimal",
        Takes::Moment => "dateTime",
        Takes::Place => "geopoint",
        Takes::Photo => "binary",
    };
    let _ = write!(out, "<bind nodeset=\"/data/{}\" type=\"{kind}\"", question.name);
    for (attribute, condition) in [
        ("required", question.required),
        ("relevant", question.relevant),
        ("constraint", question.constraint),
    ] {
        if !condition.is_empty() {
            let _ = write!(out, " {attribute}=\"{}\"", escape(paths(condition).trim()));
        }
    }
    out.push_str("/>\n");
}

fn control(out: &mut String, question: &Question) {
    let name = question.name;
    let label = format!("<label ref=\"jr:itext('/data/{name}:label')\"/>");
    let choices = |list: &str| {
        format!(
            "<itemset nodeset=\"instance('{list}')/root/item\"><value ref=\"name\"/>\
             <label ref=\"jr:itext(itextId)\"/></itemset>"
        )
    };
    let _ = match question.takes {
        Takes::One((list, _)) => {
            writeln!(out, "<select1 ref=\"/data/{name}\">{label}{}</select1>", choices(list))
        }
        Takes::Several((list, _)) => {
            writeln!(out, "<select ref=\"/data/{name}\">{label}{}</select>", choices(list))
        }
        Takes::Photo => writeln!(out, "<upload mediatype=\"image/*\" ref=\"/data/{name}\">{label}</upload>"),
        _ => writeln!(out, "<input ref=\"/data/{name}\">{label}</input>"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_well_formed_and_asks_every_question_once() {
        let text = xform();
        let mut reader = quick_xml::Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        for question in QUESTIONS {
            assert_eq!(text.matches(&format!("<bind nodeset=\"/data/{}\"", question.name)).count(), 1);
            assert_eq!(text.matches(&format!(" ref=\"/data/{}\"", question.name)).count(), 1);
        }
        assert!(!text.contains("${"));
    }
}
