// Rule: ids of steps beside each other differ in more than case.

import type { Rule } from './rule.ts';

export const idsAreDistinct: Rule = {
  code: 'step-id-ambiguous',
  severity: 'error',
  title: 'ids of two steps differ only in case',
  explanation:
    'Expressions compare names without case, so `steps.Build` and `steps.build` are the same to them. Give one of the steps another name.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.Build]
run = "make all"
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.build-all]
run = "make all"
`,
  check({ steps }, report) {
    for (const facts of steps) {
      const first = facts.scope.byFoldedId.get(facts.step.id.toLowerCase());
      if (first === undefined || first === facts || report.isFull()) continue;
      report.at(facts.path, 'key', `the ids \`${first.step.id}\` and \`${facts.step.id}\` differ only in case`, {
        help: 'expressions compare names without case; rename one of the two',
        related: [report.place(first.path, 'key', `\`${first.step.id}\` is defined here`)],
      });
    }
  },
};
