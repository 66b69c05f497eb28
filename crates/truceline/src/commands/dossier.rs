//! `truceline dossier`: the guarantee's file as a signed bundle that proves itself without this program's mission and
//! without a network.

use super::guarantee::{laid, of};
use crate::cli::guarantee::{Dossier, DossierCommand, DossierMake};
use crate::exit::{Code, Failure};
use ::guarantee::dossier::html::page;
use ::guarantee::dossier::note::verify;
use ::guarantee::dossier::{Head, Making, Manifest, Signer, Verifier, manifest};
use base::Instant;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// The signed manifest within a dossier.
const MANIFEST: &str = "manifest.signed";
/// Most bytes of a member that are read when a dossier is checked.
const MEMBER_BYTES_MAX: u64 = 1 << 30;

pub fn run(args: &Dossier) -> Result<Code, Failure> {
    match &args.command {
        DossierCommand::Key { name, file } => key(name, file),
        DossierCommand::Make(args) => make(args),
        DossierCommand::Verify { dir, keys } => check(dir, keys),
    }
}

/// Makes a key. The file holds its name and its seed in hexadecimal digits, for its owner's eyes.
fn key(name: &str, file: &Path) -> Result<Code, Failure> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(Failure::failed)?;
    let signer = Signer::new(name, &seed).map_err(Failure::bad_input)?;
    let hex: String = seed.iter().map(|b| format!("{b:02x}")).collect();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file).map_err(|e| Failure::failed(format!("{}: {e}", file.display())))?;
    out.write_all(format!("{name}\n{hex}\n").as_bytes())
        .and_then(|()| out.sync_all())
        .map_err(Failure::failed)?;
    println!("{}", signer.verifier());
    eprintln!("note: the secret is in {}; give others the line above", file.display());
    Ok(Code::Done)
}

fn signer(file: &Path) -> Result<Signer, Failure> {
    let bad = || Failure::bad_input(format!("{} is no key of `truceline dossier key`", file.display()));
    let text =
        fs::read_to_string(file).map_err(|e| Failure::bad_input(format!("{}: {e}", file.display())))?;
    let (name, hex) = text.trim_end().split_once('\n').ok_or_else(bad)?;
    let digest = base::Digest::from_hex(hex.trim()).ok_or_else(bad)?;
    Signer::new(name.trim(), &digest.0).map_err(Failure::bad_input)
}

fn make(args: &DossierMake) -> Result<Code, Failure> {
    let signer = signer(&args.key)?;
    let laid = laid(&args.at.mission, args.as_known_at.as_deref(), args.audience)?;
    let (record, file) = (&laid.record, &laid.file);
    let html = page(file, &record.mission, &record.zone);
    let json = serde_json::to_string_pretty(file).map_err(Failure::failed)? + "\n";
    let texts = texts(record);
    let mut members: Vec<(&str, &[u8])> =
        vec![("case-file.html", html.as_bytes()), ("case-file.json", json.as_bytes())];
    members.extend(texts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
    let mut algorithms: BTreeMap<String, String> = BTreeMap::new();
    for one in record.algorithms().into_iter().chain([file.algorithm]) {
        let (name, version) = one.rsplit_once(' ').unwrap_or((one, ""));
        algorithms.insert(name.to_owned(), version.to_owned());
    }
    let title = format!(
        "{}: case file as known at {}",
        record.mission,
        record.zone.show(Instant(file.as_known_at_ms))
    );
    let making = Making {
        title: &title,
        audience: of(args.audience),
        as_known_at_ms: file.as_known_at_ms,
        head: Head { entries: record.head.seq, digest: record.head.digest.to_string() },
        algorithms: &algorithms,
        members: &members,
    };
    let note = signer.sign(&manifest(&making).map_err(Failure::failed)?.text()).map_err(Failure::failed)?;
    write(&args.dir, &members, &note)?;
    println!("{}: {} members, signed as {}", args.dir.display(), members.len(), signer.verifier());
    Ok(Code::Done)
}

/// The texts that the file is of, each once: the readings of a text share it.
fn texts(record: &publication::Record) -> Vec<(String, &str)> {
    let mut out: Vec<(String, &str)> = Vec::new();
    for text in &record.texts {
        let label = text.version.label.split(" · ").next().unwrap_or("");
        let name = format!("texts/{}.md", plain(label));
        if !out.iter().any(|(of, _)| *of == name) {
            out.push((name, text.markdown.as_ref()));
        }
    }
    out
}

/// Letters, digits, dots and dashes of a label: the rest could mean another place.
fn plain(label: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-') { c } else { '-' };
    label.chars().map(fits).collect::<String>().trim_matches('.').to_owned()
}

/// Writes a dossier, the manifest last: without it, what is there is none.
fn write(dir: &Path, members: &[(&str, &[u8])], note: &str) -> Result<(), Failure> {
    let failed = |path: &Path, e: std::io::Error| Failure::failed(format!("{}: {e}", path.display()));
    fs::create_dir(dir).map_err(|e| failed(dir, e))?;
    for (name, bytes) in members.iter().copied().chain([(MANIFEST, note.as_bytes())]) {
        let path = dir.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| failed(parent, e))?;
        }
        let mut out = fs::File::create_new(&path).map_err(|e| failed(&path, e))?;
        out.write_all(bytes).and_then(|()| out.sync_all()).map_err(|e| failed(&path, e))?;
    }
    Ok(())
}

fn check(dir: &Path, keys: &[String]) -> Result<Code, Failure> {
    let keys: Vec<Verifier> =
        keys.iter().map(|k| Verifier::read(k)).collect::<Result<_, _>>().map_err(Failure::bad_input)?;
    let path = dir.join(MANIFEST);
    let note =
        fs::read_to_string(&path).map_err(|e| Failure::bad_input(format!("{}: {e}", path.display())))?;
    let broken = |what: String| Failure { code: Code::Broken, ..Failure::failed(what) };
    let (text, signed) = verify(&note, &keys).map_err(|e| broken(e.to_string()))?;
    let manifest = Manifest::read(text).map_err(|e| broken(e.to_string()))?;
    let mut there: Vec<(String, Vec<u8>)> = Vec::new();
    for member in &manifest.members {
        let path = dir.join(&member.name);
        if fs::symlink_metadata(&path).is_ok_and(|m| m.is_file() && m.len() <= MEMBER_BYTES_MAX) {
            there.push((member.name.clone(), fs::read(&path).map_err(Failure::failed)?));
        }
    }
    let checked = manifest.check(there.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    println!("{}", manifest.title);
    println!(
        "signed by {}; journal of {} entries, {}",
        signed.join(", "),
        manifest.head.entries,
        manifest.head.digest
    );
    checked.missing.iter().for_each(|name| println!("missing: {name}"));
    checked.changed.iter().for_each(|name| println!("changed: {name}"));
    if checked.is_whole() {
        println!("whole: {} members are as they were signed", checked.sound.len());
        return Ok(Code::Done);
    }
    Err(broken("the dossier is not as it was signed".to_owned()))
}
