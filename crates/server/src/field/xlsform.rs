//! The form as an XLSForm, for those who run ODK Central, KoboToolbox or another server.

use super::form::{ID, LANGUAGES, QUESTIONS, Question, TITLE, Takes, VERSION, lists};
use rust_xlsxwriter::{Workbook, XlsxError};

/// The XLSForm as the bytes of an `.xlsx` file.
///
/// # Errors
/// When the library cannot write it.
pub fn xlsform() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for (name, rows) in [("survey", survey()), ("choices", choices()), ("settings", settings())] {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        for (row, cells) in (0_u32..).zip(&rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                if !cell.is_empty() {
                    sheet.write_string(row, column, cell)?;
                }
            }
        }
    }
    book.save_to_buffer()
}

fn labels() -> impl Iterator<Item = String> {
    LANGUAGES.iter().map(|language| format!("label::{language}"))
}

fn survey() -> Vec<Vec<String>> {
    let mut head: Vec<String> =
        ["type", "name", "required", "relevant", "constraint"].iter().map(|c| (*c).to_owned()).collect();
    head.extend(labels());
    let mut rows = vec![head];
    for question in QUESTIONS {
        let Question { name, takes, label, required, relevant, constraint } = question;
        let kind = match takes {
            Takes::One((list, _)) => format!("select_one {list}"),
            Takes::Several((list, _)) => format!("select_multiple {list}"),
            Takes::Text => "text".to_owned(),
            Takes::Whole => "integer".to_owned(),
            Takes::Number => "decimal".to_owned(),
            Takes::Moment => "dateTime".to_owned(),
            Takes::Place => "geopoint".to_owned(),
            Takes::Photo => "image".to_owned(),
        };
        let plain = [name, required, relevant, constraint].map(|t| (*t).to_owned());
        rows.push(std::iter::once(kind).chain(plain).chain(label.iter().map(|l| (*l).to_owned())).collect());
    }
    rows
}

fn choices() -> Vec<Vec<String>> {
    let mut rows = vec![["list_name".to_owned(), "name".to_owned()].into_iter().chain(labels()).collect()];
    for (list, words) in lists() {
        for (name, told) in words {
            let named = [list.to_owned(), (*name).to_owned()];
            rows.push(named.into_iter().chain(told.iter().map(|t| (*t).to_owned())).collect());
        }
    }
    rows
}

fn settings() -> Vec<Vec<String>> {
    let pairs = [
        ("form_title", TITLE),
        ("form_id", ID),
        ("version", VERSION),
        ("default_language", LANGUAGES.first().copied().unwrap_or("")),
    ];
    let (names, values): (Vec<&str>, Vec<&str>) = pairs.into_iter().unzip();
    [names, values].map(|row| row.into_iter().map(str::to_owned).collect()).to_vec()
}
