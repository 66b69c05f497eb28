//! The language server as an editor meets it: a conversation over a connection in memory.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at once")]

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use std::thread::JoinHandle;

const URI: &str = "file:///drafts/lindmar.md";

const DRAFT: &str = "\
# Lindmar

## Article 1 – Terms

```terms
instrument lindmar \"Lindmar\", draft
  time zone \"UTC\"
  entry into force 2030-01-01 00:00

party KA \"Karsk\"
party VE \"Velia\"

line contact from \"contact.geojson\" tolerance 200 m
zone buffer within 5 km of contact

act fire = explosion or burst
```

## Article 2 – Fire

```terms
2.1  KA, VE shall not fire in buffer
       [KA: unless in an exercise] [VE: until 2031-01-01 00:00]
```
";

/// An editor that speaks to a server in another thread.
struct Editor {
    connection: Connection,
    server: Option<JoinHandle<()>>,
    next: i32,
}

impl Editor {
    fn start(options: Value) -> Editor {
        let (theirs, connection) = Connection::memory();
        let server = std::thread::spawn(move || language::lsp::serve(&theirs).unwrap());
        let mut editor = Editor { connection, server: Some(server), next: 0 };
        let answer =
            editor.ask("initialize", json!({ "capabilities": {}, "initializationOptions": options }));
        assert_eq!(answer.unwrap()["capabilities"]["renameProvider"]["prepareProvider"], json!(true));
        editor.tell("initialized", json!({}));
        editor
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).unwrap();
        match self.connection.receiver.recv().unwrap() {
            Message::Response(r) if r.id == id => match r.response_result {
                Ok(value) => Ok(value),
                Err(error) => Err(error.message),
            },
            other => panic!("no answer but {other:?}"),
        }
    }

    fn tell(&self, method: &str, params: Value) {
        let note = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(note)).unwrap();
    }

    /// Opens a text; the diagnostics it gets.
    fn open(&self, text: &str) -> Vec<Value> {
        let document = json!({ "uri": URI, "languageId": "markdown", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        self.diagnostics()
    }

    fn change(&self, text: &str) -> Vec<Value> {
        let document = json!({ "uri": URI, "version": 2 });
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        self.diagnostics()
    }

    fn diagnostics(&self) -> Vec<Value> {
        match self.connection.receiver.recv().unwrap() {
            Message::Notification(n) if n.method == "textDocument/publishDiagnostics" => {
                n.params["diagnostics"].as_array().unwrap().clone()
            }
            other => panic!("no diagnostics but {other:?}"),
        }
    }

    fn at(&mut self, method: &str, place: Value, more: Value) -> Result<Value, String> {
        let mut params = json!({ "textDocument": { "uri": URI }, "position": place });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ask(method, params)
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
            self.tell("exit", Value::Null);
            self.server.take().unwrap().join().unwrap();
        }
    }
}

/// The place just within the `n`th occurrence of some words (from 0).
fn place(text: &str, words: &str, n: usize) -> Value {
    let (byte, _) = text.match_indices(words).nth(n).unwrap();
    let before = &text[..byte];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    json!({ "line": line, "character": before[start..].encode_utf16().count() + 1 })
}

fn applied(text: &str, edits: &Value) -> String {
    let lines: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
    let byte = |p: &Value| {
        let start = lines.get(p["line"].as_u64().unwrap() as usize).copied().unwrap_or(text.len());
        start + p["character"].as_u64().unwrap() as usize
    };
    let mut all: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (byte(&e["range"]["start"]), byte(&e["range"]["end"]), e["newText"].as_str().unwrap()))
        .collect();
    all.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, new) in all.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|d| d["code"].as_str().unwrap()).collect()
}

