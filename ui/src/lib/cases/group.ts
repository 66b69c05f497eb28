/** The queue as officers read it: what is open by stage, narrowed by what they ask for. */
import type { AllegationView, CaseLine, FindingView, RemedyView } from "./types";
import { STAGES, type Stage } from "./words";

export interface QueueFilters { mine: boolean; unclaimed: boolean; suspended: boolean; stage: Stage | null; closed: boolean }

export function readQueueFilters(q: URLSearchParams): QueueFilters {
  const stage = STAGES.find((s) => s === q.get("stage")) ?? null;
  const on = (name: string): boolean => q.get(name) === "1";
  return { mine: on("mine"), unclaimed: on("unclaimed"), suspended: on("suspended"), closed: on("closed"), stage };
}

export function writeQueueFilters(f: QueueFilters, before: URLSearchParams): string {
  const q = new URLSearchParams(before);
  for (const name of ["mine", "unclaimed", "suspended", "closed"] as const) {
    if (f[name]) q.set(name, "1");
    else q.delete(name);
  }
  if (f.stage) q.set("stage", f.stage);
  else q.delete("stage");
  const text = q.toString();
  return text ? `?${text}` : "";
}

/** Whether a case is shown under the filters. */
export function isShown(line: CaseLine, f: QueueFilters, me: string | null): boolean {
  if (line.stage === "closed" && !f.closed && f.stage !== "closed") return false;
  if (f.stage && line.stage !== f.stage) return false;
  if (f.suspended && !line.suspended) return false;
  // A case cannot be mine and nobody's: asking for both asks for either.
  const mine = me !== null && line.taken?.person === me;
  if (f.mine && f.unclaimed) return mine || !line.taken;
  if (f.mine) return mine;
  return !f.unclaimed || !line.taken;
}

export interface StageGroup { stage: Stage; cases: CaseLine[] }

/** Cases by stage, in the order of the stages; what is due first stands first. */
export function byStage(cases: readonly CaseLine[]): StageGroup[] {
  const due = (c: CaseLine): string => c.due ?? "9999";
  return STAGES.map((stage) => ({
    stage,
    cases: cases.filter((c) => c.stage === stage).sort((a, b) => due(a).localeCompare(due(b)) || b.changed.localeCompare(a.changed)),
  })).filter((g) => g.cases.length > 0);
}

/** The stages that a stepper shows, in a line: the appeal is a loop beside it, shown only when a case is there. */
export function line(at: Stage): { stage: Stage; is: "past" | "now" | "ahead" }[] {
  const road = STAGES.filter((s) => s !== "appealed" || at === "appealed");
  const here = road.indexOf(at);
  return road.map((stage, i) => ({ stage, is: i < here ? "past" : i === here ? "now" : "ahead" }));
}

/** `FND-2026-0007` of `FND-2026-0007/v2`. */
export const unversioned = (reference: string): string => reference.replace(/\/v\d+$/, "");
export const versionOf = (reference: string): number => Number(/\/v(\d+)$/.exec(reference)?.[1] ?? 1);

/** The versions of each finding or attribution, the latest first. */
export function byReference<V extends { reference: string }>(all: readonly V[]): { reference: string; versions: V[] }[] {
  const groups = new Map<string, V[]>();
  for (const one of all) {
    const key = unversioned(one.reference);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([reference, versions]) => ({
    reference, versions: versions.sort((a, b) => versionOf(b.reference) - versionOf(a.reference)),
  }));
}

/** The members in which two versions of a finding differ. */
export function differing(a: FindingView["text"], b: FindingView["text"]): Set<keyof FindingView["text"]> {
  const members = Object.keys({ ...a, ...b }) as (keyof FindingView["text"])[];
  return new Set(members.filter((m) => JSON.stringify(a[m] ?? null) !== JSON.stringify(b[m] ?? null)));
}

/** Remedies with their counterparts beside them. */
export function pairs(remedies: readonly RemedyView[]): RemedyView[][] {
  const out: RemedyView[][] = [];
  const seen = new Set<string>();
  for (const remedy of remedies) {
    if (seen.has(remedy.reference)) continue;
    const other = remedies.find((r) => r.reference === remedy.paired || r.paired === remedy.reference);
    const group = other && !seen.has(other.reference) ? [remedy, other] : [remedy];
    for (const r of group) seen.add(r.reference);
    out.push(group);
  }
  return out;
}

/** Which of the allegations on a page the buttons choose: proposals of the software, to look at before anything is done. */
export function preselect(items: readonly AllegationView[], which: "alike" | "lacking" | "sound"): string[] {
  const open = items.filter((a) => a.state === "received");
  const fits = {
    alike: (a: AllegationView) => a.alike !== undefined,
    lacking: (a: AllegationView) => a.lacks.length > 0,
    sound: (a: AllegationView) => a.alike === undefined && a.lacks.length === 0 && a.late !== "yes",
  }[which];
  return open.filter(fits).map((a) => a.reference);
}

/** Everything in a case that a reason can cite. */
export function citable(view: {
  incidents: string[]; allegations: string[]; tasks: { reference: string; cites: string[] }[];
  matrices: { cells: { cites: string[] }[][] }[];
}): string[] {
  const cells = view.matrices.flatMap((m) => m.cells.flat().flatMap((c) => c.cites));
  const tasks = view.tasks.flatMap((t) => [t.reference, ...t.cites]);
  return [...new Set([...view.incidents, ...cells, ...tasks, ...view.allegations])];
}
