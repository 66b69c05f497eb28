use super::*;
use base::Instant;
use proptest::prelude::*;

const HEADER: &str = "key,complainant,against,clauses,from,until,place,text\n";

fn read(text: &[u8]) -> (Vec<ClaimRow>, Vec<Rejected>, Summary) {
    let (mut taken, mut rejected) = (Vec::new(), Vec::new());
    let zone = CivilZone::named("Europe/Kyiv").unwrap();
    let summary = read_claims(Box::new(text), &zone, &mut |r| match r {
        Ok(c) => taken.push(c),
        Err(r) => rejected.push(r),
    });
    (taken, rejected, summary.unwrap())
}

#[test]
fn a_row_is_an_allegation_and_is_as_wide_in_time_as_it_is_vague() {
    let (taken, rejected, summary) = read(
        format!(
            "{HEADER}a,KA,VE,2.1  3.1 2.1,2026-03-05,,Orma,\"Shells, six\"\n\
             ,,VE,,2026-03-05 10:00,2026-03-06,,Shots\n\
             ,,,,,,,Something\n"
        )
        .as_bytes(),
    );
    assert!(rejected.is_empty(), "{rejected:?}");
    assert_eq!((summary.rows, summary.observations), (3, 3));
    let times: Vec<[Option<String>; 2]> = taken
        .iter()
        .map(|c| [c.from_ms, c.until_ms].map(|ms| ms.map(|ms| Instant(ms).to_string())))
        .collect();
    let day = ["2026-03-04T22:00:00Z", "2026-03-05T22:00:00Z"].map(|t| Some(t.to_owned()));
    let until = ["2026-03-05T08:00:00Z", "2026-03-06T22:00:00Z"].map(|t| Some(t.to_owned()));
    assert_eq!(times, [day, until, [None, None]]);
    assert_eq!((taken[0].key.as_str(), taken[0].text.as_str(), taken[0].row), ("a", "Shells, six", 1));
    assert_eq!(
        (taken[0].clauses.as_slice(), taken[2].row),
        (["2.1".to_owned(), "3.1".to_owned()].as_slice(), 3)
    );
}

#[test]
fn bad_rows_are_rejected_one_by_one_and_the_rest_goes_on() {
    let (taken, rejected, summary) = read(
        format!(
            "{HEADER},,VE,,,,,\n,,VE,,yesterday,,,Shots\n,,VE,,2026-03-05,2026-03-01,,Shots\n\
             ,,VE,,,,,{}\n,,VE,{},,,,Shots\n,,VE\n,{},VE,,,,,Shots\n,,VE,,,,,Shots\n",
            "x".repeat(CLAIM_TEXT_BYTES_MAX + 1),
            (0..=CLAIM_CLAUSES_MAX).map(|i| format!("{i}.1 ")).collect::<String>(),
            "x".repeat(CLAIM_NAME_BYTES_MAX + 1),
        )
        .as_bytes(),
    );
    let told: Vec<(u64, u64, &str, &str)> =
        rejected.iter().map(|r| (r.row, r.line, r.column.as_str(), r.reason.code())).collect();
    let expected = [
        (1, 2, "text", "missing-value"),
        (2, 3, "from", "bad-date"),
        (3, 4, "until", "ends-before-start"),
        (4, 5, "text", "too-large"),
        (5, 6, "clauses", "too-large"),
        (6, 7, "", "too-few-fields"),
        (7, 8, "complainant", "too-large"),
    ];
    assert_eq!(told, expected);
    assert_eq!((taken.len(), taken[0].row, summary.rows, summary.rejected()), (1, 8, 8, 7));
}

#[test]
fn columns_that_are_not_read_are_told_and_missing_ones_are_named() {
    let (taken, _, summary) = read(b"Text;Against;witness;text\nShots;VE;Ivan;more\n");
    assert_eq!(summary.unread_columns, ["witness", "text"]);
    assert_eq!((taken[0].text.as_str(), taken[0].against.as_str()), ("Shots", "VE"));
    let zone = CivilZone::utc();
    let error = read_claims(Box::new(&b"what,against\n"[..]), &zone, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("column `text` is missing"), "{error}");
}

