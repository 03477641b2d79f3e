// Rule: a loop can end.

import type { Rule } from './rule.ts';
import type { ScopeFacts } from './step-facts.ts';

export const loopsEnd: Rule = {
  code: 'repeat-endless',
  severity: 'error',
  title: 'a loop never ends',
  explanation:
    'With `max = 0` (which is also what is meant when `max` is missing) a loop has as many turns as it takes. Then something has to end it: `until` or `while` of the loop, or `break_when` of a step in it.',
  bad: `id = "example"

[steps.turns]
repeat.max = 0

[steps.turns.steps.fix]
run = "make fix"
`,
  good: `id = "example"

[steps.turns]
repeat.max = 10

[steps.turns.steps.fix]
run = "make fix"
`,
  check({ steps }, report) {
    for (const { step, path, inner } of steps) {
      if (step.repeat === null || inner === null) continue;
      const { max, until, while: goesOn } = step.repeat;
      if (max !== 0 || until !== null || goesOn !== null || canBreak(inner)) continue;
      report.at([...path, 'repeat', 'max'], 'entry', `the loop \`${step.id}\` has no end`, {
        help: 'say how many turns there may be (`max = 10`), or when it ends (`until`, or `break_when` of a step in it)',
      });
    }
  },
};

/** A `break_when` in a plain group inside the loop ends the loop too; one in an inner loop ends only that. */
function canBreak(scope: ScopeFacts): boolean {
  return scope.steps.some(
    ({ step, inner }) =>
      step.breakWhen !== null || (inner !== null && step.repeat === null && step.foreach === null && canBreak(inner)),
  );
}
