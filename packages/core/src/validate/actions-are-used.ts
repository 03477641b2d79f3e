// Rule: a local action is used by a step, directly or through other actions.

import { usedBy } from './actions-are-acyclic.ts';
import { readUses } from '../plan/read-uses.ts';
import type { Rule } from './rule.ts';

export const actionsAreUsed: Rule = {
  code: 'action-unused',
  severity: 'warning',
  title: 'an action is never used',
  explanation: 'No step uses the action, neither directly nor through another action. Use it, or take it out.',
  bad: `id = "example"

[actions.greet]
argv = ["echo", "hello"]

[steps.greet]
run = "echo hello"
`,
  good: `id = "example"

[actions.greet]
argv = ["echo", "hello"]

[steps.greet]
uses = "greet"
`,
  check({ actions, steps }, report) {
    if (actions.size === 0) return;
    const used = new Set<string>();
    for (const { step } of steps) {
      const uses = step.uses === null ? null : readUses(step.uses);
      let next = uses?.kind === 'local' ? actions.get(uses.name) : undefined;
      while (next !== undefined && !used.has(next.action.name)) {
        used.add(next.action.name);
        next = usedBy(next, actions);
      }
    }
    for (const { action, path } of actions.values()) {
      if (!used.has(action.name))
        report.at(path, 'key', `the action \`${action.name}\` is never used`, { help: 'use it in a step, or take it out' });
    }
  },
};
