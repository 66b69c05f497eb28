/** The coverage ledger as strips: civil days of up to 24 (on the night of a clock change 25) hours. */
import type { LedgerStep } from "../api/types";
import { civilDate } from "./time";

export interface Day {
  date: string;
  steps: LedgerStep[];
}

/** Steps by the civil day in which they begin, in order. */
export function days(steps: readonly LedgerStep[], zone: string): Day[] {
  const out: Day[] = [];
  for (const step of steps) {
    const date = civilDate(step.start, zone);
    const last = out.at(-1);
    if (last?.date === date) last.steps.push(step);
    else out.push({ date, steps: [step] });
  }
  return out;
}

/** Which of five levels a share is shown as. Only nothing is the lowest and only all (to half a per cent) the highest. */
export function level(share: number): 0 | 1 | 2 | 3 | 4 {
  if (share <= 0) return 0;
  if (share >= 0.995) return 4;
  return share < 0.34 ? 1 : share < 0.67 ? 2 : 3;
}
