// Rule: names of outputs, inputs and parameters differ in more than case.

import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';

export const namesAreDistinct: Rule = {
  code: 'name-ambiguous',
  severity: 'error',
  title: 'two names differ only in case',
  explanation:
    'Expressions compare names without case, so they cannot tell these two apart. Give one of them another name. This holds for parameters, for the inputs of an action, and for the outputs of a step or action.',
  bad: `id = "example"

[parameters.depth]
default = "quick"

[parameters.Depth]
default = "deep"

[steps.review]
argv = ["review", "\${{ params.depth }}", "\${{ params.Depth }}"]
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[parameters.second-depth]
default = "deep"

[steps.review]
argv = ["review", "\${{ params.depth }}", "\${{ params.second-depth }}"]
`,
  check({ model, steps, actions }, report) {
    compare(['parameters'], model.parameters, 'parameters', report);
    for (const { action, path } of actions.values()) {
      compare([...path, 'inputs'], action.inputs, 'inputs', report);
      compare([...path, 'outputs'], action.outputs, 'outputs', report);
    }
    for (const { step, path } of steps) {
      if (step.outputs.length > 1) compare([...path, 'outputs'], step.outputs, 'outputs', report);
    }
  },
};

function compare(path: Path, named: readonly { readonly name: string }[], kind: string, report: Report): void {
  if (named.length < 2) return;
  const first = new Map<string, string>();
  for (const { name } of named) {
    const before = first.get(name.toLowerCase());
    if (before === undefined) first.set(name.toLowerCase(), name);
    else if (before !== name) {
      report.at([...path, name], 'key', `the ${kind} \`${before}\` and \`${name}\` differ only in case`, {
        help: 'rename one of the two',
        related: [report.place([...path, before], 'key', `\`${before}\` is defined here`)],
      });
    }
  }
}