#[test]
fn an_error_is_told_at_its_place_and_goes_when_it_is_mended() {
    let editor = Editor::start(json!({}));
    let bad = DRAFT.replace("not fire in buffer", "not fire in bufer");
    let told = editor.open(&bad);
    let error = told.iter().find(|d| d["severity"] == json!(1)).unwrap();
    assert_eq!(error["code"], json!("undefined-zone"));
    let start = place(&bad, "bufer", 0);
    assert_eq!(error["range"]["start"]["line"], start["line"]);
    assert_eq!(error["range"]["start"]["character"], json!(start["character"].as_u64().unwrap() - 1));
    assert!(error["message"].as_str().unwrap().contains("help: "), "{error}");
    let told = editor.change(DRAFT);
    assert!(told.iter().all(|d| d["severity"] != json!(1)), "{:?}", codes(&told));
}

#[test]
fn a_closed_text_has_no_diagnostics_left() {
    let editor = Editor::start(json!({}));
    assert!(!editor.open("```terms\nzone\n```\n").is_empty());
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    assert!(editor.diagnostics().is_empty());
}

#[test]
fn hovering_explains_a_clause_in_the_language_of_the_editor() {
    for (language, words) in
        [("en", "shall not"), ("uk", "утримуватися"), ("ru", "воздерживаться"), ("fr", "s’interdisent")]
    {
        let mut editor = Editor::start(json!({ "language": language }));
        editor.open(DRAFT);
        let hover = editor.at("textDocument/hover", place(DRAFT, "2.1  KA", 0), json!({})).unwrap();
        let told = hover["contents"]["value"].as_str().unwrap().to_owned();
        assert!(told.starts_with("**2.1**") && told.contains(words), "{told}");
        // The two readings differ, so each is told with its name.
        assert!(told.contains("Karsk") && told.contains("Velia"), "{told}");
    }
}

#[test]
fn hovering_over_a_name_shows_its_declaration() {
    let mut editor = Editor::start(json!({}));
    editor.open(DRAFT);
    let hover = editor.at("textDocument/hover", place(DRAFT, "buffer", 1), json!({})).unwrap();
    let told = hover["contents"]["value"].as_str().unwrap();
    assert_eq!(
        told,
        "**buffer**, zone; spoken of once more\n\n```terms\nzone buffer within 5 km of contact\n```"
    );
}

#[test]
fn a_use_leads_to_its_declaration_and_back() {
    let mut editor = Editor::start(json!({}));
    editor.open(DRAFT);
    let there = editor.at("textDocument/definition", place(DRAFT, "contact", 2), json!({})).unwrap();
    assert_eq!(there["range"]["start"]["line"], place(DRAFT, "line contact", 0)["line"]);
    let asked = json!({ "context": { "includeDeclaration": true } });
    let all = editor.at("textDocument/references", place(DRAFT, "line contact", 0), asked.clone());
    assert_eq!(all, Ok(Value::Null), "`line` is not a name");
    let all = editor.at("textDocument/references", place(DRAFT, "contact from", 0), asked).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);
}

#[test]
fn renaming_changes_every_place_in_every_reading_and_nothing_else() {
    let mut editor = Editor::start(json!({}));
    editor.open(DRAFT);
    for (words, n, new) in
        [("buffer", 0, "strip"), ("KA", 0, "KRS"), ("fire in", 0, "shooting"), ("2.1", 0, "2.4")]
    {
        let edits =
            editor.at("textDocument/rename", place(DRAFT, words, n), json!({ "newName": new })).unwrap();
        let renamed = applied(DRAFT, &edits["changes"][URI]);
        let old = words.split(' ').next().unwrap();
        let in_terms = |t: &str| t.split("```").skip(1).step_by(2).collect::<String>();
        let word = |t: &str, w: &str| {
            in_terms(t).split(|c: char| !c.is_alphanumeric() && c != '.').filter(|x| *x == w).count()
        };
        assert_eq!(word(&renamed, old), 0, "{renamed}");
        assert_eq!(word(&renamed, new), word(DRAFT, old));
        let now = editor.change(&renamed);
        assert!(now.iter().all(|d| d["severity"] != json!(1)), "{:?}", codes(&now));
        editor.change(DRAFT);
    }
}

