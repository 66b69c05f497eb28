/** A room as its page follows it. */
import { Watch } from "../cases/watch.svelte";
import { told } from "../cases/zone.svelte";

/** Members that go on by themselves: when they alone differ, nothing has changed for a reader. */
const MOVING = ["as_known_at_ms", "at_ms", "left_ms"];
const still = (value: unknown): string => JSON.stringify(value, (key, v: unknown) => (MOVING.includes(key) ? null : v));

/** Tells also in which zone the mission lives: parties do not read the mission itself. */
export class RoomWatch<T extends { zone: string }> extends Watch<T> {
  constructor() {
    super((a, b) => still(a) === still(b));
  }

  protected override show(value: T): void {
    told.zone = value.zone;
    super.show(value);
  }
}
