/** Words of a room with their signs: shape first, word beside it, colour last. */
import { en, type Key } from "../i18n/en";
import { t } from "../i18n/index.svelte";
import type { Sign } from "../cases/words";

export interface Vocabulary {
  word: (list: string, code: string) => string;
  sign: (list: string, code: string) => Sign;
}

/** `prefix`: of the messages' keys. A word that is not known stands as the server has it. */
export function vocabulary(prefix: string, signs: Record<string, Record<string, Sign>>): Vocabulary {
  return {
    word: (list, code) => {
      const key = `${prefix}.${list}.${code}`;
      return key in en ? t(key as Key) : code;
    },
    sign: (list, code) => signs[list]?.[code] ?? { glyph: "·", tone: "none" },
  };
}

type Row = readonly [code: string, glyph: string, tone?: Sign["tone"]];
export const signs = (...rows: readonly Row[]): Record<string, Sign> => Object.fromEntries(rows.map(([code, glyph, tone]) => [code, { glyph, tone: tone ?? "none" }]));
