import { describe, expect, test } from "vitest";
import { OUTCOMES } from "../src/api/types";
import { apiQuery, type Filters, narrowing, NO_FILTERS, NO_VIEW, pretty, readFilters, readView, type View, withFilters, withView } from "../src/lib/filters";

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number> {
  for (let a = seed; ; ) {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    yield a / 4294967296;
  }
}

function some(next: () => number): Filters {
  const maybe = <T>(value: T): T | null => (next() < 0.5 ? value : null);
  const time = (): string => new Date(Math.floor(1.7e12 + next() * 1e11)).toISOString();
  return {
    version: Math.floor(next() * 4),
    clause: maybe("2.1a & more?"),
    outcome: OUTCOMES.filter(() => next() < 0.4),
    kind: ["artillery fire", "burst", "flight"].filter(() => next() < 0.4),
    source: maybe("post 3/north #1"),
    q: next() < 0.5 ? "село за рікою & \"quoted\" +1" : "",
    from: maybe(time()),
    to: maybe(time()),
    asKnownAt: maybe(time()),
    bbox: null,
  };
}

describe("filters in the address", () => {
  test("come back as they were, from any filters", () => {
    const source = numbers(42);
    const next = (): number => source.next().value as number;
    for (let i = 0; i < 500; i++) {
      const filters = some(next);
      const search = pretty(withFilters(new URLSearchParams("lang=ar&map=8/51/21"), filters));
      const read = readFilters(new URL(`http://x/${search}`).searchParams);
      expect(read.filters).toEqual(filters);
      expect(read.unreadable).toEqual([]);
    }
  });

  test("leave the rest of the address alone", () => {
    const params = withFilters(new URLSearchParams("lang=uk&sel=a&q=old"), { ...NO_FILTERS });
    expect(params.toString()).toBe("lang=uk&sel=a");
  });

  test("no filters make no query", () => {
    expect(apiQuery(NO_FILTERS).toString()).toBe("");
    expect(narrowing(NO_FILTERS)).toBe(0);
  });

  test("lists may be repeated or separated by commas", () => {
    expect(readFilters(new URLSearchParams("kind=burst&kind=shot,burst")).filters.kind).toEqual(["burst", "shot"]);
  });

  test("what cannot be read is reported, not dropped in silence", () => {
    const { filters, unreadable } = readFilters(new URLSearchParams("from=yesterday&outcome=guilty,kept&version=-1&to=2026-03-03T00:00"));
    expect(unreadable.map((u) => u.name).sort()).toEqual(["from", "outcome", "to", "version"]);
    expect(filters).toEqual({ ...NO_FILTERS, outcome: ["kept"] });
  });

  test("an instant with another offset is the same instant", () => {
    expect(readFilters(new URLSearchParams("from=2026-03-03T02:00:00%2B02:00")).filters.from).toBe("2026-03-03T00:00:00.000Z");
  });

  test("the box of the view goes to the server as west, south, east, north", () => {
    expect(apiQuery({ ...NO_FILTERS, bbox: [179, -5, -179, 5] }).get("bbox")).toBe("179.00000,-5.00000,-179.00000,5.00000");
  });
});

describe("the view in the address", () => {
  test("comes back as it was", () => {
    const view: View = { map: { zoom: 8.25, lat: 51.5, lon: -20.12345 }, sel: "i 1", inView: true, hide: ["line:contact", "zone:buffer"], chart: ["2026-03-03T00:00:00.000Z", "2026-03-04T00:00:00.000Z"], sort: "time" };
    expect(readView(new URL(`http://x/${pretty(withView(new URLSearchParams(), view))}`).searchParams)).toEqual(view);
    expect(readView(withView(new URLSearchParams(), NO_VIEW))).toEqual(NO_VIEW);
  });

  test("a place that is not on Earth is not a view", () => {
    expect(readView(new URLSearchParams("map=8/91/20")).map).toBeNull();
    expect(readView(new URLSearchParams("map=nonsense")).map).toBeNull();
  });
});
