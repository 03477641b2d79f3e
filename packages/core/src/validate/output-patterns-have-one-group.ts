// Rule: the pattern of an output says plainly which part is the value. Not here: whether it compiles (schema/).

import type { OutputModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';

export const outputPatternsHaveOneGroup: Rule = {
  code: 'output-pattern-groups',
  severity: 'warning',
  title: 'the pattern of an output has several groups',
  explanation:
    'The value of an output is the first group of its pattern, `(…)`. The other groups are matched but thrown away. Brackets that only hold things together are written `(?:…)`.',
  bad: `id = "example"

[steps.test]
run = "make test"
outputs.passed = { from = "stdout", pattern = '(ok|passed): (\\d+)' }
`,
  good: `id = "example"

[steps.test]
run = "make test"
outputs.passed = { from = "stdout", pattern = '(?:ok|passed): (\\d+)' }
`,
  check({ steps, actions }, report) {
    for (const { step, path } of steps) for (const output of step.outputs) check(output, path, report);
    for (const { action, path } of actions.values()) for (const output of action.outputs) check(output, path, report);
  },
};

function check({ name, pattern }: OutputModel, path: Path, report: Report): void {
  if (pattern === null || countGroups(pattern) < 2) return;
  report.at(
    [...path, 'outputs', name, 'pattern'],
    'value',
    `only the first group of this pattern becomes the output \`${name}\``,
    {
      help: 'write `(?:…)` for groups that only hold things together',
    },
  );
}

/** Counts capturing groups: brackets that are neither escaped, nor in a class, nor marked otherwise. */
function countGroups(pattern: string): number {
  const unescaped = pattern.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]/g, '').replace(/\[\^?\]?(?:\[:\^?\w+:\]|[^\]])*\]/g, '');
  return (unescaped.match(/\((?!\?)|\(\?P?<[A-Za-z_]/g) ?? []).length;
}
