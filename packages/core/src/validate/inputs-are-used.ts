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
  check({ actions, reads, brokenExpressions }, report) {
    const read = new Map<ActionFacts, Set<string>>();
    /** Actions that read all inputs at once, or may be meant to. */
    const readAll = new Set(brokenExpressions.flatMap(({ where }) => where.action ?? []));
    for (const { use, reference } of reads.get('inputs') ?? []) {
      const { action } = use.where;
      const [name] = reference.path;
      if (action === null) continue;
      if (typeof name !== 'string' || name === '*') readAll.add(action);
      else read.set(action, (read.get(action) ?? new Set()).add(name.toLowerCase()));
    }
    for (const facts of actions.values()) {
      if (readAll.has(facts)) continue;
      for (const { name } of facts.action.inputs) {
        if (read.get(facts)?.has(name.toLowerCase()) === true) continue;
        const message = `the input \`${name}\` of the action \`${facts.action.name}\` is never read`;
        report.at([...facts.path, 'inputs', name], 'key', message, {
          help: `read it as \`\${{ inputs.${name} }}\`, or take it out`,
        });
      }
    }
  },
};
