// Rule: `needs` names a step once.

import type { Rule } from './rule.ts';

export const needsAreUnique: Rule = {
  code: 'needs-duplicate',
  severity: 'warning',
  title: '`needs` names a step twice',
  explanation: 'Needing a step once is enough. A repeated entry often stands where another step was meant.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.test]
needs = ["build", "build"]
run = "make test"
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.test]
needs = ["build"]
run = "make test"
`,
  check({ steps }, report) {
    for (const { step, path, needs } of steps) {
      // Every entry is a step of its own.
      if (needs.length === step.needs.length) continue;
      const first = new Map<string, number>();
      for (const [at, id] of step.needs.entries()) {
        const before = first.get(id);
        if (before === undefined) first.set(id, at);
        else if (report.isFull()) return;
        else
          report.at([...path, 'needs', at], 'value', `step \`${step.id}\` needs \`${id}\` twice`, {
            help: 'take one of the two out',
            related: [report.place([...path, 'needs', before], 'value', 'first needed here')],
          });
      }
    }
  },
};
