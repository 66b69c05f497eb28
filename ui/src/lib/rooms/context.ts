/** What the forms of a room share. */
import { provide } from "../cases/context";
import type { Sender } from "../cases/form";
import { forms } from "../cases/open";
import { zone } from "../cases/zone.svelte";
import type { RoomWatch } from "./follow.svelte";

export function provideRoom<T extends { zone: string }>(watch: RoomWatch<T>, send: Sender, did: (deed: string) => string): void {
  provide({
    seen: () => undefined, since: () => [], waits: () => watch.waits,
    lookAgain: async () => {
      await watch.ask();
      watch.lookAgain();
    },
    done: () => watch.refresh(),
    hold: () => {
      const [one, other] = [watch.hold(), forms.hold()];
      return () => (one(), other());
    },
    queue: () => null, view: () => null, citable: () => [], zone, send, did,
  });
}
