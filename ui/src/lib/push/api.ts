/** The addresses of warnings in a browser, as the server has them. */
import { getJson, sendJson } from "../api";
import { API, oneOf } from "./keys";
import type { Browser, Offer, Subscribed } from "./types";

export const pushApi = {
  offer: (signal?: AbortSignal) => getJson<Offer>(API, signal),
  add: (what: Subscribed) => sendJson<Browser>("POST", API, what),
  remove: (id: string) => sendJson<null>("DELETE", oneOf(id)),
  test: (id: string) => sendJson<{ says: string }>("POST", `${oneOf(id)}/test`),
};
