//! `truceline fmt FILE …`

use super::draft::{self, counted};
use crate::cli::Fmt;
use crate::exit::{Code, Failure};
use std::io::{Read, Write};
use std::path::Path;

pub fn run(args: &Fmt) -> Result<Code, Failure> {
    let mut untidy = 0usize;
    for path in &args.files {
        if path.as_os_str() == "-" {
            untidy += usize::from(standard_input(args.check)?);
            continue;
        }
        let (text, tidy) = laid_out(&draft::read(path)?, &path.display().to_string())?;
        if tidy == text {
            continue;
        }
        untidy += 1;
        println!("{}", path.display());
        if !args.check {
            replace(path, &tidy)?;
        }
    }
    match untidy {
        0 => Ok(Code::Done),
        n if args.check => {
            Err(Failure::bad_input(format!("{} not laid out", counted(n, "text is", "texts are")))
                .hint("`truceline fmt FILE` lays a text out; only white space in `terms` blocks changes"))
        }
        _ => Ok(Code::Done),
    }
}

fn laid_out(bytes: &[u8], name: &str) -> Result<(String, String), Failure> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Failure::bad_input(format!("`{name}` is not UTF-8: byte {} can't be read", e.valid_up_to()))
            .hint("save it as UTF-8")
    })?;
    Ok((text.to_owned(), terms::format(text)))
}

/// Lays out standard input on standard output; whether that changed anything.
fn standard_input(check: bool) -> Result<bool, Failure> {
    let mut bytes = Vec::new();
    let limit = base::limits::AGREEMENT_BYTES_MAX;
    let taken = std::io::stdin().lock().take(limit as u64 + 1).read_to_end(&mut bytes);
    taken.map_err(|e| Failure::failed(format!("standard input could not be read: {e}")))?;
    if bytes.len() > limit {
        return Err(Failure::bad_input(format!("standard input is larger than {limit} bytes")));
    }
    let (text, tidy) = laid_out(&bytes, "standard input")?;
    if !check {
        print!("{tidy}");
    }
    Ok(tidy != text)
}

/// Writes beside the file and puts it in its place, so that a cut leaves the old text or the new one.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |e: std::io::Error| {
        Failure::failed(format!("`{}` could not be written: {e}", path.display()))
            .hint("the text is as it was")
    };
    // A link is followed: what it points to is laid out.
    let path = std::fs::canonicalize(path).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        file.set_permissions(std::fs::metadata(&path)?.permissions())?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)
    })();
    written.map_err(|e| {
        let _ = std::fs::remove_file(&beside);
        failed(e)
    })
}
