// Rule: an output that an expression reads is one of those that the step declares, when it declares any.

import { declaredOutputs, findNeeded } from './read-steps.ts';
import type { Facts } from './facts.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Reference } from '../expression/expression.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';
import type { StepFacts } from './step-facts.ts';

export const outputsAreKnown: Rule = {
  code: 'output-unknown',
  severity: 'error',
  title: 'an expression reads an output that the step does not declare',
  explanation:
    'The step (or the action that it uses) declares its outputs, and this is none of them, so the value would always be empty. Correct the spelling, or declare the output: `outputs.NAME = {}` for one that the step writes to the file `$WORKFLOW_OUTPUT`. A step that declares no outputs at all may leave any.',
  bad: `id = "example"

[steps.count]
run = "wc -l list.txt"
outputs.lines = { from = "stdout" }

[steps.report]
needs = ["count"]
argv = ["echo", "\${{ steps.count.outputs.line }}"]
`,
  good: `id = "example"

[steps.count]
run = "wc -l list.txt"
outputs.lines = { from = "stdout" }

[steps.report]
needs = ["count"]
argv = ["echo", "\${{ steps.count.outputs.lines }}"]
`,
  check(facts, report) {
    for (const { use, reference, step } of facts.stepReads) if (step !== null) checkRead(facts, report, use, reference, step);
    for (const { use, reference } of facts.reads.get('needs') ?? []) {
      const step = findNeeded(use, reference.path[0]);
      if (step !== null) checkRead(facts, report, use, reference, step);
    }
  },
};

function checkRead(facts: Facts, report: Report, use: ExpressionUse, { path, pathSpans }: Reference, step: StepFacts): void {
  const [, property, name] = path;
  if (typeof property !== 'string' || property.toLowerCase() !== 'outputs' || typeof name !== 'string' || name === '*') return;
  const declared = declaredOutputs(step, facts);
  if (declared === null || declared.some((output) => output.name.toLowerCase() === name.toLowerCase()) || report.isFull()) return;
  const names = declared.map((output) => output.name);
  const otherwise =
    names.length > 0
      ? `it declares ${names.map((known) => `\`${known}\``).join(', ')}`
      : `a group has the outputs that it declares: \`outputs.${name} = { value = "…" }\``;
  const place = step.step.outputs.length > 0 ? 'outputs' : 'uses';
  use.report(report, pathSpans[2]!, `the step \`${step.step.id}\` declares no output \`${name}\``, {
    help: report.didYouMean(name, names, otherwise),
    related: names.length === 0 ? [] : [report.place([...step.path, place], 'key', 'declared here')],
  });
}
