/** The mission's civil zone, for pages that are read also by those who do not read the mission. */
import { desk } from "../desk.svelte";

class Told {
  zone = $state<string | null>(null);
}

/** What the docket said of it. */
export const told = new Told();

/** The mission's civil zone; UTC, and named so, until it is known. */
export function zone(): string {
  return desk.mission?.zone ?? told.zone ?? "UTC";
}
