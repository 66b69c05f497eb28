/** Colours of `terms`, by the grammar that editors use. It is loaded when a text is shown; without it the text is plain. */
import type { IRawGrammar } from "@shikijs/vscode-textmate";

/** A stretch of a line: from and to which character, and what it is. */
export interface Token {
  start: number;
  end: number;
  kind: Kind;
}
export type Kind = "comment" | "string" | "number" | "keyword" | "name" | "label" | "sign";
export type Highlighter = (lines: readonly string[]) => Token[][];

const SCOPE = "source.terms";
/** The most exact scope that begins with one of these decides. */
const KINDS: [string, Kind][] = [
  ["comment", "comment"], ["string", "string"], ["constant.numeric", "number"], ["constant", "number"], ["markup", "label"],
  ["entity.name.section", "label"], ["entity.name.label", "label"], ["entity.name.tag", "label"], ["entity", "name"], ["variable", "name"],
  ["support", "name"], ["storage", "keyword"], ["keyword.operator", "sign"], ["keyword", "keyword"], ["punctuation", "sign"],
];

/** What a token is by its scopes, the outermost first; null: nothing of note. */
export function kindOf(scopes: readonly string[]): Kind | null {
  for (const scope of [...scopes].reverse()) {
    // The quotation marks of a text belong to it.
    if (scope.startsWith("punctuation.definition.string")) return "string";
    if (scope.startsWith("punctuation.definition.comment")) return "comment";
    const found = KINDS.find(([prefix]) => scope === prefix || scope.startsWith(`${prefix}.`));
    if (found) return found[1];
  }
  return null;
}

/** Cuts a text by a grammar; what stands over several lines is followed from the first to the last. */
export async function highlighterOf(grammar: IRawGrammar): Promise<Highlighter | null> {
  const [{ INITIAL, Registry }, { createJavaScriptRegexEngine }] = await Promise.all([
    import("@shikijs/vscode-textmate"), import("@shikijs/engine-javascript"),
  ]);
  const engine = createJavaScriptRegexEngine();
  const registry = new Registry({
    onigLib: { createOnigScanner: (patterns) => engine.createScanner(patterns), createOnigString: (text) => engine.createString(text) },
    loadGrammar: (scope) => (scope === SCOPE ? grammar : null),
  });
  const rules = registry.loadGrammar(SCOPE);
  if (!rules) return null;
  return (lines) => {
    let state = INITIAL;
    return lines.map((line) => {
      const { tokens, ruleStack } = rules.tokenizeLine(line, state);
      state = ruleStack;
      const out: Token[] = [];
      for (const token of tokens) {
        const kind = kindOf(token.scopes);
        const [start, end] = [token.startIndex, Math.min(token.endIndex, line.length)];
        if (!kind || start >= end) continue;
        const last = out.at(-1);
        if (last?.kind === kind && last.end === start) last.end = end;
        else out.push({ start, end, kind });
      }
      return out;
    });
  };
}

const FILES = import.meta.glob<IRawGrammar>("../../../editors/vscode/syntaxes/terms.tmLanguage.json", { import: "default" });
let loading: Promise<Highlighter | null> | undefined;

/** The highlighter, loaded once; null if there is none. */
export function highlighter(): Promise<Highlighter | null> {
  const load = Object.values(FILES)[0];
  loading ??= (load ? load().then(highlighterOf) : Promise.resolve(null)).catch(() => null);
  return loading;
}
