/** The watch as a page follows it, and for how long a warning still stands. */
import { Watch } from "../cases/watch.svelte";
import { told } from "../cases/zone.svelte";
import type { WarningView, WatchView } from "./types";

/** Tells also in which zone the mission lives: not everybody who is warned reads the mission itself. */
export class WatchWatch extends Watch<WatchView> {
  protected override show(value: WatchView): void {
    told.zone = value.zone;
    super.show(value);
  }
}

/** Milliseconds until a warning lapses. What was issued holds by people's clock, what is only raised by the record's; an archive's stands still. */
export function leftMs(view: Pick<WarningView, "expires" | "issued" | "as_of">, isArchive: boolean, passed_ms: number, now_ms: number): number {
  if (view.issued) return Date.parse(view.issued.expires) - now_ms;
  return Date.parse(view.expires) - Date.parse(view.as_of) - (isArchive ? 0 : Math.max(0, passed_ms));
}
