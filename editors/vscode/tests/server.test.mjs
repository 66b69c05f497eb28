// The library that the extension uses, against the real server.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const rpc = require('vscode-jsonrpc/node')

const program = process.env.TRUCELINE ?? fileURLToPath(new URL('../../../target/release/truceline', import.meta.url))
const text = readFileSync(new URL('../../../agreements/budapest-1994.md', import.meta.url), 'utf8')
// A program that is named must be there; without a name it may not have been built yet.
const skip = process.env.TRUCELINE || existsSync(program) ? false : `${program} is not built`

test('the server of the built program talks to the library that editors use', { skip }, async () => {
  const child = spawn(program, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  const connection = rpc.createMessageConnection(
    new rpc.StreamMessageReader(child.stdout),
    new rpc.StreamMessageWriter(child.stdin),
  )
  const told = new Promise((resolve) => connection.onNotification('textDocument/publishDiagnostics', resolve))
  connection.listen()
  const started = await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} })
  assert.equal(started.capabilities.hoverProvider, true)
  connection.sendNotification('initialized', {})
  const uri = 'file:///budapest-1994.md'
  connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'markdown', version: 1, text },
  })
  const { diagnostics } = await told
  assert.ok(diagnostics.some((d) => d.code === 'no-verification'), 'Budapest cannot be checked')
  const lines = text.split('\n')
  const line = lines.findIndex((l) => /^\d+(\.\d+)?\s+.*shall/.test(l))
  const hover = await connection.sendRequest('textDocument/hover', {
    textDocument: { uri },
    position: { line, character: 0 },
  })
  assert.match(hover.contents.value, /^\*\*\d/)
  const outline = await connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } })
  assert.ok(outline.length > 1)
  await connection.sendRequest('shutdown')
  connection.sendNotification('exit')
  assert.equal(await ended, 0)
})
