//! The field's door as `curl` and a pulled plug meet it, with the built binary on loopback.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use store::{Entry, Mission, Received};

/// Says it past the test runner, which keeps what passing tests print to itself.
fn aloud(words: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), words.as_bytes()).expect("standard error");
}

fn truceline() -> Command {
    Command::new(env!("CARGO_BIN_EXE_truceline"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A mission with its desk open and one device enrolled.
struct Desk {
    folder: tempfile::TempDir,
    child: Child,
    url: String,
    token: String,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(mission: &Path) -> (Child, String) {
    let mut command = truceline();
    command.args(["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission"]).arg(mission);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("it starts");
    let out = BufReader::new(child.stdout.take().expect("a pipe"));
    let line = out.lines().map_while(Result::ok).find(|l| l.contains("the desk is at")).expect("it serves");
    let url = line.split_whitespace().find(|w| w.starts_with("http://")).expect("its address").to_owned();
    (child, url)
}

fn enrol(mission: &Path, observer: &str, more: &[&str]) -> String {
    let mut command = truceline();
    command.args(["enrol", "--observer", observer, "--team", "patrol-3"]).args(more);
    let out = command.arg("--mission").arg(mission).output().expect("it runs");
    assert!(out.status.success(), "{}", text(&out.stderr));
    let link = text(&out.stdout);
    let (_, token) = link.trim().split_once("/field#enrol=").expect("a link");
    assert_eq!(token.len(), 32, "128 bits: {link}");
    token.to_owned()
}

impl Desk {
    /// `None`, aloud, where there is no curl.
    fn open() -> Option<Desk> {
        if Command::new("curl").arg("--version").output().is_err() {
            aloud("skipped: curl is not here\n");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mission = folder.path().join("mission");
        let made = truceline().arg("init").arg(&mission).output().expect("it runs");
        assert!(made.status.success(), "{}", text(&made.stderr));
        let token = enrol(&mission, "P-07", &["--expires", "30d"]);
        let (child, url) = serve(&mission);
        Some(Desk { folder, child, url, token })
    }

    fn mission(&self) -> PathBuf {
        self.folder.path().join("mission")
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        path.display().to_string()
    }

    fn curl(&self, arguments: &[&str], path: &str) -> Output {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--noproxy", "*", "--max-time", "120"]).args(arguments);
        command.arg(format!("{}{path}", self.url)).output().expect("curl runs")
    }

    /// Status and body.
    fn ask(&self, arguments: &[&str], path: &str) -> (u16, String) {
        let mut all = arguments.to_vec();
        all.extend(["--write-out", "\n%{http_code}"]);
        let out = text(&self.curl(&all, path).stdout);
        let (body, status) = out.rsplit_once('\n').expect("a status");
        (status.parse().expect("a number"), body.to_owned())
    }

    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    fn user(&self) -> String {
        format!("P-07:{}", self.token)
    }

    fn offset(&self, path: &str) -> u64 {
        let head = text(&self.curl(&["--head", "--header", &self.bearer()], path).stdout).to_lowercase();
        let line =
            head.lines().find_map(|l| l.strip_prefix("upload-offset: ")).unwrap_or_else(|| panic!("{head}"));
        line.trim().parse().expect("a number")
    }

    fn received(&self) -> Vec<Received> {
        let reader = Mission::open_read(&self.mission()).expect("opens");
        let entries = reader.journal().read(.., None).expect("readable").map(|r| r.expect("sound").entry);
        entries.filter_map(|e| if let Entry::Received(r) = e { Some(r) } else { None }).collect()
    }

    /// `kill -9`, then the desk opens again.
    fn crash(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it ends");
        (self.child, self.url) = serve(&self.mission());
    }
}

const FORM: &str = r#"<?xml version="1.0"?><data id="truceline_field" version="1">
    <effect>explosion</effect><means>heard</means><start>2026-05-10T10:00:00.000+02:00</start><count>3</count>
    <narrative>two thuds, then one</narrative><photo_1>one.jpg</photo_1><photo_2>two.jpg</photo_2>
    <meta><instanceID>uuid:a-1</instanceID></meta></data>"#;

fn photo(seed: u32) -> Vec<u8> {
    (0..700_000_u32).map(|i| (i.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 13) as u8).collect()
}

/// Waits until `is_so`; what is waited for is done by another process, so there is no other way to be told.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..20_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(3));
    }
    panic!("never came true: {what}");
}

#[test]
fn curl_posts_an_openrosa_submission_with_two_photos_cut_off_half_way_and_sent_again() {
    let Some(desk) = Desk::open() else { return };
    let form = desk.file("submission.xml", FORM.as_bytes());
    let (first, second) = (photo(1), photo(2));
    let one = desk.file("one.jpg", &first);
    let two = desk.file("two.jpg", &second);
    let user = desk.user();
    // It is sent slowly, and curl is killed while the second photo is on its way.
    let form_part = format!("xml_submission_file=@{form};type=text/xml");
    let (one_part, two_part) = (format!("one.jpg=@{one}"), format!("two.jpg=@{two}"));
    let mut cut = Command::new("curl");
    cut.args(["--silent", "--noproxy", "*", "--user", &user, "--form", &form_part, "--form", &one_part]);
    cut.args(["--form", &two_part, "--limit-rate", "300k"]).arg(format!("{}/openrosa/submission", desk.url));
    let mut cut = cut.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("curl");
    let uploads = desk.mission().join("uploads");
    let files = || -> Vec<PathBuf> {
        let requests = fs::read_dir(&uploads).into_iter().flatten().filter_map(Result::ok);
        requests
            .flat_map(|r| fs::read_dir(r.path()).into_iter().flatten())
            .filter_map(Result::ok)
            .map(|f| f.path())
            .collect()
    };
    until("the second photo comes in", || files().iter().any(|f| f.ends_with("part-2")));
    cut.kill().expect("killed");
    cut.wait().expect("ends");
    until("what was cut off is removed", || files().is_empty());
    assert!(desk.received().is_empty(), "a submission that is cut off leaves nothing in the journal");
    let all = ["--user", &user, "--form", &form_part, "--form", &one_part, "--form", &two_part];
    for _ in 0..2 {
        let (status, body) = desk.ask(&all, "/openrosa/submission");
        assert_eq!(status, 201, "{body}");
    }
    let received = desk.received();
    assert_eq!(received.len(), 3, "the answers and two photos, once");
    assert_eq!(received[0].batch.len(), 1);
    let digests: Vec<base::Digest> = received.iter().flat_map(|r| r.items.iter().map(|i| i.digest)).collect();
    assert_eq!(digests, [base::Digest::of(&first), base::Digest::of(&second)]);
    let (status, list) = desk.ask(&["--user", &user], "/openrosa/formList");
    assert_eq!(status, 200);
    assert!(list.contains("truceline_field"), "{list}");
    let (status, _) = desk.ask(&["--user", "P-07:wrong"], "/openrosa/formList");
    assert_eq!(status, 401);
}

#[test]
fn curl_goes_on_with_a_photo_from_where_it_was_cut_off_and_a_crash_loses_nothing_acknowledged() {
    let Some(mut desk) = Desk::open() else { return };
    let photo = photo(3);
    let digest = base::Digest::of(&photo);
    let submission = format!(
        r#"{{"instance_id":"uuid:b-1","form_version":"1","submitted_at":"2026-05-10T10:05:00Z",
        "fields":{{"effect":"explosion","means":"saw","start":"2026-05-10T10:00:00Z"}},
        "media":[{{"name":"p.jpg","media_type":"image/jpeg","bytes":{},"sha256":"{digest}"}}]}}"#,
        photo.len()
    );
    let file = desk.file("submission.json", submission.as_bytes());
    let (bearer, data) = (desk.bearer(), format!("@{file}"));
    let send = ["--header", &bearer, "--header", "Content-Type: application/json", "--data-binary", &data];
    let (status, body) = desk.ask(&send, "/api/v1/field/submissions");
    assert_eq!(status, 201, "{body}");
    assert!(body.contains(&digest.to_string()), "{body}");
    let path = format!("/api/v1/field/media/{digest}");
    assert_eq!(desk.offset(&path), 0);
    // curl reads the photo from a pipe, which stops half way; then curl is killed.
    let length = format!("Upload-Length: {}", photo.len());
    let patch = [
        "--request",
        "PATCH",
        "--header",
        &bearer,
        "--header",
        "Content-Type: application/offset+octet-stream",
    ];
    let mut cut = Command::new("curl");
    cut.args(["--silent", "--noproxy", "*"]).args(patch).args([
        "--header",
        "Upload-Offset: 0",
        "--header",
        &length,
    ]);
    cut.args(["--upload-file", "-"]).arg(format!("{}{path}", desk.url));
    let mut cut =
        cut.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("curl");
    let mut pipe = cut.stdin.take().expect("a pipe");
    pipe.write_all(&photo[..photo.len() / 2]).expect("curl takes half of it");
    until("some of it is here", || desk.offset(&path) > 0);
    cut.kill().expect("killed");
    cut.wait().expect("ends");
    drop(pipe);
    // The next request has its turn when the one that was cut off has written what came.
    let mut seen = 0;
    until("it stands still", || {
        let before = std::mem::replace(&mut seen, desk.offset(&path));
        before == seen && seen > 0
    });
    desk.crash();
    let here = desk.offset(&path);
    assert!(here >= seen && here < photo.len() as u64, "{here} of {}", photo.len());
    let again = desk.ask(&send, "/api/v1/field/submissions");
    assert_eq!(again.0, 200, "the submission that was acknowledged is there: {}", again.1);
    let middle = here as usize + (photo.len() - here as usize) / 2;
    for (from, to) in [(here as usize, middle), (middle, photo.len())] {
        let piece = format!("@{}", desk.file("piece", &photo[from..to]));
        let offset = format!("Upload-Offset: {from}");
        let mut all = patch.to_vec();
        all.extend(["--header", &offset, "--header", &length, "--data-binary", &piece]);
        assert_eq!(desk.ask(&all, &path), (204, String::new()));
        if to < photo.len() {
            desk.crash();
            assert_eq!(desk.offset(&path), to as u64, "an acknowledged piece is there after a kill");
        }
    }
    let blobs = store::Blobs::at(&desk.mission().join("blobs"));
    assert_eq!(blobs.read(digest, 1 << 30).expect("kept"), photo);
    desk.crash();
    assert_eq!(desk.offset(&path), photo.len() as u64);
    assert_eq!(desk.received().len(), 1, "nothing is doubled");
    let (status, listed) = desk.ask(&[], "/api/v1/items");
    assert_eq!(status, 200);
    assert!(listed.contains("\"is_here\":true") && listed.contains("\"received\""), "{listed}");
    let out = desk.curl(&[], &format!("/api/v1/items/{digest}"));
    assert_eq!(out.stdout, photo, "the desk hands the original out as it came");
}

#[test]
fn devices_are_listed_and_revoked_beside_a_running_desk_and_no_token_is_kept_anywhere() {
    let Some(desk) = Desk::open() else { return };
    let other = enrol(&desk.mission(), "P-08", &["--url", "https://desk.example/"]);
    let me = |token: &str| {
        desk.ask(&["--header", &format!("Authorization: Bearer {token}")], "/api/v1/field/me").0
    };
    assert_eq!((me(&desk.token), me(&other)), (200, 200));
    let run = |arguments: &[&str]| {
        truceline()
            .arg("enrol")
            .args(arguments)
            .arg("--mission")
            .arg(desk.mission())
            .output()
            .expect("it runs")
    };
    let listed = text(&run(&["--list"]).stdout);
    assert!(listed.contains("P-07") && listed.contains("P-08") && listed.contains("until"), "{listed}");
    assert!(run(&["--revoke", "P-07"]).status.success());
    assert_eq!((me(&desk.token), me(&other)), (401, 200));
    assert_eq!(run(&["--revoke", "P-07"]).status.code(), Some(2), "nothing of it holds any more");
    assert_eq!(run(&["--observer", "a b", "--team", "t"]).status.code(), Some(2));
    assert_eq!(run(&["--observer", "a", "--team", "t", "--expires", "soon"]).status.code(), Some(2));
    for entry in fs::read_dir(desk.mission()).expect("a folder").filter_map(Result::ok) {
        if let Ok(bytes) = fs::read(entry.path()) {
            for token in [&desk.token, &other] {
                let there = bytes.windows(token.len()).any(|w| w == token.as_bytes());
                assert!(!there, "a token stands in {}", entry.path().display());
            }
        }
    }
    let reader = Mission::open_read(&desk.mission()).expect("opens");
    let cards = reader.journal().read(.., None).expect("readable").map(|r| r.expect("sound").entry);
    let cards: Vec<String> = cards
        .filter_map(|e| if let Entry::SourceDescribed { card } = e { Some(card.limitations) } else { None })
        .collect();
    assert_eq!(cards.len(), 1, "one team, one card");
    assert!(!cards[0].is_empty());
}

/// The names of all fields of an XForm, in order.
fn binds(form: &str) -> Vec<String> {
    let mut out: Vec<String> = form
        .split("<bind ")
        .skip(1)
        .filter_map(|b| b.split("nodeset=\"/data/").nth(1)?.split('"').next().map(str::to_owned))
        .filter(|name| !name.starts_with("meta"))
        .collect();
    out.sort();
    out
}

#[test]
fn pyxform_compiles_the_form_and_finds_the_same_fields_in_it() {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pyxform/bin/xls2xform");
    if !tool.exists() {
        aloud("skipped: pyxform is not here; `scripts/setup test` installs it\n");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (xlsx, xml) = (folder.path().join("field.xlsx"), folder.path().join("field.xml"));
    let printed = truceline().args(["form", "xlsform"]).output().expect("it runs");
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    fs::write(&xlsx, &printed.stdout).expect("written");
    // Checking by ODK Validate needs Java; what pyxform itself finds is asked for here.
    let out = Command::new(&tool).arg("--skip_validate").arg(&xlsx).arg(&xml).output().expect("it runs");
    let said = format!("{}{}", text(&out.stdout), text(&out.stderr));
    assert!(out.status.success(), "{said}");
    // It advises to shrink photos. An original is evidence and is kept as it was taken.
    let advice = |line: &&str| line.starts_with("[row : ") && !line.contains("Use the max-pixels parameter");
    let warnings: Vec<&str> = said.lines().filter(advice).collect();
    assert!(warnings.is_empty(), "{said}");
    let theirs = fs::read_to_string(&xml).expect("the form");
    let ours = text(&truceline().args(["form", "xform"]).output().expect("it runs").stdout);
    assert_eq!(binds(&theirs), binds(&ours));
    assert!(binds(&ours).contains(&"effect".to_owned()));
    for form in [&theirs, &ours] {
        assert!(form.contains("id=\"truceline_field\"") && form.contains("version=\"1\""), "{form}");
        for language in ["English (en)", "Українська (uk)", "Русский (ru)", "Français (fr)", "العربية (ar)"]
        {
            assert!(form.contains(&format!("lang=\"{language}\"")), "{language}");
        }
    }
}