const MAIL: &str = "From: =?utf-8?q?Iv=C3=A1n?= <ivan@example.org>\r\n\
    Date: Thu, 5 Mar 2026 10:15:00 +0200\r\nSubject: Shells\r\n  on Orma\r\nMessage-ID: <17@example.org>\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"--cut 1\"\r\n\r\nnot read\r\n\
    ----cut 1\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n\
    --in\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    =D8=E5=F1=F2=FC shells=\r\n at noon.\r\n--in\r\nContent-Type: text/html\r\n\r\n<p>not read</p>\r\n--in--\r\n\
    ----cut 1\r\nContent-Type: image/jpeg; name=\"../photo.jpg\"\r\nContent-Transfer-Encoding: base64\r\n\
    Content-Disposition: attachment; filename=\"../photo.jpg\"\r\n\r\n/9j/4AAQ\r\n\
    ----cut 1\r\nContent-Type: message/rfc822\r\n\r\nSubject: older\r\n\r\nWithin\r\n----cut 1--\r\nnot read\r\n";

#[test]
fn a_mail_is_its_words_and_what_came_with_it_and_its_sender_is_words_too() {
    let claim = read_mail(MAIL.as_bytes()).unwrap();
    assert_eq!(
        claim.text,
        "Shells on Orma\n\nШесть shells at noon.\n\n\
         (Sent as Iván <ivan@example.org>, dated 2026-03-05T08:15:00Z. An e-mail proves neither.)"
    );
    assert_eq!((claim.key.as_str(), claim.is_cut), ("17@example.org", false));
    let [photo, older] = claim.attachments.as_slice() else { panic!("{:?}", claim.attachments) };
    assert_eq!((photo.name.as_str(), photo.media_type.as_str()), ("../photo.jpg", "image/jpeg"));
    assert_eq!(photo.bytes, [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]);
    assert_eq!(older.media_type, "message/rfc822");
    assert_eq!(older.bytes, b"Subject: older\r\n\r\nWithin", "an e-mail within is kept whole");
}

#[test]
fn html_is_read_as_its_text_where_there_is_no_other_and_long_texts_are_cut_and_say_so() {
    let html = "Subject: a\nContent-Type: text/html; charset=utf-8\n\n<style>x{}</style><p>Six &lt;shells&gt;</p><script>y</script>";
    assert!(
        read_mail(html.as_bytes()).unwrap().text.starts_with("a\n\nSix <shells>\n\n(Sent as nobody named")
    );
    let long = format!("Subject: a\n\n{}", "ї".repeat(CLAIM_TEXT_BYTES_MAX));
    let claim = read_mail(long.as_bytes()).unwrap();
    assert!(claim.is_cut && claim.text.len() <= CLAIM_TEXT_BYTES_MAX, "{}", claim.text.len());
    assert!(claim.text.contains("the e-mail is kept whole"));
}

