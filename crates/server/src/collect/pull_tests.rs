use super::*;
use crate::collect::tests::{feature, memory, source};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// A server that gives these answers, one a connection, and tells the requests.
fn server(answers: Vec<Vec<u8>>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut request = String::new();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            while lines.read_line(&mut request).unwrap_or(0) > 2 {}
            let _ = tell.send(request);
            let _ = stream.write_all(&answer);
        }
    });
    (at, told)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.into_bytes(), body.to_vec()].concat()
}

fn client(url: &str, more: &str) -> Client {
    let door = format!("pull: {{url: '{url}', every: 5 s, timeout: 20 s{more}}}");
    let crate::collect::Door::Pull(pull) = source(&door, "").door else { panic!("another door") };
    Client::new(pull).unwrap()
}

const OWN: &str = ", allow_private: true";

#[test]
fn what_did_not_change_is_not_sent_again() {
    let (at, told) = server(vec![
        answer("200 OK\r\nETag: \"7\"\r\nLast-Modified: Sun, 10 May 2026 00:00:00 GMT", &feature(1)),
        answer("304 Not Modified", b""),
    ]);
    let client = client(&at, OWN);
    let Got::Document(document, seen) = client.ask(&Seen::default()).unwrap() else { panic!("nothing") };
    assert_eq!(document, feature(1));
    assert!(matches!(client.ask(&seen).unwrap(), Got::Same));
    let requests: Vec<String> = told.iter().take(2).map(|r| r.to_lowercase()).collect();
    assert!(!requests[0].contains("if-none-match"));
    assert!(
        requests[1].contains("if-none-match: \"7\"")
            && requests[1].contains("if-modified-since: sun, 10 may")
    );
}

#[test]
fn private_addresses_are_refused_unless_the_source_is_the_missions_own() {
    for url in [
        "http://127.0.0.1:1/",
        "http://[::1]:1/",
        "http://localhost:1/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest",
        "http://2130706433/",
        "http://0x7f.1/",
    ] {
        let says = client(url, "").ask(&Seen::default()).unwrap_err().says;
        assert!(says.contains("refused"), "{url}: {says}");
    }
    let says = client("http://169.254.169.254/latest", OWN).ask(&Seen::default()).unwrap_err().says;
    assert!(says.contains("metadata"), "{says}");
}

#[test]
fn redirects_are_checked_like_first_requests_and_have_an_end() {
    let redirect = |to: &str| answer(&format!("302 Found\r\nLocation: {to}"), b"");
    for (to, says) in [
        ("file:///etc/passwd", "only http:// and https://"),
        ("http://169.254.169.254/latest/meta-data", "metadata"),
        ("gopher://127.0.0.1/", "only http:// and https://"),
    ] {
        let (at, _told) = server(vec![redirect(to)]);
        let failed = client(&at, OWN).ask(&Seen::default()).unwrap_err();
        assert!(failed.says.contains(says), "{to}: {}", failed.says);
    }
    let (at, _told) = server(vec![redirect("/b"), redirect("/c"), redirect("/d"), redirect("/e")]);
    assert!(client(&at, OWN).ask(&Seen::default()).unwrap_err().says.contains("more than 3 redirects"));
    let (other, told_other) = server(vec![answer("200 OK", b"{}")]);
    let (at, told) = server(vec![redirect(&format!("{other}/x"))]);
    client(&at, ", allow_private: true, headers: {Authorization: secret}").ask(&Seen::default()).unwrap();
    assert!(told.recv().unwrap().contains("secret"));
    assert!(!told_other.recv().unwrap().contains("secret"), "secrets stay with the server they are for");
}

#[test]
fn a_document_too_large_packed_or_unpacked_is_refused_by_name_of_the_limit() {
    let (at, _told) = server(vec![answer("200 OK", &[b'x'; 2_000])]);
    let small = ", allow_private: true, max_bytes: 1000";
    assert!(client(&at, small).ask(&Seen::default()).unwrap_err().says.contains("`pull.max_bytes`"));
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![0; 50_000]).unwrap();
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 1_000);
    let (at, _told) = server(vec![answer("200 OK\r\nContent-Encoding: gzip", &bomb)]);
    let says = client(&at, small).ask(&Seen::default()).unwrap_err().says;
    assert!(says.contains("when unpacked"), "{says}");
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    let (at, _told) = server(vec![answer("503 Service Unavailable\r\nRetry-After: 77", b"")]);
    let failed = client(&at, OWN).ask(&Seen::default()).unwrap_err();
    assert_eq!(failed.after, Some(Duration::from_secs(77)));
    assert!(failed.says.contains("503"));
}

#[test]
fn a_document_is_kept_once_however_often_it_is_given() {
    let (at, _told) = server(vec![answer("200 OK", &feature(1)), answer("200 OK", &feature(1))]);
    let memory = memory();
    let door = format!("pull: {{url: '{at}', every: 5 s, allow_private: true}}");
    let feed = Feed::new(source(&door, ""), memory.clone());
    let client = client(&at, OWN);
    attempt(&feed, &client, &Seen::default()).unwrap();
    attempt(&feed, &client, &Seen::default()).unwrap();
    assert_eq!(memory.observations(), 1);
}
