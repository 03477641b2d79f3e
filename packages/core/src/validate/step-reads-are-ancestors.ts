// Rule: a step reads only steps that are done by then: those it needs, directly or through others.

import { answerAncestry } from './ancestry.ts';
import type { StepRead } from './read-steps.ts';
import type { Rule } from './rule.ts';
import type { ScopeFacts, StepFacts } from './step-facts.ts';

export const stepReadsAreAncestors: Rule = {
  code: 'step-not-ancestor',
  severity: 'error',
  title: 'a step reads another that it does not wait for',
  explanation:
    'An expression can read the results of a step only when that step is done for certain: when this one needs it, directly or through others. Otherwise the value depends on which of the two is quicker. Add the step to `needs`. Inside a group, the group has to need it.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.report]
argv = ["echo", "\${{ steps.build.outputs.size }}"]
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.report]
needs = ["build"]
argv = ["echo", "\${{ steps.build.outputs.size }}"]
`,
  check(facts, report) {
    const byScope = new Map<ScopeFacts, { read: StepRead; step: StepFacts; earlier: StepFacts }[]>();
    for (const read of facts.stepReads) {
      const { step: earlier, reader } = read;
      if (earlier === null || reader === null || (earlier === reader && read.isAfterReader)) continue;
      const questions = byScope.get(reader.scope);
      if (questions === undefined) byScope.set(reader.scope, [{ read, step: reader, earlier }]);
      else questions.push({ read, step: reader, earlier });
    }
    for (const [scope, questions] of byScope) {
      const answers = answerAncestry(scope, questions);
      for (const [at, { read, step: reader, earlier }] of questions.entries()) {
        if (answers[at] || report.isFull()) continue;
        const { use, id, reference } = read;
        use.report(
          report,
          { start: reference.start, end: reference.pathSpans[0]!.end },
          message(use.where.step!, reader, earlier),
          {
            help: advice(use.where.step!, reader, earlier),
            related: earlier === reader ? [] : [report.place(earlier.path, 'key', `\`${id}\` is defined here`)],
          },
        );
      }
    }
  },
};

function message(own: StepFacts, reader: StepFacts, earlier: StepFacts): string {
  const { id } = earlier.step;
  if (earlier === own) return `the step \`${id}\` reads its own results, which are not there yet`;
  if (earlier === reader) return `the step \`${own.step.id}\` reads the group \`${id}\`, which it is in itself`;
  return `the step \`${own.step.id}\` reads \`${id}\` but does not wait for it`;
}

function advice(own: StepFacts, reader: StepFacts, earlier: StepFacts): string {
  const { id } = earlier.step;
  if (earlier === own) return 'only `break_when` and the values of outputs can read the step itself';
  if (earlier === reader) return 'read a step of the group that this one needs';
  if (reader === own) return `add \`${id}\` to its \`needs\``;
  return `add \`${id}\` to the \`needs\` of the group \`${reader.step.id}\``;
}
