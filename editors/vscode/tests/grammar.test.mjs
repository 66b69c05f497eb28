// The colours: every construct has its scope, and every word of the language has one.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const require = createRequire(import.meta.url)
const textmate = require('vscode-textmate')
const oniguruma = require('vscode-oniguruma')

const file = (path) => new URL(`../${path}`, import.meta.url)
const read = (path) => readFileSync(file(path), 'utf8')

await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer)
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: (scope) => {
    if (scope === 'source.terms') return textmate.parseRawGrammar(read('syntaxes/terms.tmLanguage.json'), 'terms.json')
    if (scope === 'markdown.terms.codeblock')
      return textmate.parseRawGrammar(read('syntaxes/terms.markdown.injection.tmLanguage.json'), 'injection.json')
    // Of Markdown only that it is Markdown.
    return scope === 'text.html.markdown' ? { scopeName: scope, patterns: [], repository: {} } : null
  },
  getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.terms.codeblock'] : undefined),
})
const grammar = await registry.loadGrammar('source.terms')

const markdown = await registry.loadGrammar('text.html.markdown')

/** Tokens of a text: `[words, scope]`, white space left out. */
function tokens(text, by = grammar) {
  const out = []
  let state = textmate.INITIAL
  for (const line of text.split('\n')) {
    const result = by.tokenizeLine(line, state)
    state = result.ruleStack
    for (const token of result.tokens) {
      const words = line.slice(token.startIndex, token.endIndex)
      if (words.trim()) out.push([words.trim(), token.scopes.at(-1)])
    }
  }
  return out
}

const scope = (text, words) => tokens(text).find(([w]) => w === words)?.[1]

test('each construct has its scope', () => {
  const of = (text, words, expected) => assert.equal(scope(text, words), expected, `${words} in ${text}`)
  of('zone buffer within 5 km of contact # why', 'zone', 'storage.type.terms')
  of('zone buffer within 5 km of contact # why', 'buffer', 'entity.name.type.terms')
  of('zone buffer within 5 km of contact # why', '5', 'constant.numeric.terms')
  of('zone buffer within 5 km of contact # why', 'km', 'keyword.other.unit.terms')
  of('zone buffer within 5 km of contact # why', '# why', 'comment.line.number-sign.terms')
  of('party KA "Karsk"', 'Karsk', 'string.quoted.double.terms')
  of('party KA “Karsk”', 'Karsk', 'string.quoted.double.terms')
  of('2.1a unless drill: in an exercise', '2.1a', 'entity.name.function.terms')
  of('2.1a unless drill: in an exercise', 'in an exercise', 'keyword.other.terms')
  of('2.1  KA shall not fire in buffer', 'shall not', 'keyword.control.duty.terms')
  of('2.1  KA shall not fire in buffer', 'fire', 'variable.other.terms')
  of('  from 2030-01-01 00:00', '2030-01-01 00:00', 'constant.other.date.terms')
  of('4.1 KA shall hold at most 800 000 personnel', '800 000', 'constant.numeric.terms')
  of('9.1 indicator "denials rise" of deny in buffer', 'indicator', 'keyword.control.duty.terms')
  of('       over 7 days against the 28 days before', 'against the', 'keyword.other.terms')
  of('       rises to 3 times and at least 4, told to TA', 'told to', 'keyword.other.terms')
  of('act a = muzzle flash or shot', 'muzzle flash', 'support.constant.kind.terms')
  of('bracket 1.2 "line"', 'bracket', 'storage.type.terms')
  of('  KA: nothing', 'KA', 'entity.name.tag.proposer.terms')
  of('       shown: "it was dark"', 'shown', 'keyword.other.terms')
  of('8.2 KA shall not fly within [KA: 10 km] [VE, TA: 15 km] of contact', 'KA', 'variable.other.terms')
  of('8.2 KA shall not fly within [KA: 10 km] [VE, TA: 15 km] of contact', 'VE, TA', 'entity.name.tag.proposer.terms')
  of('> zone buffer within 5 km of contact', 'zone', 'storage.type.terms')
  of('zone on-site within 5 km of contact', 'on-site', 'entity.name.type.terms')
})

test('blocks of terms in Markdown are coloured, in quotations too, and nothing else is', () => {
  const page = [
    'zone outside', '```terms', 'zone inside within 5 km of contact', '```', 'zone after',
    '> ```terms', '> zone quoted within 5 km of contact', '> ```', '> zone behind',
    '```text', 'zone other', '```',
  ].join('\n')
  const heads = tokens(page, markdown).filter(([, s]) => s === 'entity.name.type.terms').map(([w]) => w)
  assert.deepEqual(heads, ['inside', 'quoted'])
})

test('brackets nest and end where they end', () => {
  const text = '3 KA shall not fly [KA: within [VE: 5 km] [KA: 6 km] of contact] until D'
  const line = grammar.tokenizeLine(text, textmate.INITIAL)
  const depth = (words) => {
    const at = text.indexOf(words)
    return line.tokens.find((t) => t.startIndex <= at && at < t.endIndex).scopes.filter((s) => s === 'meta.bracket.terms').length
  }
  assert.deepEqual(['3 KA', 'within', '6', 'until'].map(depth), [0, 1, 2, 0])
})

test('every word of the published grammar is a word of the colours', () => {
  const page = readFileSync(new URL('../../../docs/language.md', import.meta.url), 'utf8')
  const ebnf = page.slice(page.indexOf('```ebnf') + 7).split('```')[0]
  const rules = ebnf.replaceAll(/\(\*.*?\*\)/g, '')
  const plain = []
  for (const [, quoted] of rules.matchAll(/"([^"]+)"/g)) {
    const words = quoted.replace(/:$/, '')
    if (!/^\p{L}/u.test(words)) continue
    // In the middle of a statement, at its head, or after a number.
    const ways = [`  ${words} `, `${words} 7`, `  5 ${words}`]
    const drawn = ways.some((line) => tokens(line).every(([, s]) => s !== 'variable.other.terms'))
    if (!drawn) plain.push(quoted)
  }
  assert.deepEqual(plain, [])
})

test('the words of the library have scopes', () => {
  const folder = new URL('../../../agreements/', import.meta.url)
  const texts = readdirSync(folder).filter((f) => f.endsWith('.md'))
  assert.ok(texts.length > 20, 'the library is there')
  for (const name of texts) {
    const markdown = readFileSync(new URL(name, folder), 'utf8')
    for (const [, block] of markdown.matchAll(/^```terms\n([\s\S]*?)^```/gm)) {
      const bare = tokens(block).filter(([, s]) => s === 'source.terms' || s === 'meta.bracket.terms')
      assert.deepEqual(bare, [], name)
    }
  }
})
