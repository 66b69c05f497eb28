/** A press on a notification opens its page in a tab of the desk that is there already. */
import { forms } from "../cases/open";
import { router } from "../router.svelte";
import { addressOf } from "./notice";
import { OPEN, type Open } from "./open";

/** Goes where the worker of push messages asks, unless something is being typed; says which. The result ends it. */
export function listen(): (() => void) | undefined {
  if (!("serviceWorker" in navigator)) return undefined;
  const heard = (event: MessageEvent): void => {
    const asked = event.data as Partial<Open> | null;
    if (asked?.type !== OPEN) return;
    const address = addressOf(asked.path, location.origin);
    const goes = address !== null && forms.open === 0;
    if (goes) router.go(address);
    event.ports[0]?.postMessage(goes);
  };
  navigator.serviceWorker.addEventListener("message", heard);
  return () => navigator.serviceWorker.removeEventListener("message", heard);
}
