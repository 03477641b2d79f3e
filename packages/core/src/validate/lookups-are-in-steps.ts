// Rule: functions that look at the run or its workspace are called where there is one.

import { expressionFunctions } from '../expression/functions.ts';
import type { ExpressionPlace } from './expression-use.ts';
import { isPlanTime } from './names.ts';
import type { Rule } from './rule.ts';

export const lookupsAreInSteps: Rule = {
  code: 'function-unavailable',
  severity: 'error',
  title: 'a function is called where it has no answer',
  explanation:
    '`success()`, `failure()`, `always()` and `cancelled()` say how the run stands when a step could start, or how a turn of a loop went: they belong into `when`, `until` and `while`. `exists()`, `file()` and `changed()` look into the workspace of the run: they belong into the conditions, lists and texts of a step, and cannot be asked before the run (`workspace.base`, `workspace.setup`, `repeat.max`). `changed()` compares with the time before the step, so it has an answer only after it: in `break_when`, in `until` and `while` of a group, and in the values of outputs.',
  bad: `id = "example"

[steps.report]
argv = ["report", "\${{ failure() }}"]
`,
  good: `id = "example"

[steps.report]
when = "failure() || success()"
argv = ["report"]
`,
  check({ impureCalls }, report) {
    for (const { use, call } of impureCalls) {
      const { place, step, action } = use.where;
      const { name, kind } = expressionFunctions.get(call.name)!;
      const range = { start: call.start, end: call.start + name.length };
      if (kind === 'status' && !statusPlaces.has(place)) {
        use.report(report, range, `\`${name}()\` has an answer only in conditions`, {
          help: 'ask for it in the `when` of a step, or in `until` and `while` of a loop',
        });
      } else if (name === 'changed' && !afterStep.has(place)) {
        use.report(report, range, '`changed()` compares with the time before the step, and the step has not run yet', {
          help: 'ask for it in `break_when`, in `until` or `while` of a group, or in the value of an output',
        });
      } else if (kind === 'lookup' && (isPlanTime(place) || (place === 'env' && step === null && action === null))) {
        use.report(report, range, `\`${name}()\` looks into the workspace, which is not there yet`, {
          help: 'ask for it in a condition or text of a step',
        });
      }
    }
  },
};

/** What decides by how things went. */
const statusPlaces: ReadonlySet<ExpressionPlace> = new Set(['when', 'until', 'while']);

/** What is asked after the step, or after a turn of the group. */
const afterStep: ReadonlySet<ExpressionPlace> = new Set(['break_when', 'until', 'while', 'progress', 'output']);
