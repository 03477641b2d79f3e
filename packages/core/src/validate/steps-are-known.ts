// Rule: `steps.NAME` and `needs.NAME` in an expression name steps that can be read there.

import { readableIds } from './read-steps.ts';
import type { Rule } from './rule.ts';

export const stepsAreKnown: Rule = {
  code: 'step-unknown',
  severity: 'error',
  title: 'an expression reads a step that is not there',
  explanation:
    '`steps.NAME` is a step beside this one, or beside a group that it is in; a step inside another group cannot be read, only the outputs of that group. `needs.NAME` is a step listed in `needs`. A step is read by its name: `steps.*` and a computed name cannot be checked and are refused.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.test]
needs = ["build"]
when = "steps.biuld.outcome == 'success'"
run = "make test"
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.test]
needs = ["build"]
when = "steps.build.outcome == 'success'"
run = "make test"
`,
  check(facts, report) {
    for (const { use, reference, id, step } of facts.stepReads) {
      if (step !== null || report.isFull()) continue;
      const elsewhere = facts.steps.find((other) => other.step.id.toLowerCase() === id.toLowerCase());
      const owner = elsewhere?.scope.owner;
      if (owner === undefined || owner === null) {
        const help = report.didYouMean(id, readableIds(use), 'there is no step of that name in this file');
        use.report(report, reference.pathSpans[0]!, `there is no step \`${id}\``, { help });
      } else {
        use.report(
          report,
          reference.pathSpans[0]!,
          `the step \`${id}\` is inside the group \`${owner.step.id}\` and cannot be read here`,
          {
            help: `give the group an output: \`outputs.NAME = { value = "\${{ steps.${id}.outputs.… }}" }\`, and read \`steps.${owner.step.id}.outputs.NAME\``,
            related: [report.place(elsewhere!.path, 'key', `\`${id}\` is defined here`)],
          },
        );
      }
    }
    for (const { use, reference } of facts.reads.get('steps') ?? []) {
      const { path, start, end, pathSpans } = reference;
      if (use.where.step === null || (typeof path[0] === 'string' && path[0] !== '*')) continue;
      use.report(report, pathSpans[0] ?? { start, end }, 'a step must be named in the expression', {
        help: 'write the name of the step: `steps.ID.outputs.NAME`; the results of all needed steps are `needs.*.result`',
      });
    }
    for (const { use, reference } of facts.reads.get('needs') ?? []) {
      const own = use.where.step?.step;
      const [id] = reference.path;
      if (own === undefined || typeof id !== 'string' || id === '*' || report.isFull()) continue;
      if (own.needs.some((needed) => needed.toLowerCase() === id.toLowerCase())) continue;
      const help = report.didYouMean(id, own.needs, `add \`${id}\` to the \`needs\` of the step`);
      use.report(report, reference.pathSpans[0]!, `the step \`${own.id}\` does not list \`${id}\` in its \`needs\``, { help });
    }
  },
};
