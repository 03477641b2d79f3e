// Rule: `needs` stays among the steps of one group. Not here: ids that are nowhere (needs-are-known.ts).

import type { Rule } from './rule.ts';
import { enclosingGroups, type StepFacts } from './step-facts.ts';

export const needsStayInScope: Rule = {
  code: 'needs-out-of-scope',
  severity: 'error',
  title: '`needs` names a step of another group',
  explanation:
    'A step can need only its siblings: the steps of the same group, or of the top level. A group runs as one step; to wait for something inside it, need the group. A step inside a group starts after all that the group needs, so what lies outside goes into the `needs` of the group.',
  bad: `id = "example"

[steps.fetch]
run = "make fetch"

[steps.checks.steps.unit]
needs = ["fetch"]
run = "make unit"
`,
  good: `id = "example"

[steps.fetch]
run = "make fetch"

[steps.checks]
needs = ["fetch"]

[steps.checks.steps.unit]
run = "make unit"
`,
  check({ steps }, report) {
    const places = placesOfId(steps);
    for (const facts of steps) {
      if (facts.needs.length === facts.step.needs.length) continue;
      for (const [at, id] of facts.step.needs.entries()) {
        if (facts.scope.byId.has(id) || report.isFull()) continue;
        const meant = places.get(id);
        if (meant === undefined) continue;
        const place = meant.scope.owner === null ? 'the top level' : `the group \`${meant.scope.owner.step.id}\``;
        report.at(
          [...facts.path, 'needs', at],
          'value',
          `step \`${facts.step.id}\` needs \`${id}\`, which is a step of ${place}`,
          {
            help: advice(facts, meant),
            related: [report.place(meant.path, 'key', `\`${id}\` is defined here`)],
          },
        );
      }
    }
  },
};

/** Returns the first step with each id, wherever it is. */
export function placesOfId(steps: readonly StepFacts[]): ReadonlyMap<string, StepFacts> {
  const places = new Map<string, StepFacts>();
  for (const facts of steps) if (!places.has(facts.step.id)) places.set(facts.step.id, facts);
  return places;
}

function advice(facts: StepFacts, meant: StepFacts): string {
  const groups = [...enclosingGroups(facts)];
  // Outside: one of the groups around this step stands beside the step that is meant.
  const around = groups.find((group) => group.scope === meant.scope);
  if (around === meant) return 'a step starts after the group it is in has started; take the entry out';
  if (around !== undefined) return `add \`${meant.step.id}\` to the \`needs\` of the group \`${around.step.id}\``;
  const groupOfMeant = [...enclosingGroups(meant)].find((group) => group.scope === facts.scope);
  if (groupOfMeant === facts) return 'a group waits for its own steps by itself; take the entry out';
  if (groupOfMeant !== undefined) return `need the group: \`${groupOfMeant.step.id}\``;
  return 'a step can need only the steps beside it';
}
