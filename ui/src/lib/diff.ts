/** Which words differ between two texts. */

export interface Run {
  text: string;
  same: boolean;
}

/** Longer texts are not compared word by word. */
const CELLS_MAX = 4_000_000;

/** Words, signs and white space, nothing lost. */
export function words(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
}

function blank(word: string | undefined): boolean {
  return word !== undefined && word.trim() === "";
}

/** Two words are the same if they are spelt alike; how white space is written means nothing. */
function alike(a: string | undefined, b: string | undefined): boolean {
  return a === b || (blank(a) && blank(b));
}

/** Both texts in runs of words that the other has too and of words that it has not. */
export function diff(first: string, second: string): [Run[], Run[]] {
  const [a, b] = [words(first), words(second)];
  if (a.length * b.length > CELLS_MAX) return [[{ text: first, same: false }], [{ text: second, same: false }]];
  // By how many words of each are left: the longest common run of words.
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      // White space joins words but does not pull them together.
      const gain = blank(a[i]) ? 0 : 2;
      longest[i * width + j] = Math.max(alike(a[i], b[j]) ? at(i + 1, j + 1) + gain : 0, at(i + 1, j), at(i, j + 1));
    }
  }
  const [left, right]: [Run[], Run[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && alike(a[i], b[j]) && at(i, j) === at(i + 1, j + 1) + (blank(a[i]) ? 0 : 2)) {
      add(left, a[i++] ?? "", true);
      add(right, b[j++] ?? "", true);
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      add(left, a[i++] ?? "", false);
    } else {
      add(right, b[j++] ?? "", false);
    }
  }
  return [trimmed(left), trimmed(right)];
}

/** White space around words that differ is not marked. */
function trimmed(runs: Run[]): Run[] {
  return runs.flatMap((run) => {
    if (run.same) return [run];
    const [, before = "", inside = "", after = ""] = /^(\s*)([^]*?)(\s*)$/.exec(run.text) ?? [];
    return [{ text: before, same: true }, { text: inside, same: false }, { text: after, same: true }].filter((r) => r.text !== "");
  });
}

function add(runs: Run[], text: string, same: boolean): void {
  // White space alone is no difference.
  const last = runs.at(-1);
  const counts = same || blank(text);
  if (last && (last.same === counts || blank(text))) last.text += text;
  else runs.push({ text, same: counts });
}
