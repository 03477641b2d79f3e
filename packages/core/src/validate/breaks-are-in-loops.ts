// Rule: `break_when` stands in a loop.

import type { Rule } from './rule.ts';
import { enclosingGroups } from './step-facts.ts';

export const breaksAreInLoops: Rule = {
  code: 'break-outside-loop',
  severity: 'error',
  title: '`break_when` stands outside a loop',
  explanation:
    '`break_when` is asked after the step and ends the loop that the step is in: the nearest group around it with `repeat`. Without a loop there is nothing to end. To leave out later steps, give them a `when`.',
  bad: `id = "example"

[steps.pick]
run = "make pick"
break_when = "!exists('next.md')"
`,
  good: `id = "example"

[steps.turns]
repeat.max = 10

[steps.turns.steps.pick]
run = "make pick"
break_when = "!exists('next.md')"
`,
  check({ steps }, report) {
    for (const facts of steps) {
      if (facts.step.breakWhen === null) continue;
      const loop = [...enclosingGroups(facts)].find((group) => group.step.repeat !== null);
      if (loop !== undefined) continue;
      const own = facts.step.repeat !== null;
      report.at(
        [...facts.path, 'break_when'],
        'entry',
        `the step \`${facts.step.id}\` is in no loop that \`break_when\` could end`,
        {
          help: own
            ? 'the end of this loop itself is `repeat.until`'
            : 'put it into a group with `repeat`, or give later steps a `when`',
        },
      );
    }
  },
};
