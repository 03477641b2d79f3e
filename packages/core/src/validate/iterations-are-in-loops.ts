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
  check({ expressions }, report) {
    for (const use of expressions) {
      const { step, place } = use.where;
      if (step === null || place === 'repeat.max') continue;
      for (const { context, start } of use.compiled?.references ?? []) {
        if (context !== 'iteration' || isInLoop(use)) continue;
        use.report(
          report,
          { start, end: start + context.length },
          `\`iteration\` is read, but the step \`${step.step.id}\` is in no loop`,
          {
            help: 'put the step into a group with `repeat`',
          },
        );
      }
    }
  },
};