#[test]
fn what_is_no_mail_or_beyond_the_limits_is_refused_in_words() {
    assert_eq!(read_mail(b""), Err(MailError::NotMail));
    assert_eq!(read_mail(b"\x89PNG\r\n\x1a\n\0\0"), Err(MailError::NotMail));
    assert_eq!(read_mail(b"To: x@example.org\n\nwords"), Err(MailError::NotMail));
    assert_eq!(read_mail(b"From: x@example.org\n\n \n"), Err(MailError::Empty));
    let many = |what: &str, n: usize| {
        let part = format!("--b\nContent-Type: {what}\n\nx\n").repeat(n);
        read_mail(
            format!("Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n{part}--b--\n").as_bytes(),
        )
    };
    let parts = many("text/plain", 100_000).unwrap_err().to_string();
    assert!(parts.contains("parts, and 256 are read at most"), "{parts}");
    let attached = many("image/png", 65).unwrap_err().to_string();
    assert!(attached.contains("65 attachments, and 64"), "{attached}");
    let nested: String =
        (0..100_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    let nested = read_mail(format!("Subject: a\n{nested}").as_bytes()).unwrap_err().to_string();
    assert!(nested.contains("levels of parts"), "{nested}");
    // A chain of e-mails within e-mails is an attachment, however long, packed or not.
    let chain = "Content-Type: message/rfc822\n\n".repeat(200_000);
    assert_eq!(read_mail(format!("Subject: a\n{chain}").as_bytes()).unwrap().attachments.len(), 1);
    let packed = "Q29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMgoK".repeat(200_000);
    let mail =
        format!("Subject: a\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{packed}");
    assert_eq!(read_mail(mail.as_bytes()).unwrap().attachments[0].bytes.len(), 200_000 * 30);
}

fn row() -> impl Strategy<Value = String> {
    let field = "[ a-z0-9.:-]{0,12}|2026-03-0[1-9]( 1[0-9]:30)?|\"[a-z,\"\n]{0,8}\"";
    prop::collection::vec(field, 8).prop_map(|fields| format!("{}\n", fields.join(",")))
}

proptest! {
    #[test]
    fn any_bytes_give_rows_or_rejections_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let table = [HEADER.as_bytes(), &bytes].concat();
        for input in [bytes.as_slice(), &table] {
            let mut met = 0;
            if let Ok(summary) = read_claims(Box::new(input), &CivilZone::utc(), &mut |_| met += 1) {
                prop_assert_eq!(met, summary.rows);
                prop_assert_eq!(summary.rows, summary.observations + summary.rejected());
            }
        }
    }

    #[test]
    fn any_bytes_as_a_mail_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read_mail(&bytes);
        let _ = read_mail(&[b"Subject: a\nContent-Type: text/html\n\n".as_slice(), &bytes].concat());
    }

    #[test]
    fn any_pieces_of_a_mail_in_any_order_never_panic(
        pieces in prop::collection::vec((0..MAIL.len(), 0..80_usize), 0..40),
    ) {
        let whole = MAIL.as_bytes();
        let cut = |(at, length): &(usize, usize)| whole[*at..(at + length).min(whole.len())].to_vec();
        let pieces: Vec<u8> = pieces.iter().flat_map(cut).collect();
        for mail in [[b"Subject: a\n".as_slice(), &pieces].concat(), [whole, &pieces].concat()] {
            if let Ok(claim) = read_mail(&mail) {
                prop_assert!(claim.text.len() <= CLAIM_TEXT_BYTES_MAX);
            }
        }
    }

    #[test]
    fn a_table_in_any_order_of_its_rows_gives_the_same_rows(
        rows in prop::collection::vec("[a-z]{0,3},[A-Z]{0,2},VE,(2\\.1 )?,(2026-03-0[1-9])?,(2026-03-0[1-9])?,[a-z]{0,5},[a-z]{0,9}", 0..20)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let of = |rows: &[String]| {
            let (taken, rejected, _) = read(format!("{HEADER}{}\n", rows.join("\n")).as_bytes());
            let mut taken: Vec<ClaimRow> = taken.into_iter().map(|c| ClaimRow { row: 0, ..c }).collect();
            let mut rejected: Vec<(String, &str, String)> =
                rejected.into_iter().map(|r| (r.column, r.reason.code(), r.record)).collect();
            taken.sort_by_key(|c| format!("{c:?}"));
            rejected.sort();
            (taken, rejected)
        };
        prop_assert_eq!(of(&rows.0), of(&rows.1));
    }

    #[test]
    fn rows_of_any_shape_are_counted_once(rows in prop::collection::vec(row(), 0..20)) {
        let (taken, rejected, summary) = read(format!("{HEADER}{}", rows.concat()).as_bytes());
        prop_assert_eq!(summary.rows as usize, taken.len() + rejected.len());
    }
}
