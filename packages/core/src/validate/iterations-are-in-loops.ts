// Rule: `iteration` is read only inside a `repeat`.

import { isInLoop } from './names.ts';
import type { Rule } from './rule.ts';

export const iterationsAreInLoops: Rule = {
  code: 'iteration-outside-loop',
  severity: 'error',
  title: '`iteration` is read outside a loop',
  explanation: '`iteration` is the number of the turn, from 1, of the innermost group with `repeat` around the step.',
  bad: `id = "example"

[steps.fix]
run = "echo turn \${{ iteration }}"
`,
  good: `id = "example"

[steps.turns]
repeat.max = 3

[steps.turns.steps.fix]
run = "echo turn \${{ iteration }}"
`,
  check({ reads }, report) {
    for (const { use, reference } of reads.get('iteration') ?? []) {
      const { step, place } = use.where;
      if (step === null || place === 'repeat.max' || isInLoop(use)) continue;
      const message = `\`iteration\` is read, but the step \`${step.step.id}\` is in no loop`;
      use.report(report, { start: reference.start, end: reference.start + 'iteration'.length }, message, {
        help: 'put the step into a group with `repeat`',
      });
    }
  },
};
