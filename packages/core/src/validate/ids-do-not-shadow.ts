// Rule: a step in a group is not called like a step outside that it could otherwise read.

import type { Rule } from './rule.ts';
import { enclosingGroups } from './step-facts.ts';

export const idsDoNotShadow: Rule = {
  code: 'step-id-shadowed',
  severity: 'warning',
  title: 'a step in a group hides a step outside',
  explanation:
    'Inside a group, `steps.NAME` means the step of the group when there is one, and the step outside otherwise. With two steps of the same name the outer one cannot be read from inside, and readers take one for the other.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.checks]
needs = ["build"]

[steps.checks.steps.build]
run = "make check"
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.checks]
needs = ["build"]

[steps.checks.steps.build-checks]
run = "make check"
`,
  check({ steps }, report) {
    for (const facts of steps) {
      if (report.isFull()) return;
      const id = facts.step.id.toLowerCase();
      for (const group of enclosingGroups(facts)) {
        const outer = group.scope.byFoldedId.get(id);
        if (outer === undefined) continue;
        report.at(facts.path, 'key', `the step \`${facts.step.id}\` of the group hides the step \`${outer.step.id}\` outside`, {
          help: 'rename one of the two',
          related: [report.place(outer.path, 'key', 'the step outside')],
        });
        break;
      }
    }
  },
};
