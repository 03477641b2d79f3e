// Rule: a parameter is read somewhere.

import type { Rule } from './rule.ts';

export const parametersAreUsed: Rule = {
  code: 'param-unused',
  severity: 'warning',
  title: 'a parameter is never read',
  explanation:
    'Nothing in the file reads the parameter, so its value changes nothing. Read it as `params.NAME` (a secret as `secrets.NAME`), or take it out.',
  bad: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
run = "review"
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
run = "review --depth \${{ params.depth }}"
`,
  check({ model, reads, brokenExpressions }, report) {
    // A broken expression may be meant to read any of them.
    if (model.parameters.length === 0 || brokenExpressions.length > 0) return;
    const read = new Set<string>();
    for (const { reference } of [...(reads.get('params') ?? []), ...(reads.get('secrets') ?? [])]) {
      const [name] = reference.path;
      // All of them at once: `toJSON(params)`, or a computed name.
      if (typeof name !== 'string' || name === '*') return;
      read.add(name.toLowerCase());
    }
    for (const { name, type } of model.parameters) {
      if (read.has(name.toLowerCase())) continue;
      report.at(['parameters', name], 'key', `the parameter \`${name}\` is never read`, {
        help: `read it as \`\${{ ${type === 'secret' ? 'secrets' : 'params'}.${name} }}\`, or take it out`,
      });
    }
  },
};
