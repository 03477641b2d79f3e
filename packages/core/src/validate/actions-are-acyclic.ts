// Rule: no action uses itself, directly or through others.

import type { RelatedPlace } from '../diagnostic/diagnostic.ts';
import { readUses } from '../plan/read-uses.ts';
import type { ActionFacts } from './action-facts.ts';
import type { Rule } from './rule.ts';

export const actionsAreAcyclic: Rule = {
  code: 'action-cycle',
  severity: 'error',
  title: 'actions use each other in a circle',
  explanation:
    'An action that uses itself, directly or through other actions, has nothing to run. Let one of them run a command of its own.',
  bad: `id = "example"

[actions.ask]
uses = "ask-again"

[actions.ask-again]
uses = "ask"

[steps.question]
uses = "ask"
`,
  good: `id = "example"

[actions.ask]
uses = "ask-agent"

[actions.ask-agent]
argv = ["agent", "--ask"]

[steps.question]
uses = "ask"
`,
  check({ actions }, report) {
    const done = new Set<ActionFacts>();
    for (const start of actions.values()) {
      const path: ActionFacts[] = [];
      let next: ActionFacts | undefined = start;
      while (next !== undefined && !done.has(next)) {
        done.add(next);
        path.push(next);
        next = usedBy(next, actions);
      }
      const from = next === undefined ? -1 : path.indexOf(next);
      if (from === -1) continue;
      const cycle = path.slice(from);
      const related: RelatedPlace[] = cycle.map((facts, at) =>
        report.place(
          [...facts.path, 'uses'],
          'value',
          `\`${facts.action.name}\` uses \`${cycle[(at + 1) % cycle.length]!.action.name}\``,
        ),
      );
      const names = [...cycle, cycle[0]!].map((facts) => `\`${facts.action.name}\``).join(' → ');
      const message =
        cycle.length === 1 ? `the action ${names.split(' ')[0]} uses itself` : `actions use each other in a circle: ${names}`;
      report.at([...cycle[0]!.path, 'uses'], 'value', message, {
        help: 'let one of them run a command of its own',
        related: cycle.length === 1 ? [] : related,
      });
    }
  },
};

/** Returns the local action that an action uses, if it does. */
export function usedBy(facts: ActionFacts, actions: ReadonlyMap<string, ActionFacts>): ActionFacts | undefined {
  if (facts.action.uses === null) return undefined;
  const uses = readUses(facts.action.uses);
  return uses.kind === 'local' ? actions.get(uses.name) : undefined;
}
