// Rule: environment variables that the engine sets are left to it.

import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';

export const variablesAreFree: Rule = {
  code: 'env-reserved',
  severity: 'error',
  title: 'an environment variable is set that the engine sets',
  explanation:
    'Variables whose names begin with `WORKFLOW_` are set by the engine for each step: `WORKFLOW_OUTPUT` names the file for outputs, `WORKFLOW_VALUE_1` and so on carry the values of a script. A value of yours would be lost or would break them. Choose another name.',
  bad: `id = "example"

[steps.build]
env.WORKFLOW_OUTPUT = "out.txt"
run = "make"
`,
  good: `id = "example"

[steps.build]
env.BUILD_OUTPUT = "out.txt"
run = "make"
`,
  check({ model, steps, actions }, report) {
    check(model.env, ['env'], report);
    for (const { step, path } of steps) check(step.env, [...path, 'env'], report);
    for (const { action, path } of actions.values()) check(action.env, [...path, 'env'], report);
  },
};

function check(env: { readonly [name: string]: string }, path: Path, report: Report): void {
  for (const name in env) {
    if (!name.toUpperCase().startsWith('WORKFLOW_')) continue;
    report.at([...path, name], 'key', `\`${name}\` is set by the engine`, {
      help: 'choose a name that does not begin with `WORKFLOW_`',
    });
  }
}