#[test]
fn a_name_that_would_break_the_text_is_refused() {
    let mut editor = Editor::start(json!({}));
    editor.open(DRAFT);
    for new in ["contact", "unless", "two words", "", "[", "\"x\""] {
        let refused = editor.at("textDocument/rename", place(DRAFT, "buffer", 0), json!({ "newName": new }));
        let why = refused.unwrap_err();
        assert!(why.starts_with(&format!("`{new}` can't be its name")), "{why}");
    }
    let nothing = editor.at("textDocument/rename", place(DRAFT, "shall", 0), json!({ "newName": "x" }));
    assert!(nothing.unwrap_err().contains("no name"));
    assert_eq!(editor.at("textDocument/prepareRename", place(DRAFT, "shall", 0), json!({})), Ok(Value::Null));
}

#[test]
fn completion_offers_what_may_stand_there() {
    let mut editor = Editor::start(json!({}));
    let draft = DRAFT.replace("```\n\n## Article 2", "\nparty X in \n```\n\n## Article 2");
    editor.open(&draft);
    let mut labels = |words: &str, after: usize| {
        let mut at = place(&draft, words, 0);
        at["character"] = json!(at["character"].as_u64().unwrap() - 1 + after as u64);
        let all = editor.at("textDocument/completion", at, json!({})).unwrap();
        let all = all.as_array().unwrap().iter().map(|i| i["label"].as_str().unwrap().to_owned());
        all.collect::<Vec<_>>()
    };
    assert!(labels("party KA", 0).contains(&"zone".to_owned()));
    assert_eq!(labels("party X in ", 11), ["buffer"]);
    assert!(labels("\"UTC\"", 1).contains(&"Europe/Kyiv".to_owned()));
    assert!(labels("act fire = ", 11).contains(&"muzzle flash".to_owned()));
    assert!(labels("# Lindmar", 3).is_empty(), "prose is left alone");
}

#[test]
fn the_outline_has_articles_names_clauses_and_brackets() {
    let mut editor = Editor::start(json!({}));
    editor.open(DRAFT);
    let tree = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } })).unwrap();
    let names = |v: &Value| {
        let all = v.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned());
        all.collect::<Vec<_>>()
    };
    assert_eq!(names(&tree), ["Lindmar", "Article 1 – Terms", "Article 2 – Fire"]);
    assert_eq!(names(&tree[1]["children"]), ["KA", "VE", "contact", "buffer", "fire"]);
    assert_eq!(names(&tree[2]["children"]), ["2.1", "2.1"]);
    assert_eq!(names(&tree[2]["children"][1]["children"]), ["Karsk", "Velia"]);
    let folds = editor.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": URI } })).unwrap();
    assert_eq!(folds.as_array().unwrap().len(), 4, "two articles, two blocks");
}

#[test]
fn formatting_gives_the_text_of_the_formatter() {
    let mut editor = Editor::start(json!({}));
    let untidy = DRAFT.replace("zone buffer within", "  zone   buffer  within");
    editor.open(&untidy);
    let asked = json!({ "textDocument": { "uri": URI }, "options": { "tabSize": 2, "insertSpaces": true } });
    let edits = editor.ask("textDocument/formatting", asked.clone()).unwrap();
    let tidy = applied(&untidy, &edits);
    assert_eq!(tidy, terms::format(&untidy));
    editor.change(&tidy);
    assert_eq!(editor.ask("textDocument/formatting", asked), Ok(json!([])));
}

#[test]
fn whatever_is_asked_of_whatever_text_gets_an_answer() {
    let mut editor = Editor::start(json!({ "language": 7 }));
    for text in ["", "\u{feff}# \u{202e}א\r\n```terms\r\n", "```terms\n[A: [B: | C:\n```", DRAFT] {
        editor.open(text);
        for method in ["hover", "definition", "references", "prepareRename", "rename", "completion"] {
            for (line, character) in [(0, 0), (1, 3), (u32::MAX, u32::MAX)] {
                let at = json!({ "line": line, "character": character });
                let _ = editor.at(&format!("textDocument/{method}"), at, json!({ "newName": "א" }));
            }
            assert_eq!(editor.ask(&format!("textDocument/{method}"), json!([1])), Ok(Value::Null));
        }
    }
    assert!(editor.ask("textDocument/telepathy", json!({})).unwrap_err().contains("not answered"));
}
