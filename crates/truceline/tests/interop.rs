//! The collectors of the real binary with software that is not ours: mosquitto as broker, pytak as sender of CoT. A
//! test whose client is not installed says "skipped"; `scripts/setup test` installs them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use rumqttc::{Client, Event, MqttOptions, Packet, QoS};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::{Entry, Mission};

const WAIT: Duration = Duration::from_secs(120);

/// A process that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Says it past the test runner, which keeps what passing tests print to itself.
fn aloud(words: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), words.as_bytes()).expect("standard error");
}

fn truceline() -> Command {
    Command::new(env!("CARGO_BIN_EXE_truceline"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn program(names: &[&str]) -> Option<PathBuf> {
    names.iter().map(PathBuf::from).find(|p| Command::new(p).arg("-h").output().is_ok())
}

/// Starts a desk and waits until it is open; the lines it printed.
fn serve(mission: &Path) -> (Running, Vec<String>) {
    let mut command = truceline();
    command.args(["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission"]).arg(mission);
    // Ended and waited for when it is dropped, whatever happens before.
    let mut child = Running(command.stdout(Stdio::piped()).spawn().expect("it starts"));
    let mut lines = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines().map_while(Result::ok) {
        let is_open = line.contains("the desk is at");
        lines.push(line);
        if is_open {
            return (child, lines);
        }
    }
    panic!("the desk did not open: {lines:?}");
}

fn mission(folder: &Path, sources: &str) -> PathBuf {
    let mission = folder.join("mission");
    assert!(truceline().arg("init").arg(&mission).output().unwrap().status.success());
    std::fs::write(mission.join("sources.yaml"), sources).unwrap();
    mission
}

/// Distinct observations, all observations, and records of coverage in the journal.
fn journal(mission: &Path) -> (usize, usize, usize) {
    let reader = Mission::open_read(mission).expect("opens");
    let (mut ids, mut rows, mut coverage) = (BTreeSet::new(), 0, 0);
    for recorded in reader.journal().read(.., None).expect("readable") {
        if let Entry::Received(received) = recorded.expect("sound").entry {
            rows += received.batch.len();
            coverage += received.coverage.len();
            ids.extend(received.batch.id.iter().copied());
        }
    }
    (ids.len(), rows, coverage)
}

/// Waits until the journal holds that many distinct observations.
fn wait_for(mission: &Path, observations: usize) -> (usize, usize, usize) {
    let begun = Instant::now();
    loop {
        let looked = Instant::now();
        let found = journal(mission);
        if found.0 >= observations {
            return found;
        }
        assert!(
            begun.elapsed() < WAIT,
            "waited in vain for {observations} observations; there are {}",
            found.0
        );
        // A long journal is not read without pause: the desk has work to do.
        std::thread::sleep(looked.elapsed().max(Duration::from_millis(50)));
    }
}

/// A broker on a loopback port, and what it says of subscriptions.
fn broker(folder: &Path, program: &Path) -> (Running, u16, BufReader<std::process::ChildStderr>) {
    let port = free_port();
    let conf = folder.join("mosquitto.conf");
    let text = format!(
        "listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\n\
         log_dest stderr\nlog_type subscribe\n"
    );
    std::fs::write(&conf, text).unwrap();
    let mut child =
        Command::new(program).arg("-c").arg(&conf).stderr(Stdio::piped()).spawn().expect("mosquitto starts");
    let said = BufReader::new(child.stderr.take().unwrap());
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < WAIT, "mosquitto does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (Running(child), port, said)
}

fn wait_until_subscribed(said: &mut impl BufRead) {
    let mut line = String::new();
    while !line.contains("arrays/#") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "the broker ended");
    }
}

fn sources_of(port: u16) -> String {
    format!(
        "sources:\n  - card: {{id: array-7, kind: acoustic, format: geojson, operator: M, limitations: wind}}\n    \
         mqtt: {{url: 'mqtt://127.0.0.1:{port}', topics: ['arrays/#'], client_id: desk}}\n"
    )
}

/// Publishes features with QoS 1 at that rate, and waits for the broker's word for each; how long it took.
fn publish(port: u16, from: u64, count: u64, per_second: u64) -> Duration {
    let mut options = MqttOptions::new(format!("sensor-{from}"), "127.0.0.1", port);
    options.set_inflight(1_000).set_keep_alive(Duration::from_secs(30));
    let (client, mut connection) = Client::new(options, 2_000);
    let begun = Instant::now();
    std::thread::spawn(move || {
        for n in from..from + count {
            let due = begun + Duration::from_micros((n - from) * 1_000_000 / per_second);
            // The rate at which a sensor sends, not a wait for anything.
            if let Some(early) = due.checked_duration_since(Instant::now()).filter(|d| d.as_millis() > 1) {
                std::thread::sleep(early);
            }
            let minute = n / 60 % 60;
            let feature = format!(
                "{{\"type\":\"Feature\",\"id\":\"n{n}\",\"properties\":{{\"kind\":\"explosion\",\"start\":\
                 \"2026-05-10T00:{minute:02}:{:02}Z\"}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":\
                 [-30.0,47.0]}}}}",
                n % 60
            );
            client.publish("arrays/7", QoS::AtLeastOnce, false, feature).expect("taken");
        }
        client
    });
    let mut acknowledged = 0;
    for event in connection.iter() {
        if let Event::Incoming(Packet::PubAck(_)) = event.expect("the broker answers") {
            acknowledged += 1;
        }
        if acknowledged == count {
            break;
        }
    }
    begun.elapsed()
}

