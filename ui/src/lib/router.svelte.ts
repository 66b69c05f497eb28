/** The address is the state: pages read it, and change it only through here. */
import { isDesk } from "./addresses";

/** The pages of cases. */
export type CasesRoute =
  | { page: "cases" }
  | { page: "case"; reference: string }
  | { page: "allegations" }
  | { page: "clocks" }
  | { page: "equal" };

/** The pages of the watch. */
export type WatchRoute =
  | { page: "watch" }
  | { page: "warning"; reference: string }
  | { page: "stream"; ground: string; what: string };

/** The file of the guarantees, and the notice board. */
export type RoomRoute = { page: "guarantee" } | { page: "board" };

export type Route =
  | CasesRoute
  | WatchRoute
  | RoomRoute
  | { page: "map" }
  | { page: "incident"; id: string }
  | { page: "agreement"; version: number; clause: string | null }
  | { page: "compare"; a: number | null; b: number | null }
  | { page: "record" }
  | { page: "coverage" }
  | { page: "signin" }
  | { page: "people" }
  | { page: "unknown"; path: string };

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The index of a text in an address. */
function index(text: string | null): number | null {
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

/** The page of cases an address names, if it is one. */
function casesRoute(parts: string[]): CasesRoute | null {
  const [first, second] = parts;
  if (first === "cases" && parts.length <= 2) return second ? { page: "case", reference: second } : { page: "cases" };
  if (parts.length !== 1) return null;
  if (first === "allegations" || first === "clocks") return { page: first };
  return first === "equal-treatment" ? { page: "equal" } : null;
}

/** Narrows a route to those of the cases' pages. */
export function isOfCases(route: Route): route is CasesRoute {
  return ["cases", "case", "allegations", "clocks", "equal"].includes(route.page);
}

/** The page of the watch an address names, if it is one. */
function watchRoute(parts: string[], asked: URLSearchParams): WatchRoute | null {
  const [first, second] = parts;
  if (first !== "watch" || parts.length > 2) return null;
  if (!second) return { page: "watch" };
  if (second === "stream") return { page: "stream", ground: asked.get("ground") ?? "", what: asked.get("what") ?? "" };
  return { page: "warning", reference: second };
}

/** Narrows a route to those of the watch's pages. */
export function isOfWatch(route: Route): route is WatchRoute {
  return ["watch", "warning", "stream"].includes(route.page);
}

/** Narrows a route to the rooms that have one page each. */
export function isOfRooms(route: Route): route is RoomRoute {
  return route.page === "guarantee" || route.page === "board";
}

/** The page an address names. */
export function route(url: URL): Route {
  const parts = url.pathname.split("/").filter(Boolean).map(decode);
  const [first, second] = parts;
  if (first === undefined) return { page: "map" };
  if (first === "incidents" && second && parts.length === 2) return { page: "incident", id: second };
  if (first === "agreement" && second === "compare" && parts.length === 2) {
    return { page: "compare", a: index(url.searchParams.get("a")), b: index(url.searchParams.get("b")) };
  }
  if (first === "agreement" && parts.length <= 2 && /^\d{0,4}$/.test(second ?? "")) {
    return { page: "agreement", version: Number(second ?? 0), clause: decode(url.hash.slice(1)) || null };
  }
  if (first === "record" && parts.length === 1) return { page: "record" };
  if (first === "coverage" && parts.length === 1) return { page: "coverage" };
  if (first === "signin" && parts.length === 1) return { page: "signin" };
  if (first === "people" && parts.length === 1) return { page: "people" };
  if ((first === "guarantee" || first === "board") && parts.length === 1) return { page: first };
  return casesRoute(parts) ?? watchRoute(parts, url.searchParams) ?? { page: "unknown", path: url.pathname };
}

class Router {
  url = $state.raw(new URL(location.href));
  route = $derived(route(this.url));

  constructor() {
    addEventListener("popstate", () => (this.url = new URL(location.href)));
  }

  /** Goes to an address of the desk. `replace` leaves no step in the browser's history. */
  go(href: string, replace = false): void {
    const to = new URL(href, location.href);
    if (to.href === this.url.href) return;
    const elsewhere = to.pathname !== this.url.pathname;
    if (replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    this.url = to;
    if (elsewhere && !to.hash) scrollTo(0, 0);
  }

  /** Replaces the query of this page. */
  query(search: string, replace = false): void {
    this.go(this.url.pathname + search + this.url.hash, replace);
  }
}

export const router = new Router();

/** Turns clicks on links to the desk's own pages into steps of the router. */
export function catchLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
  const to = new URL(link.href);
  if (!isDesk(to.href, location.origin)) return;
  // A jump inside the page (the skip link) is the browser's own business.
  if (link.getAttribute("href")?.startsWith("#") && link.dataset.jump !== undefined) return;
  event.preventDefault();
  router.go(to.href);
}
