/** Which addresses are pages of this app. */

/** Server-rendered or raw addresses, and pages of their own. */
const NOT_OURS = /^\/(api|reports|assets|healthz|list|incident|field|board\/window)(\/|$)/;

/** Whether an address is one of the desk's own pages, to which it can go without being loaded again. */
export function isDesk(address: string, origin: string): boolean {
  const url = new URL(address);
  return url.origin === origin && !NOT_OURS.test(url.pathname);
}
