// Rule: a step that waits for a failure needs something that can fail.

import type { Rule } from './rule.ts';

export const failuresCanHappen: Rule = {
  code: 'step-unreachable',
  severity: 'warning',
  title: 'a step can never run',
  explanation:
    '`failure()` is true when a step that this one needs, directly or through others, has failed. This step needs none, so it never runs. Add the steps that it looks after to its `needs`. A step with `on_failure = "continue"` counts as success: ask for `steps.ID.outcome == \'failure\'` instead.',
  bad: `id = "example"

[steps.test]
run = "make test"

[steps.notify]
when = "failure()"
run = "make notify"
`,
  good: `id = "example"

[steps.test]
run = "make test"

[steps.notify]
needs = ["test"]
when = "failure()"
run = "make notify"
`,
  check({ conditions }, report) {
    for (const use of conditions) {
      const root = use.compiled?.root;
      const step = use.where.step;
      if (use.where.place !== 'when' || root?.kind !== 'call' || root.name !== 'failure' || step === null) continue;
      const allowed = step.needs.filter((needed) => needed.step.onFailure === 'continue' && needed.needs.length === 0);
      if (step.needs.length === 0) {
        use.report(report, root, `the step \`${step.step.id}\` needs no other, so nothing that it looks at can fail`, {
          help: 'add the steps whose failure it waits for to `needs`',
        });
      } else if (allowed.length === step.needs.length) {
        const { id } = allowed[0]!.step;
        use.report(report, root, `the steps that \`${step.step.id}\` needs are allowed to fail, so \`failure()\` is never true`, {
          help: `ask for \`steps.${id}.outcome == 'failure'\``,
          related: [report.place([...allowed[0]!.path, 'on_failure'], 'entry', `a failure of \`${id}\` counts as success`)],
        });
      }
    }
  },
};
