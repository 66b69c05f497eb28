/** What the forms of a page share: what was seen, what came since, how to look again. */
import { getContext, setContext } from "svelte";
import type { Key } from "../i18n/en";
import type { Sender } from "./form";
import type { CaseView, HistoryLine, Queue } from "./types";

export interface CaseContext {
  /** The revision that is on the page; undefined where a form is about no case. */
  seen: () => number | undefined;
  /** What others did since, while something newer waits. */
  since: () => HistoryLine[];
  waits: () => boolean;
  /** Fetches and shows what is newest; what is typed stays. */
  lookAgain: () => Promise<void>;
  /** After an act: everything again. */
  done: () => Promise<void>;
  /** A form is open until the result is called. */
  hold: () => () => void;
  queue: () => Queue | null;
  view: () => CaseView | null;
  /** What a reason can cite. */
  citable: () => string[];
  zone: () => string;
  /** Where acts are sent; the docket, if it is not said. */
  send?: Sender;
  /** What a deed is called when it was done; a deed of the docket, if it is not said. */
  did?: (deed: string) => string;
  /** What helps with a refusal, by its kind, where it is another word than the docket's. */
  help?: Partial<Record<string, Key>>;
}

const KEY = Symbol("case");
export const provide = (context: CaseContext): CaseContext => setContext(KEY, context);
export const given = (): CaseContext => getContext<CaseContext>(KEY);
