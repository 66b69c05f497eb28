// The clauses of the invented text, as cases need them.
const choice = (clause, source, elements, standard) => ({ clause: { text: "signed", clause }, source, elements, ...(standard ? { standard } : {}) });

export const CLAUSE_CHOICES = [
  choice("2.1", "2.1  KA, VE shall not fire\n       anywhere; by air, land, sea\n       from D\n       [KA: unless in an exercise]",
    ["what: firing", "when: after entry into force", "where: anywhere", "who: bound by the clause", "exception: exercise — does not hold"], "balance of probabilities"),
  choice("2.2", "2.2  KA, VE shall not fly in buffer\n       from D\n       unless notified under 6.1",
    ["what: flight", "where: in the buffer", "exception: notified — does not hold"]),
  choice("3.1", "3.1  KA, VE shall keep artillery of calibre >= 100 mm  at least 25 km from their reference\n       starting day D + 2, complete day D + 14",
    ["what: artillery of 100 mm or more", "where: nearer than 25 km", "when: after day D + 14", "who: bound by the clause"], "to the satisfaction of the commission"),
];

export const DECIDERS = [
  { power: "occurrence", bodies: ["JMC"], rule: "by consensus", quorum: 2, standard: "balance of probabilities" },
  { power: "attribution", bodies: ["JMC"], rule: "by consensus", quorum: 2 },
  { power: "remedy", bodies: ["JMC"], rule: "by its chair’s ruling", quorum: null },
];
