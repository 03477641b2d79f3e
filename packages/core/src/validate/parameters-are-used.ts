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
run = "make review"
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
run = "make review DEPTH=\${{ params.depth }}"
`,
  check({ model, expressions }, report) {
    if (model.parameters.length === 0) return;
    const read = new Set<string>();
    for (const { compiled } of expressions) {
      for (const { context, path } of compiled?.references ?? []) {
        if (context !== 'params' && context !== 'secrets') continue;
        // All of them at once: `toJSON(params)`, or a computed name.
        if (typeof path[0] !== 'string' || path[0] === '*') return;
        read.add(path[0].toLowerCase());
      }
      // A broken expression may be meant to read any of them.
      if (compiled === null) return;
    }
    for (const { name, type } of model.parameters) {
      if (read.has(name.toLowerCase())) continue;
      report.at(['parameters', name], 'key', `the parameter \`${name}\` is never read`, {
        help: `read it as \`\${{ ${type === 'secret' ? 'secrets' : 'params'}.${name} }}\`, or take it out`,
      });
    }
  },
};
