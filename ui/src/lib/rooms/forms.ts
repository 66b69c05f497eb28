/** The forms of a room, as data: which fields each has, and which deed a filled one stands for. */
import type { Deed, May } from "../cases/types";
import type { Field, Values } from "../cases/specs";

export interface RoomForm {
  fields: Field[];
  /** The deed, or what is wrong in words. `toMs` reads a time of the mission's zone. */
  build: (values: Values, toMs: (text: string) => number | null, as: readonly May[]) => Deed | string;
  /** What is to be known before it is sent. */
  says?: string;
}

/** A field's text, without the blanks around it. */
export function textOf(values: Values, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value.trim() : "";
}

/** A number that may be absent; undefined: what stands there is none. */
export function numberOf(values: Values, name: string): number | null | undefined {
  const text = textOf(values, name).replace(",", ".");
  if (!text) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
