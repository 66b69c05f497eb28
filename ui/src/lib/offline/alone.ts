/**
 * Runs alone among the pages of this device that use the same name; if another one is at it, not at all (`isUrgent`:
 * afterwards). A browser without such locks runs it: the store's own transactions and the server's ids keep things
 * whole, only a request may go out twice.
 */
export async function alone(name: string, run: () => Promise<unknown>, isUrgent = false): Promise<void> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) await run();
  else await locks.request(name, { ifAvailable: !isUrgent }, (lock) => (lock ? run() : undefined));
}
