import { expect, test } from "vitest";
import { diff, type Run, words } from "../src/lib/diff";

const whole = (runs: Run[]): string => runs.map((r) => r.text).join("");
const other = (runs: Run[]): string[] => runs.filter((r) => !r.same).map((r) => r.text.trim());

test("nothing of a text is lost when it is cut into words", () => {
  for (const text of ["", "a  b\n c", "KA, VE shall keep >= 100 mm", "Карськ — «мовчить»", "بند 2.1"]) expect(words(text).join("")).toBe(text);
});

test("both sides are whole, and what the other has not is marked", () => {
  const [a, b] = ["2.1 KA shall not fire within 10 km of contact", "2.1 KA, VE shall not fire within 15 km of contact\n  from D"];
  const [left, right] = diff(a, b);
  expect([whole(left), whole(right)]).toEqual([a, b]);
  expect(left.filter((r) => !r.same).map((r) => r.text)).toEqual(["10"]);
  expect(other(right)).toEqual([", VE", "15", "from D"]);
});

test("how white space is written is no difference", () => {
  const [left, right] = diff("a  b\n   c", "a b c");
  expect([other(left), other(right)]).toEqual([[], []]);
});

test("texts that share nothing are marked as a whole, and very long ones are not gone through", () => {
  expect(other(diff("a b", "c d")[0])).toEqual(["a b"]);
  const long = "word ".repeat(3000);
  const [left, right] = diff(long, `${long}more`);
  expect([left.length, right.length, whole(left)]).toEqual([1, 1, long]);
});
