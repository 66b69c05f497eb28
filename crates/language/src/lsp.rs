//! A language server for agreements: diagnostics, hover, definition, references, rename, completion, outline, folding
//! and formatting. Texts are kept whole and checked anew at every change, which takes milliseconds.

mod answers;
mod complete;
mod outline;
mod positions;

use answers::Text;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    Completion, DocumentSymbolRequest, FoldingRangeRequest, Formatting, GotoDefinition, HoverRequest,
    PrepareRenameRequest, References, Rename, Request as _,
};
use lsp_types::{
    CompletionOptions, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    HoverProviderCapability, OneOf, PublishDiagnosticsParams, RenameOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde_json::Value;
use std::collections::HashMap;
use terms::Language;

/// Why the server stopped.
#[derive(Debug, thiserror::Error)]
pub enum LspError {
    /// The editor does not keep to the protocol.
    #[error("the editor does not keep to the protocol: {0}")]
    Protocol(#[from] lsp_server::ProtocolError),
    /// The channel to the editor broke.
    #[error("the channel to the editor broke: {0}")]
    Io(#[from] std::io::Error),
    /// An answer could not be sent.
    #[error("the editor is gone")]
    Gone,
}

/// Serves an editor over standard input and output until it says goodbye.
///
/// # Errors
/// When the channel breaks or the editor does not keep to the protocol.
pub fn run_stdio() -> Result<(), LspError> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    drop(connection);
    threads.join()?;
    served
}

/// Serves one connection until the editor says goodbye.
///
/// # Errors
/// When the channel breaks or the editor does not keep to the protocol.
pub fn serve(connection: &Connection) -> Result<(), LspError> {
    let capabilities = serde_json::to_value(capabilities()).unwrap_or_default();
    let told = connection.initialize(capabilities)?;
    let language = language(&told);
    let mut texts: HashMap<String, Text> = HashMap::new();
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request)? {
                    return Ok(());
                }
                let response = answer(&texts, request, language);
                connection.sender.send(Message::Response(response)).map_err(|_| LspError::Gone)?;
            }
            Message::Notification(notification) => {
                if let Some(out) = take(&mut texts, notification) {
                    connection.sender.send(Message::Notification(out)).map_err(|_| LspError::Gone)?;
                }
            }
            Message::Response(_) => {}
        }
    }
    Ok(())
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![" ".to_owned(), "\"".to_owned()]),
            ..CompletionOptions::default()
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(lsp_types::FoldingRangeProviderCapability::Simple(true)),
        ..ServerCapabilities::default()
    }
}

/// The language of explanations: that of the initialization option `language`, else the editor's own, else English.
fn language(told: &Value) -> Language {
    let option = told.pointer("/initializationOptions/language").and_then(Value::as_str);
    let locale = told.get("locale").and_then(Value::as_str);
    let known = |code: &str| Language::named(code.split(['-', '_']).next().unwrap_or(code));
    option.and_then(known).or_else(|| locale.and_then(known)).unwrap_or(Language::English)
}

/// Takes what the editor tells; the diagnostics that follow from it.
fn take(texts: &mut HashMap<String, Text>, notification: Notification) -> Option<Notification> {
    let (uri, text, version): (Uri, Option<String>, Option<i32>) = match notification.method.as_str() {
        DidOpenTextDocument::METHOD => {
            let p: DidOpenTextDocumentParams = serde_json::from_value(notification.params).ok()?;
            (p.text_document.uri, Some(p.text_document.text), Some(p.text_document.version))
        }
        DidChangeTextDocument::METHOD => {
            let p: DidChangeTextDocumentParams = serde_json::from_value(notification.params).ok()?;
            let last = p.content_changes.into_iter().next_back()?;
            (p.text_document.uri, Some(last.text), Some(p.text_document.version))
        }
        DidCloseTextDocument::METHOD => {
            let p: DidCloseTextDocumentParams = serde_json::from_value(notification.params).ok()?;
            (p.text_document.uri, None, None)
        }
        _ => return None,
    };
    let diagnostics = match text {
        Some(text) => {
            let text = Text::of(uri.as_str(), text);
            let told = text.diagnostics();
            texts.insert(uri.as_str().to_owned(), text);
            told
        }
        None => {
            texts.remove(uri.as_str());
            Vec::new()
        }
    };
    let params = PublishDiagnosticsParams { uri, diagnostics, version };
    Some(Notification::new(PublishDiagnostics::METHOD.to_owned(), params))
}

/// Answers one request; what is not known or not well formed is told so.
fn answer(texts: &HashMap<String, Text>, request: Request, language: Language) -> Response {
    let id = request.id.clone();
    let uri = uri_of(&request.params);
    let text = uri.as_deref().and_then(|u| texts.get(u));
    let (Some(text), Some(uri)) = (text, uri) else {
        return match known(&request.method) {
            true => Response::new_ok(id, Value::Null),
            false => unknown(id, &request.method),
        };
    };
    let position = answers::position(&request.params);
    let result = match request.method.as_str() {
        HoverRequest::METHOD => Ok(position.and_then(|p| text.hover(p, language)).unwrap_or_default()),
        GotoDefinition::METHOD => Ok(position.and_then(|p| text.definition(p, &uri)).unwrap_or_default()),
        References::METHOD => {
            let declared = request.params.pointer("/context/includeDeclaration").and_then(Value::as_bool);
            Ok(position.and_then(|p| text.references(p, &uri, declared == Some(true))).unwrap_or_default())
        }
        PrepareRenameRequest::METHOD => Ok(position.and_then(|p| text.renamable(p)).unwrap_or_default()),
        Rename::METHOD => {
            let new = request.params.get("newName").and_then(Value::as_str).unwrap_or_default();
            position.map_or(Ok(Value::Null), |p| text.rename(p, new, &uri))
        }
        Completion::METHOD => Ok(position.map(|p| text.completion(p)).unwrap_or_default()),
        DocumentSymbolRequest::METHOD => Ok(text.outline()),
        FoldingRangeRequest::METHOD => Ok(text.folds()),
        Formatting::METHOD => Ok(text.formatted()),
        other => return unknown(id, other),
    };
    match result {
        Ok(value) => Response::new_ok(id, value),
        Err(why) => Response::new_err(id, ErrorCode::RequestFailed as i32, why),
    }
}

fn known(method: &str) -> bool {
    [
        HoverRequest::METHOD,
        GotoDefinition::METHOD,
        References::METHOD,
        PrepareRenameRequest::METHOD,
        Rename::METHOD,
        Completion::METHOD,
        DocumentSymbolRequest::METHOD,
        FoldingRangeRequest::METHOD,
        Formatting::METHOD,
    ]
    .contains(&method)
}

fn unknown(id: lsp_server::RequestId, method: &str) -> Response {
    Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("`{method}` is not answered here"))
}

fn uri_of(params: &Value) -> Option<String> {
    params.get("textDocument")?.get("uri")?.as_str().map(str::to_owned)
}
