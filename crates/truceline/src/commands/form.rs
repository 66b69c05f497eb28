//! `truceline form`: the field's form for other programs.

use crate::cli::{FieldForm, FormKind};
use crate::exit::{Code, Failure};
use std::io::{IsTerminal as _, Write as _};

pub fn run(args: &FieldForm) -> Result<Code, Failure> {
    let bytes = match args.kind {
        FormKind::Xform => server::field::xform().into_bytes(),
        FormKind::Xlsform if std::io::stdout().is_terminal() => {
            return Err(Failure::bad_input("an .xlsx file is not for a terminal")
                .hint("write it to a file: truceline form xlsform > field.xlsx"));
        }
        FormKind::Xlsform => server::field::xlsform().map_err(Failure::failed)?,
    };
    let mut out = std::io::stdout().lock();
    let written = out.write_all(&bytes).and_then(|()| out.flush());
    written.map_err(|e| Failure::failed(format!("the form could not be written: {e}")))?;
    Ok(Code::Done)
}
