/** What the worker and a tab of the desk say to each other. */
export const OPEN = "truceline:open";
export interface Open {
  type: typeof OPEN;
  path: string;
}
