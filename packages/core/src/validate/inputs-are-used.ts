// Rule: an input that an action declares is read in it.

import type { Rule } from './rule.ts';
import type { ActionFacts } from './action-facts.ts';

export const inputsAreUsed: Rule = {
  code: 'input-unused',
  severity: 'warning',
  title: 'an input of an action is never read',
  explanation:
    'The action declares the input, but nothing in it reads `inputs.NAME`, so what a step gives for it changes nothing.',
  bad: `id = "example"

[actions.greet]
inputs.name = { default = "world" }
argv = ["echo", "hello"]

[steps.greet]
uses = "greet"
`,
  good: `id = "example"

[actions.greet]
inputs.name = { default = "world" }
argv = ["echo", "hello", "\${{ inputs.name }}"]

[steps.greet]
uses = "greet"
`,
  check({ actions, expressions }, report) {
    const read = new Map<ActionFacts, Set<string> | 'all'>();
    for (const { where, compiled } of expressions) {
      if (where.action === null) continue;
      const names = read.get(where.action) ?? new Set<string>();
      read.set(where.action, names);
      if (names === 'all') continue;
      if (compiled === null) read.set(where.action, 'all');
      for (const { context, path } of compiled?.references ?? []) {
        if (context !== 'inputs') continue;
        if (typeof path[0] !== 'string' || path[0] === '*') read.set(where.action, 'all');
        else names.add(path[0].toLowerCase());
      }
    }
    for (const facts of actions.values()) {
      const names = read.get(facts);
      if (names === 'all') continue;
      for (const { name } of facts.action.inputs) {
        if (names?.has(name.toLowerCase()) === true) continue;
        report.at(
          [...facts.path, 'inputs', name],
          'key',
          `the input \`${name}\` of the action \`${facts.action.name}\` is never read`,
          {
            help: `read it as \`\${{ inputs.${name} }}\`, or take it out`,
          },
        );
      }
    }
  },
};
