// Rule: what an expression reads of a step is something that a step has.

import { needsProperties, stepProperties } from './names.ts';
import type { Rule } from './rule.ts';

export const stepPropertiesAreKnown: Rule = {
  code: 'property-unknown',
  severity: 'error',
  title: 'an expression reads a property that a step has not',
  explanation:
    'A step has `outputs`, `outcome` (how it ended), `conclusion` (how that counts: a failure with `on_failure = "continue"` counts as success) and `exit_code`. A needed step has `result` and `outputs`. A value that the step left is read as `steps.ID.outputs.NAME`.',
  bad: `id = "example"

[steps.build]
run = "make"

[steps.report]
needs = ["build"]
when = "steps.build.status == 'success'"
run = "make report"
`,
  good: `id = "example"

[steps.build]
run = "make"

[steps.report]
needs = ["build"]
when = "steps.build.conclusion == 'success'"
run = "make report"
`,
  check({ reads }, report) {
    for (const context of ['steps', 'needs']) {
      const known = context === 'steps' ? stepProperties : needsProperties;
      for (const { use, reference } of reads.get(context) ?? []) {
        const [id, property] = reference.path;
        if (typeof property !== 'string' || property === '*' || known.includes(property.toLowerCase())) continue;
        if (report.isFull()) return;
        const help =
          usualMistakes(context, String(id), property) ??
          report.didYouMean(property, known, `an output is read as \`${context}.${String(id)}.outputs.${property}\``);
        const list = known.map((name) => `\`${name}\``).join(', ');
        use.report(report, reference.pathSpans[1]!, `a step has no \`${property}\`; it has ${list}`, { help });
      }
    }
  },
};

function usualMistakes(context: string, id: string, property: string): string | null {
  const name = property.toLowerCase();
  if (context === 'steps' && (name === 'result' || name === 'status')) return `write \`steps.${id}.conclusion\``;
  if (context === 'needs' && (name === 'conclusion' || name === 'outcome' || name === 'status'))
    return `write \`needs.${id}.result\``;
  if (name === 'exitcode' || name === 'exit-code' || name === 'code') return `write \`steps.${id}.exit_code\``;
  return null;
}
