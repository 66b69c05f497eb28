// Starts `truceline lsp` for Markdown files that have a `terms` block, and keeps it running.

import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node'

let client: LanguageClient | undefined
/** A start failed: nothing is tried again until a setting changes or somebody asks for it. */
let failed = false
/** One start or stop at a time: each waits for the one before it. */
let turn: Promise<void> = Promise.resolve()

const settings = () => vscode.workspace.getConfiguration('truceline')
const program = () => settings().get<string>('path')?.trim() || 'truceline'

const hasTerms = (document: vscode.TextDocument) =>
  document.languageId === 'markdown' && /^[ >]*(`{3,}|~{3,})\s*terms\s*$/m.test(document.getText())

async function start(): Promise<void> {
  if (client) return
  const server: ServerOptions = { command: program(), args: ['lsp'] }
  const language = settings().get<string>('language')
  const options: LanguageClientOptions = {
    documentSelector: [{ language: 'markdown' }],
    initializationOptions: language ? { language } : {},
    middleware: {
      // The server says of every Markdown file what `check` says; files without terms are none of its business.
      handleDiagnostics: (uri, diagnostics, next) => {
        const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri.toString())
        next(uri, document && hasTerms(document) ? diagnostics : [])
      },
    },
  }
  const starting = new LanguageClient('truceline', 'Truceline', server, options)
  try {
    await starting.start()
    client = starting
    failed = false
  } catch (error) {
    failed = true
    // Not waited for: a message that nobody answers must not hold up the next start.
    void tellFailure(error)
  }
}

async function tellFailure(error: unknown): Promise<void> {
  const choice = await vscode.window.showErrorMessage(
    `Truceline could not start "${program()}": ${error instanceof Error ? error.message : String(error)}. ` +
      'Install the truceline program, or set its path.',
    'Open Settings',
  )
  if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'truceline.path')
}

async function stop(): Promise<void> {
  const stopping = client
  client = undefined
  await stopping?.stop()
}

const inTurn = (step: () => Promise<void>) => (turn = turn.then(step, step))
const restart = () => inTurn(stop).then(() => inTurn(start))

function startIfWanted(document: vscode.TextDocument | undefined): void {
  if (document && !client && !failed && hasTerms(document)) void inTurn(start)
}

/** Runs the program in a terminal that stays open to be read. */
function inTerminal(title: string, ...args: string[]): void {
  const run = new vscode.ProcessExecution(program(), args)
  const task = new vscode.Task({ type: 'process' }, vscode.TaskScope.Workspace, title, 'Truceline', run, [])
  task.presentationOptions = { clear: true, panel: vscode.TaskPanelKind.Dedicated }
  void vscode.tasks.executeTask(task)
}

function openText(): string | undefined {
  const document = vscode.window.activeTextEditor?.document
  if (document?.uri.scheme === 'file') return document.uri.fsPath
  void vscode.window.showInformationMessage('Truceline: open an agreement that is saved as a file first.')
  return undefined
}

async function explain(): Promise<void> {
  const file = openText()
  const language = settings().get<string>('language') || 'en'
  if (file) inTerminal('Explain', 'explain', '--lang', language, '--', file)
}

async function compare(): Promise<void> {
  const file = openText()
  if (!file) return
  const chosen = await vscode.window.showOpenDialog({ title: 'Compare with', filters: { Markdown: ['md'] } })
  const other = chosen?.[0]
  if (other) inTerminal('Compare', 'compare', '--', file, other.fsPath)
}

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('truceline.explain', explain),
    vscode.commands.registerCommand('truceline.compare', compare),
    vscode.commands.registerCommand('truceline.restart', restart),
    vscode.workspace.onDidOpenTextDocument(startIfWanted),
    vscode.workspace.onDidChangeTextDocument((change) => startIfWanted(change.document)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const ours = change.affectsConfiguration('truceline.path') || change.affectsConfiguration('truceline.language')
      if (ours && (client || failed)) void restart()
    }),
  )
  vscode.workspace.textDocuments.forEach(startIfWanted)
}

export function deactivate(): Promise<void> {
  return inTurn(stop)
}
