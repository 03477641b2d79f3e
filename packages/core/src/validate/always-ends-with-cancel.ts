// Rule: `when = "always()"` is not written where "whatever the others did" is meant.

import type { Rule } from './rule.ts';

export const alwaysEndsWithCancel: Rule = {
  code: 'when-always',
  severity: 'warning',
  title: '`always()` runs the step even when the run is cancelled',
  explanation:
    '`always()` alone starts the step in any case, also after somebody has cancelled the run and waits for it to end. What is usually meant is "also when something failed": `!cancelled()`. For cleaning up that a cancel must not prevent, keep `always()` and say so with a condition beside it, for example `always() && steps.start.outcome == \'success\'`.',
  bad: `id = "example"

[steps.test]
run = "make test"

[steps.report]
needs = ["test"]
when = "always()"
run = "make report"
`,
  good: `id = "example"

[steps.test]
run = "make test"

[steps.report]
needs = ["test"]
when = "!cancelled()"
run = "make report"
`,
  check({ conditions }, report) {
    for (const use of conditions) {
      const root = use.compiled?.root;
      if (use.where.place !== 'when' || root?.kind !== 'call' || root.name !== 'always') continue;
      use.report(report, root, '`always()` runs this step even after the run was cancelled', {
        help: 'write `!cancelled()` to run it after failures too',
      });
    }
  },
};