fn mosquitto() -> Option<PathBuf> {
    let found = program(&["mosquitto", "/usr/sbin/mosquitto"]);
    if found.is_none() {
        aloud("skipped: mosquitto is not installed (scripts/setup test)\n");
    }
    found
}

#[test]
fn five_thousand_messages_a_second_from_a_broker_are_all_kept_once() {
    let Some(mosquitto) = mosquitto() else { return };
    let seconds: u64 = std::env::var("TRUCELINE_MQTT_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    let folder = tempfile::tempdir().unwrap();
    let (_broker, port, mut said) = broker(folder.path(), &mosquitto);
    let mission = mission(folder.path(), &sources_of(port));
    let (_desk, lines) = serve(&mission);
    assert!(lines.iter().any(|l| l.starts_with("collecting geojson of array-7")), "{lines:?}");
    wait_until_subscribed(&mut said);
    let count = 5_000 * seconds;
    let sending = publish(port, 0, count, 5_000);
    let sent = Instant::now();
    let (distinct, rows, _) = wait_for(&mission, count as usize);
    let behind = sent.elapsed();
    eprintln!("{count} messages sent in {sending:.1?}; all on the disk {behind:.1?} after the last");
    assert_eq!((distinct, rows), (count as usize, count as usize), "nothing is lost and nothing doubled");
}

#[test]
fn a_kill_in_the_middle_of_a_stream_loses_nothing_and_doubles_nothing() {
    let Some(mosquitto) = mosquitto() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_broker, port, mut said) = broker(folder.path(), &mosquitto);
    let mission = mission(folder.path(), &sources_of(port));
    let (desk, _) = serve(&mission);
    wait_until_subscribed(&mut said);
    let sending = std::thread::spawn(move || publish(port, 0, 10_000, 5_000));
    wait_for(&mission, 1_000);
    let mut killed = desk;
    killed.0.kill().expect("SIGKILL");
    killed.0.wait().expect("it ends");
    let reader = Mission::open_read(&mission).expect("the mission opens after a kill");
    reader.journal().verify().expect("the chain holds");
    let before = journal(&mission);
    sending.join().unwrap();
    let (_desk, _) = serve(&mission);
    let (distinct, _, _) = wait_for(&mission, 10_000);
    assert!(before.0 <= distinct);
    assert_eq!(distinct, 10_000, "what was not acknowledged came again, and counts once");
}

const PYTAK: &str = r#"
import asyncio, sys
from configparser import ConfigParser
import pytak

async def main(url, ca):
    config = ConfigParser()
    config["test"] = {
        "COT_URL": url,
        "TAK_PROTO": "0",
        "PYTAK_TLS_CLIENT_CAFILE": ca,
        "PYTAK_TLS_CLIENT_CERT": sys.argv[3],
        "PYTAK_TLS_CLIENT_KEY": sys.argv[4],
    }
    reader, writer = await pytak.protocol_factory(config["test"])
    worker = pytak.TXWorker(asyncio.Queue(), config["test"], writer)
    for n in range(200):
        event = pytak.gen_cot(lat="47.0", lon="-30.0", ce="20", uid=f"mark-{n}", cot_type="a-h-G-U-C-F")
        await worker.send_data(event)
    await writer.drain()
    writer.close()

asyncio.run(main(sys.argv[1], sys.argv[2]))
"#;

#[test]
fn pytak_streams_events_over_tls_into_a_running_mission() {
    let python = std::env::var_os("TRUCELINE_PYTAK").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pytak/bin/python");
    let python = python.unwrap_or(own);
    let has_pytak =
        Command::new(&python).args(["-c", "import pytak"]).output().is_ok_and(|o| o.status.success());
    if !has_pytak {
        aloud("skipped: pytak is not installed (scripts/setup test)\n");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let port = free_port();
    let sources = format!(
        "sources:\n  - card: {{id: patrols, kind: patrol, format: cot, operator: M, limitations: night}}\n    \
         cot:\n      listen: 127.0.0.1:{port}\n      tls: {{cert: '{}', key: '{}', client_ca: '{}'}}\n",
        at("server.pem"),
        at("server.key"),
        at("ca.pem")
    );
    let mission = mission(folder.path(), &sources);
    let (_desk, _) = serve(&mission);
    let script = folder.path().join("send.py");
    std::fs::write(&script, PYTAK).unwrap();
    let mut command = Command::new(&python);
    command.arg(&script).arg(format!("tls://127.0.0.1:{port}")).arg(at("ca.pem"));
    let sent = command.arg(at("client.pem")).arg(at("client.key")).output().unwrap();
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let (distinct, rows, _) = wait_for(&mission, 200);
    assert_eq!((distinct, rows), (200, 200));
}

/// An authority of the test's own, and what it signs.
fn certificates(folder: &Path) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "Test authority");
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(folder.join("ca.pem"), ca.pem()).unwrap();
    for (name, subject) in [("server", "127.0.0.1"), ("client", "device")] {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![subject.to_owned()]).unwrap();
        params.use_authority_key_identifier_extension = true;
        let cert = params.signed_by(&key, &ca).unwrap();
        std::fs::write(folder.join(format!("{name}.pem")), cert.pem()).unwrap();
        std::fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }
}
