/** The forms of the guarantee's deeds. */
import { cites } from "../cases/form";
import { clauseOf, clauseValue, type Field, type Option } from "../cases/specs";
import { type RoomForm, textOf } from "../rooms/forms";
import type { ConsultationView, FileView } from "./types";
import { signOf, VOTES, word } from "./words";

/** The clauses about which a consultation may be asked for: of guarantees and of ladders, each once. */
export function clauses(file: Pick<FileView, "cases" | "ladders">): Option[] {
  const all = [...file.cases, ...file.ladders].map((c) => [clauseValue(c), `${c.clause} · ${c.text}`] as const);
  return [...new Map(all)].map(([value, label]) => ({ value, label }));
}

/** Decisions on which votes are taken. */
export const votable = (of: ConsultationView): ConsultationView["decisions"] => of.decisions.filter((d) => d.standing === "put" || d.standing === "adopted-on-condition");

/** Whether anything more can be done about it. */
export const isOpen = (of: ConsultationView): boolean => of.stage !== "closed" && of.stage !== "withdrawn";

/** The deeds that a consultation takes as it stands, of those that have a form here. */
export function deedsOn(of: ConsultationView): string[] {
  if (!isOpen(of)) return [];
  return votable(of).length ? ["position", "vote", "close"] : ["position", "close"];
}

const why = (required: boolean): Field => ({ name: "why", kind: "area", label: "c.f.why", ...(required ? { required, hint: "c.hint.why" as const } : {}) });

export function requestForm(file: Pick<FileView, "cases" | "ladders">): RoomForm {
  const options = clauses(file);
  return {
    fields: [
      { name: "clause", kind: "select", label: "g.f.clause", required: true, options, value: options[0]?.value ?? "" },
      { name: "question", kind: "area", label: "g.f.question", required: true, hint: "c.hint.why" },
      { name: "cites", kind: "cites", label: "c.f.cites", hint: "c.hint.cites" },
    ],
    build: (values) => ({ deed: "request", clause: clauseOf(textOf(values, "clause")), question: textOf(values, "question"), cites: cites(textOf(values, "cites")) }),
  };
}

/** The form of a deed on a consultation. */
export function formOn(deed: string, of: ConsultationView): RoomForm {
  const consultation = of.reference;
  switch (deed) {
    case "position":
      return {
        fields: [{ name: "text", kind: "area", label: "g.f.position", required: true, hint: "c.hint.why" }],
        build: (values) => ({ deed, consultation, text: textOf(values, "text") }),
      };
    case "vote": {
      const options = votable(of).map((d) => ({ value: d.reference, label: `${d.reference} · ${d.text}` }));
      return {
        fields: [
          { name: "decision", kind: "select", label: "g.f.decision", required: true, options, value: options[0]?.value ?? "" },
          { name: "vote", kind: "choice", label: "g.f.vote", required: true, options: VOTES.map((v) => ({ value: v, label: word("vote", v), glyph: signOf("vote", v).glyph })) },
          why(false),
        ],
        build: (values) => ({ deed, decision: textOf(values, "decision"), vote: textOf(values, "vote"), why: textOf(values, "why") }),
      };
    }
    default:
      return { fields: [why(true)], build: (values) => ({ deed: "close", consultation, why: textOf(values, "why") }) };
  }
}
