//! `truceline allege FILE…`: allegations from tables and e-mails. The file and all that came with it are kept as they
//! came; each allegation is an act of its own, and the same file again adds nothing.

use super::acts::{self, Bench, Taken};
use super::originals::rejects_of;
use super::rejects::Rejects;
use crate::cli::Allege;
use crate::exit::{Code, Failure, chain};
use base::limits::{MAIL_ATTACHMENT_BYTES_MAX, MAIL_BYTES_MAX, REJECTS_SHOWN_MAX};
use base::{CivilZone, Digest, id::Hasher};
use cases::act::Claim;
use cases::{By, Deed, Done, Refusal};
use evidence::claims::{ClaimRow, read_claims, read_mail};
use server::keep::Keeper as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Largest file that is taken, bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

pub fn run(args: &Allege) -> Result<Code, Failure> {
    let by = acts::by(&args.actor)?;
    let zone = args.zone.as_deref().map(CivilZone::named).transpose().map_err(Failure::bad_input)?;
    let kinds = args.files.iter().map(|f| Ok((f.as_path(), kind(f)?)));
    let files: Vec<(&Path, Kind)> = kinds.collect::<Result<_, Failure>>()?;
    let mut bench = Bench::open(&args.at.mission)?;
    let zone = zone.unwrap_or_else(|| bench.zone().clone());
    let mut code = Code::Done;
    for (path, kind) in files {
        let mut taking = Taking { args, by: &by, bench: &mut bench, counts: Counts::default() };
        let rejected = match kind {
            Kind::Table => taking.table(path, &zone)?,
            Kind::Mail => taking.mail(path)?,
        };
        if rejected > 0 || taking.counts.refused > 0 {
            code = Code::DoneWithRejects;
        }
        taking.counts.tell(&name_of(path), rejected);
    }
    Ok(code)
}

#[derive(Clone, Copy)]
enum Kind {
    Table,
    Mail,
}

