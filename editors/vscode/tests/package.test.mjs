// What is in the package: what it needs, and nothing of the workshop.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('the package holds what it needs and nothing else', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const listed = execFileSync('npx', ['--no-install', 'vsce', 'ls', '--no-dependencies'], { cwd: folder, encoding: 'utf8' })
  assert.deepEqual(listed.trim().split('\n').sort(), [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/extension.js',
    'language-configuration.json',
    'package.json',
    'syntaxes/terms.markdown.injection.tmLanguage.json',
    'syntaxes/terms.tmLanguage.json',
  ])
})
