// Rule: a step does not need itself. Not here: longer cycles (needs-are-acyclic.ts).

import type { Rule } from './rule.ts';

export const needsAreOthers: Rule = {
  code: 'needs-self',
  severity: 'error',
  title: 'a step needs itself',
  explanation:
    'A step that waits for itself never starts. Take the entry out. To run a step again until something holds, put it into a group with `repeat`.',
  bad: `id = "example"

[steps.build]
needs = ["build"]
run = "make"
`,
  good: `id = "example"

[steps.build]
run = "make"
`,
  check({ steps }, report) {
    for (const { step, path } of steps) {
      const at = step.needs.indexOf(step.id);
      if (at === -1) continue;
      report.at([...path, 'needs', at], 'value', `step \`${step.id}\` needs itself`, {
        help: 'take the entry out; to run a step again, use a group with `repeat`',
      });
    }
  },
};
