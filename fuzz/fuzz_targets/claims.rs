//! Any bytes as a table of allegations and as an e-mail: rows are taken or rejected, never lost, never a panic.
#![no_main]

use base::CivilZone;
use base::limits::{CLAIM_TEXT_BYTES_MAX, MAIL_ATTACHMENTS_MAX};
use evidence::claims::{read_claims, read_mail};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (mut taken, mut rejected) = (0, 0);
    let read = read_claims(Box::new(bytes), &CivilZone::utc(), &mut |row| match row {
        Ok(claim) => {
            assert!(!claim.text.is_empty() && claim.text.len() <= CLAIM_TEXT_BYTES_MAX);
            taken += 1;
        }
        Err(_) => rejected += 1,
    });
    if let Ok(summary) = read {
        assert_eq!((summary.observations, summary.rejected()), (taken, rejected));
    }
    if let Ok(mail) = read_mail(bytes) {
        assert!(mail.text.len() <= CLAIM_TEXT_BYTES_MAX && mail.attachments.len() <= MAIL_ATTACHMENTS_MAX);
    }
});