/// What a file is, by its name.
fn kind(path: &Path) -> Result<Kind, Failure> {
    let name = name_of(path).to_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    match name.rsplit_once('.') {
        Some((_, "csv")) => Ok(Kind::Table),
        Some((_, "eml")) => Ok(Kind::Mail),
        _ => Err(Failure::bad_input(format!("`{}` is neither a table nor an e-mail", path.display()))
            .hint("allegations are read from .csv and .eml, plain or compressed (.gz, .zst)")),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// What became of a file's allegations.
#[derive(Default)]
struct Counts {
    made: Vec<String>,
    already: u64,
    refused: u64,
    alike: u64,
    lacking: u64,
    /// What an officer should know of single ones.
    notes: Vec<String>,
}

impl Counts {
    fn note(&mut self, note: String) {
        if self.notes.len() < REJECTS_SHOWN_MAX {
            self.notes.push(note);
        }
    }

    fn tell(&self, file: &str, rejected: u64) {
        println!(
            "{file}: {} made, {} there already, {} refused, {rejected} rejected",
            self.made.len(),
            self.already,
            self.refused
        );
        if let [first, .., last] = self.made.as_slice() {
            println!("  {first} to {last}");
        } else if let [only] = self.made.as_slice() {
            println!("  {only}");
        }
        if self.alike + self.lacking > 0 {
            let (alike, lacking) = (self.alike, self.lacking);
            println!("  {alike} look like an earlier one, {lacking} lack something");
        }
        self.notes.iter().for_each(|note| eprintln!("  {file}: {note}"));
        let told = self.refused + self.alike + self.lacking;
        if told > REJECTS_SHOWN_MAX as u64 {
            eprintln!("  … and more; `truceline docket` lists them all");
        }
    }
}

/// One file being taken.
struct Taking<'a> {
    args: &'a Allege,
    by: &'a By,
    bench: &'a mut Bench,
    counts: Counts,
}

impl Taking<'_> {
    /// Takes the rows of a table; how many could not be read.
    fn table(&mut self, path: &Path, zone: &CivilZone) -> Result<u64, Failure> {
        let named =
            |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
        let mut file = File::open(path).map_err(named)?;
        let original = self.bench.keeper.put_blob(&mut file, FILE_BYTES_MAX).map_err(acts::not_kept)?;
        let rejects = match &self.args.rejects {
            Some(rejects) => rejects.clone(),
            None => rejects_of(&self.args.at.mission, path)?,
        };
        let mut rejects = Rejects::to(Some(rejects));
        let (file_name, mut failed) = (name_of(path), None);
        // What is read is what was kept: the file beside it may change meanwhile.
        let input = self.bench.keeper.open_blob(original).map_err(acts::not_kept)?;
        let summary = read_claims(input, zone, &mut |row| match row {
            Ok(_) if failed.is_some() => {}
            Ok(claim) => failed = self.row(original, claim).err(),
            Err(rejected) => rejects.take(&file_name, &rejected),
        })
        .map_err(|e| Failure::bad_input(format!("`{}`: {}", path.display(), chain(&e))))?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        if !summary.unread_columns.is_empty() {
            println!("  columns not read: {}", acts::line(&summary.unread_columns.join(", ")));
        }
        rejects.finish()?;
        Ok(summary.rejected())
    }

    fn row(&mut self, original: Digest, row: ClaimRow) -> Result<(), Failure> {
        let place = format!("row {}", row.row);
        // A key of the complainant's own and the number of a row are never taken for each other.
        let own = if row.key.is_empty() { ["row", place.as_str()] } else { ["key", row.key.as_str()] };
        let key = key_of(original, own);
        self.take(&place, key, claim_of(row))
    }

    /// Takes an e-mail; how many could not be read: none, for what is no e-mail is a failure.
    fn mail(&mut self, path: &Path) -> Result<u64, Failure> {
        let shown = path.display();
        let named = |e: std::io::Error| Failure::failed(format!("`{shown}` could not be read: {e}"));
        let file = File::open(path).map_err(named)?;
        let mut bytes = Vec::new();
        let mut plain = evidence::decompress(Box::new(file)).take(MAIL_BYTES_MAX as u64 + 1);
        plain.read_to_end(&mut bytes).map_err(named)?;
        let mail = read_mail(&bytes).map_err(|e| Failure::bad_input(format!("`{shown}`: {e}")))?;
        let keeper = self.bench.keeper.clone();
        let keep = |bytes: &[u8], most: usize| {
            keeper.put_blob(&mut { bytes }, most as u64).map(|d| d.to_string()).map_err(acts::not_kept)
        };
        let original = Digest::of(&bytes);
        let mut material = vec![keep(&bytes, MAIL_BYTES_MAX)?];
        for attachment in &mail.attachments {
            let digest = keep(&attachment.bytes, MAIL_ATTACHMENT_BYTES_MAX)?;
            println!("  kept {} ({}): {digest}", name_or_none(&attachment.name), attachment.media_type);
            if !material.contains(&digest) {
                material.push(digest);
            }
        }
        let claim = Claim { text: mail.text, material, channel: "e-mail".to_owned(), ..Claim::default() };
        self.take("the e-mail", key_of(original, ["mail", &mail.key]), claim)?;
        Ok(0)
    }

    fn take(&mut self, place: &str, key: String, mut claim: Claim) -> Result<(), Failure> {
        // What the file says of itself counts before what is said of the whole file.
        for (own, of_all) in
            [(&mut claim.complainant, &self.args.complainant), (&mut claim.against, &self.args.against)]
        {
            if let Some(of_all) = of_all.as_ref().filter(|_| own.is_empty()) {
                own.clone_from(of_all);
            }
        }
        match self.bench.take(key, self.by, None, Deed::Allege(claim))? {
            Taken::Made(done, _) => self.made(place, &done),
            Taken::Already(_) => self.counts.already += 1,
            Taken::Refused(refusal) => {
                self.counts.refused += 1;
                let says = match &refusal {
                    Refusal::KeyTaken(_) => {
                        "refused (key-taken): the same file was taken before, handed in by or for \
                                             others, or it has this key twice; what was taken first stands"
                            .to_owned()
                    }
                    other => acts::refused(other, self.bench.zone()),
                };
                self.counts.note(format!("{place}: {says}"));
            }
        }
        Ok(())
    }

    fn made(&mut self, place: &str, done: &Done) {
        self.counts.made.push(done.on.to_string());
        let Ok(allegation) = self.bench.docket().allegation(&done.on) else { return };
        let alike = allegation.alike.clone();
        let lacks = allegation.lacks.join(", ");
        if let Some(earlier) = alike {
            self.counts.alike += 1;
            self.counts.note(format!("{place}: {} looks like {earlier}", done.on));
        }
        if !lacks.is_empty() {
            self.counts.lacking += 1;
            self.counts.note(format!("{place}: {} lacks {lacks}", done.on));
        }
    }
}

/// The key of an allegation: the same one of the same file is the same act.
fn key_of(original: Digest, of: [&str; 2]) -> String {
    let mut h = Hasher::new("truceline allegation 1");
    h.piece(&original.0);
    of.iter().for_each(|t| h.piece(t.as_bytes()));
    h.finish().to_string()
}

fn claim_of(row: ClaimRow) -> Claim {
    Claim {
        complainant: row.complainant,
        against: row.against,
        clauses: row.clauses,
        from_ms: row.from_ms,
        until_ms: row.until_ms,
        place: row.place,
        text: row.text,
        material: Vec::new(),
        channel: "file".to_owned(),
    }
}

fn name_or_none(name: &str) -> &str {
    if name.is_empty() { "something without a name" } else { name }
}

#[cfg(test)]
mod tests {
    use base::limits::{CLAIM_CLAUSES_MAX, CLAIM_NAME_BYTES_MAX, CLAIM_TEXT_BYTES_MAX, MAIL_ATTACHMENTS_MAX};

    #[test]
    fn what_is_read_from_files_is_what_the_docket_keeps() {
        assert_eq!(CLAIM_TEXT_BYTES_MAX, cases::limits::TEXT_BYTES_MAX);
        assert_eq!(CLAIM_NAME_BYTES_MAX, cases::limits::NAME_BYTES_MAX);
        const { assert!(CLAIM_CLAUSES_MAX <= cases::limits::LIST_MAX) };
        const { assert!(MAIL_ATTACHMENTS_MAX < cases::limits::LIST_MAX) };
    }
}
