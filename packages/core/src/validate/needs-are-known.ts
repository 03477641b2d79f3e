// Rule: `needs` names steps that are there. Not here: steps of another group (needs-stay-in-scope.ts).

import { placesOfId } from './needs-stay-in-scope.ts';
import type { Rule } from './rule.ts';

export const needsAreKnown: Rule = {
  code: 'needs-unknown',
  severity: 'error',
  title: '`needs` names a step that is not there',
  explanation:
    'Every entry of `needs` is the id of a step beside this one. This id belongs to no step of the file. Correct its spelling, add the step, or take the entry out.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.test]
needs = ["biuld"]
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
    const elsewhere = placesOfId(steps);
    for (const { step, path, scope, needs } of steps) {
      if (needs.length === step.needs.length) continue;
      for (const [at, id] of step.needs.entries()) {
        if (scope.byId.has(id) || elsewhere.has(id) || report.isFull()) continue;
        const candidates = [...scope.byId.keys()].filter((other) => other !== step.id);
        const others =
          candidates.length === 0 ? 'there is no other step here that it could need' : `steps here: ${list(candidates)}`;
        report.at([...path, 'needs', at], 'value', `step \`${step.id}\` needs \`${id}\`, which is not a step`, {
          help: report.didYouMean(id, candidates, others),
        });
      }
    }
  },
};

function list(ids: readonly string[]): string {
  const shown = ids.slice(0, 8).map((id) => `\`${id}\``);
  return ids.length > shown.length ? `${shown.join(', ')} and ${ids.length - shown.length} more` : shown.join(', ');
}
