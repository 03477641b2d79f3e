// Rule: an expression reads contexts that there are. Not here: contexts that there are elsewhere (contexts-are-open.ts).

import type { Rule } from './rule.ts';
import { contextNames, isContextName, itemNames } from './names.ts';

export const contextsAreKnown: Rule = {
  code: 'context-unknown',
  severity: 'error',
  title: 'an expression reads a context that there is not',
  explanation:
    'The first name of a reference is a context: `params`, `env`, `steps`, `needs`, `run`, `workspace`, `item`, `iteration`, `inputs`, `secrets`, or the name that a `foreach` gives its item. Anything else has no value. Text stands in single quotes.',
  bad: `id = "example"
parameters.depth.default = "quick"

[steps.review]
when = "parameters.depth == 'deep'"
run = "make review"
`,
  good: `id = "example"
parameters.depth.default = "quick"

[steps.review]
when = "params.depth == 'deep'"
run = "make review"
`,
  check({ reads }, report) {
    for (const [context, uses] of reads) {
      if (isContextName(context)) continue;
      for (const { use, reference } of uses) {
        if (report.isFull()) return;
        const { start, path } = reference;
        const items = [...itemNames(use)].flatMap(({ as }) => (as === null ? [] : [as]));
        if (items.some((name) => name.toLowerCase() === context)) continue;
        const written = use.source.slice(start, start + context.length);
        const help =
          usualMistakes.get(context) ?? report.didYouMean(context, [...items, ...contextNames], otherwise(written, path.length));
        use.report(report, { start, end: start + context.length }, `there is no context \`${written}\``, { help });
      }
    }
  },
};

/** What people write who come from elsewhere. */
const usualMistakes: ReadonlyMap<string, string> = new Map([
  ['matrix', 'give the step, or a group around it, a `foreach.matrix`'],
  ['github', 'the run is described by `run` and `workspace`, its parameters by `params`'],
  ['vars', 'declare a parameter and read `params.NAME`'],
  ['parameters', 'parameters are read as `params.NAME`'],
  ['param', 'parameters are read as `params.NAME`'],
  ['outputs', 'name the step: `steps.ID.outputs.NAME`'],
  ['step', 'results of a step are read as `steps.ID.outputs.NAME`'],
  ['job', 'results of a step are read as `steps.ID.outputs.NAME`'],
  ['jobs', 'results of a step are read as `steps.ID.outputs.NAME`'],
  ['strategy', 'use `foreach` on the step and read `item`'],
  ['runner', 'a step can ask the machine by a command and leave the answer as an output'],
]);

function otherwise(written: string, depth: number): string {
  if (depth === 0) return `write \`'${written}'\` if text is meant; contexts are ${contextNames.join(', ')}`;
  return `contexts are ${contextNames.join(', ')}`;
}
