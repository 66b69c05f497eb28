//! `truceline guarantee`: the guarantee's file, as text, JSON or a page, now or as known at a moment.

use super::desk::{fold_failure, record};
use super::init::mission_failure;
use super::now_ms;
use crate::cli::guarantee::{For, GuaranteeOf};
use crate::exit::{Code, Failure, chain};
use crate::source;
use ::guarantee::dossier::html::page;
use ::guarantee::view::{FileView, Table};
use ::guarantee::words::Audience;
use base::Instant;
use publication::Record;
use publication::guarantee::{file_for, setting};
use std::path::Path;
use std::sync::Arc;
use store::Mission;

/// The file of a mission, with the record that it rests on.
pub struct Laid {
    /// The record.
    pub record: Record,
    /// The file.
    pub file: FileView,
}

pub fn run(args: &GuaranteeOf) -> Result<Code, Failure> {
    let laid = laid(&args.at.mission, args.as_known_at.as_deref(), args.audience)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&laid.file).map_err(Failure::failed)?);
    } else if args.html {
        println!("{}", page(&laid.file, &laid.record.mission, &laid.record.zone));
    } else {
        text(&laid).iter().for_each(|line| println!("{}", line.trim_end()));
    }
    Ok(Code::Done)
}

/// Lays out the file of the mission in `dir`.
pub fn laid(dir: &Path, as_known_at: Option<&str>, audience: For) -> Result<Laid, Failure> {
    let known = as_known_at.map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let until_ms = known.map(|t| t.0);
    let mission = Mission::open_read(dir).map_err(mission_failure)?;
    let record = record(&mission, until_ms).map_err(|e| fold_failure(&e))?;
    let sitting = store::docket::sitting(&mission, until_ms).map_err(|e| Failure::failed(chain(&e)))?;
    let register = store::rooms::guarantee_register(mission.journal(), Arc::new(setting(&record)), until_ms);
    let register = register.map_err(|e| Failure::failed(chain(&e)))?;
    let now = known.unwrap_or_else(|| Instant(now_ms()));
    let file = file_for(&record, Some(&sitting.docket), &register, of(audience), now);
    Ok(Laid { record, file })
}

/// The audience of that name.
pub fn of(audience: For) -> Audience {
    match audience {
        For::Internal => Audience::Internal,
        For::Guarantors => Audience::Guarantors,
        For::Parties => Audience::Parties,
        For::Public => Audience::Public,
    }
}

fn text(laid: &Laid) -> Vec<String> {
    let file = &laid.file;
    let as_of = laid.record.zone.show(Instant(file.as_known_at_ms));
    let mut lines =
        vec![format!("as known at {as_of}; {}", file.algorithm), file.never.to_owned(), String::new()];
    lines.extend(table("elements", &file.elements));
    lines.extend(table("clocks", &file.clocks));
    lines.push(format!("{} consultations", file.consultations.len()));
    for one in &file.consultations {
        lines.push(format!(
            "  {}  {}  asked by {}: {}",
            one.reference, one.text, one.requested_by, one.question
        ));
    }
    lines
}

fn table(title: &str, table: &Table) -> Vec<String> {
    let mut lines = vec![title.to_owned()];
    for row in &table.rows {
        lines.push(format!("  {}", row.name));
        for (text, cell) in table.texts.iter().zip(&row.cells) {
            lines.push(format!("    {text:<28} {}", cell.words));
        }
    }
    if table.rows.is_empty() {
        lines.push("  no text has any".to_owned());
    }
    lines.push(String::new());
    lines
}
