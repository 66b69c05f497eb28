//! Two hundred people working cases at once, against a running desk: how long reads and writes take, and whether any
//! act was lost.
//!
//! `cargo run --release -p server --example load -- 127.0.0.1:8480 TOKEN USERS SECONDS TEXT CLAUSE`: `TOKEN` is an
//! acting token of a verification officer, `TEXT` and `CLAUSE` name a clause of the mission. Each person has a case,
//! reads it, the queue and the ledger in turn, and acts at every fifth step; a second passes between steps.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A connection that stays open.
struct Line {
    stream: TcpStream,
    host: String,
    token: String,
}

struct Answer {
    status: u16,
    body: Vec<u8>,
    took_ms: f64,
}

impl Line {
    async fn open(host: &str, token: &str) -> Result<Line, Failed> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Line { stream, host: host.to_owned(), token: token.to_owned() })
    }

    async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Failed> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.host,
            self.token,
            body.len()
        );
        let begun = Instant::now();
        self.stream.write_all(request.as_bytes()).await?;
        let (mut got, mut chunk) = (Vec::new(), [0_u8; 65_536]);
        loop {
            let n = self.stream.read(&mut chunk).await?;
            got.extend_from_slice(chunk.get(..n).ok_or("short")?);
            if n == 0 {
                return Err("the desk hung up".into());
            }
            let Some(end) = got.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(got.get(..end).ok_or("short")?).to_ascii_lowercase();
            let length =
                head.lines().find_map(|l| l.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
            let length = length.ok_or("no length")?;
            if got.len() >= end + 4 + length {
                let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or("no status")?;
                let body = got.get(end + 4..).ok_or("short")?.to_vec();
                return Ok(Answer { status, body, took_ms: begun.elapsed().as_secs_f64() * 1e3 });
            }
        }
    }

    async fn act(&mut self, key: &str, deed: Value) -> Result<(f64, Value), Failed> {
        let body = json!({"key": key, "role": "verification-officer", "deed": deed});
        let answer = self.ask("POST", "/api/v1/acts", Some(&body)).await?;
        let told: Value = serde_json::from_slice(&answer.body)?;
        if answer.status != 201 {
            return Err(format!("{}: {told}", answer.status).into());
        }
        Ok((answer.took_ms, told))
    }
}

#[derive(Default)]
struct Times {
    reads_ms: Vec<f64>,
    writes_ms: Vec<f64>,
    acts: u64,
}

async fn person(n: usize, args: [String; 4], seconds: u64) -> Result<Times, Failed> {
    let [host, token, text, clause] = args;
    let mut line = Line::open(&host, &token).await?;
    let run = std::process::id();
    let clause = json!({"text": text, "clause": clause});
    let opened = json!({"deed": "open", "title": format!("load {n}"), "clauses": [clause],
        "incidents": ["inc-00000000000000000000000000000001"], "allegations": [], "why": "measured"});
    let (_, told) = line.act(&format!("{run}-{n}-open"), opened).await?;
    let case = told.get("on").and_then(Value::as_str).ok_or("no case")?.to_owned();
    let mut times = Times::default();
    let end = Instant::now() + Duration::from_secs(seconds);
    // People do not act in step.
    tokio::time::sleep(Duration::from_millis(n as u64 * 5)).await;
    for step in 0.. {
        if Instant::now() > end {
            break;
        }
        if step % 5 == 4 {
            let deed = json!({"deed": "weigh", "case": case, "clause": clause, "element": "time", "source": "patrols",
                "weight": "silent", "cites": [], "why": format!("step {step}")});
            times.writes_ms.push(line.act(&format!("{run}-{n}-{step}"), deed).await?.0);
            times.acts += 1;
        } else {
            let path = match step % 5 {
                0 => "/api/v1/docket".to_owned(),
                1 => "/api/v1/allegations?limit=50".to_owned(),
                _ => format!("/api/v1/cases/{case}"),
            };
            let answer = line.ask("GET", &path, None).await?;
            if answer.status != 200 {
                return Err(format!("{path}: {}", answer.status).into());
            }
            times.reads_ms.push(answer.took_ms);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let view: Value =
        serde_json::from_slice(&line.ask("GET", &format!("/api/v1/cases/{case}"), None).await?.body)?;
    let revision = view.get("revision").and_then(Value::as_u64).ok_or("no revision")?;
    if revision != times.acts + 1 {
        return Err(
            format!("{case}: revision {revision} after {} acts: an update was lost", times.acts + 1).into()
        );
    }
    Ok(times)
}

fn told(what: &str, mut all: Vec<f64>) {
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all.get(((all.len() as f64 - 1.0) * share) as usize).copied().unwrap_or(f64::NAN);
    println!(
        "{what}: {} in all; p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        all.len(),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [host, token, users, seconds, text, clause] = args.as_slice() else {
        return Err("HOST:PORT TOKEN USERS SECONDS TEXT CLAUSE are wanted".into());
    };
    let (users, seconds): (usize, u64) = (users.parse()?, seconds.parse()?);
    let mut all = tokio::task::JoinSet::new();
    for n in 0..users {
        all.spawn(person(n, [host, token, text, clause].map(String::clone), seconds));
    }
    let mut sum = Times::default();
    while let Some(one) = all.join_next().await {
        let one = one??;
        sum.reads_ms.extend(one.reads_ms);
        sum.writes_ms.extend(one.writes_ms);
        sum.acts += one.acts;
    }
    println!("{users} people for {seconds} s; {} acts, none lost", sum.acts);
    told("reads", sum.reads_ms);
    told("writes", sum.writes_ms);
    Ok(())
}
