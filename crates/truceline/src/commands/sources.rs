//! `truceline source check FILE` and `truceline source health`: the file of sources that a desk collects from

use crate::exit::{Code, Failure};
use server::collect::{Door, SOURCES_BYTES_MAX, Source, read_sources};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest answer of a desk, bytes.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The sources file of a mission, if it has one.
pub fn of_mission(dir: &Path) -> Option<PathBuf> {
    Some(dir.join("sources.yaml")).filter(|path| path.is_file())
}

/// Reads a sources file; each mistake with file and line.
pub fn load(path: &Path) -> Result<Vec<Source>, Failure> {
    let shown = path.display();
    let read = std::fs::File::open(path).and_then(|file| {
        let mut text = String::new();
        file.take(SOURCES_BYTES_MAX as u64 + 1).read_to_string(&mut text).map(|_| text)
    });
    let text = read.map_err(|e| Failure::bad_input(format!("`{shown}` cannot be read: {e}")))?;
    if text.len() > SOURCES_BYTES_MAX {
        return Err(Failure::bad_input(format!("`{shown}` is larger than {SOURCES_BYTES_MAX} bytes")));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    read_sources(&text, folder).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(|p| format!("{shown}: {p}")).collect();
        Failure::bad_input(told.join("\nerror: "))
            .hint("docs/collecting.md shows every field; docs/sources.schema.json lets an editor check as you write")
    })
}

pub fn check(file: &Path) -> Result<Code, Failure> {
    let sources = load(file)?;
    for source in &sources {
        let card = &source.card;
        println!("{}  {} ({}), reliability {}", card.id, card.kind, source.format.name(), card.reliability);
        match &source.door {
            Door::Cot(cot) => {
                let tls = match &cot.tls {
                    None => "without TLS",
                    Some(tls) if tls.client_ca.is_some() => "over TLS, senders with a certificate",
                    Some(_) => "over TLS",
                };
                println!("    listens on {} {tls}", cot.listen);
            }
            Door::Mqtt(mqtt) => {
                println!("    subscribes at {} to {} (QoS {})", mqtt.url, mqtt.topics.join(", "), mqtt.qos);
            }
            Door::Pull(pull) => {
                println!("    asks {} every {} s", pull.url, pull.every.as_secs());
            }
        }
        match source.stale_after {
            Some(most) => println!("    stale after {} s of silence", most.as_secs()),
            None => println!("    never stale: its silence says nothing"),
        }
        println!("    cannot see: {}", card.limitations);
    }
    println!("{} sources; nothing was collected", sources.len());
    Ok(Code::Done)
}

pub fn health(desk: SocketAddr) -> Result<Code, Failure> {
    let Ok(answer) = ask(desk) else {
        println!("no desk runs at {desk}: nothing is collected");
        return Ok(Code::Done);
    };
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let value: serde_json::Value = serde_json::from_str(body)
        .map_err(|e| Failure::failed(format!("what answers at {desk} is no desk: {e}")))?;
    if value.get("collecting").and_then(serde_json::Value::as_bool) != Some(true) {
        println!("the desk at {desk} collects from no source");
        return Ok(Code::Done);
    }
    let sources = value.get("sources").and_then(serde_json::Value::as_array);
    for source in sources.into_iter().flatten() {
        let text = |name: &str| match source.get(name) {
            None | Some(serde_json::Value::Null) => "–".to_owned(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        println!("{}  {}", text("id"), text("freshness"));
        println!(
            "    last heard {}; messages {}, observations {}, rejected {}",
            text("last_success"),
            text("messages"),
            text("observations"),
            text("rejected")
        );
        println!(
            "    lag {} s; clock ahead {} s; failures in a row {}",
            text("lag_s"),
            text("clock_ahead_s"),
            text("failures")
        );
        if text("quarantined_since") != "–" {
            println!("    quarantined since {}; {} stretches held", text("quarantined_since"), text("held"));
        }
    }
    Ok(Code::Done)
}

/// Asks a desk; HTTP/1.0, so that the answer ends with the connection.
fn ask(desk: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&desk, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET /api/v1/sources HTTP/1.0\r\nHost: {desk}\r\nAccept: application/json\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    Ok(answer)
}
