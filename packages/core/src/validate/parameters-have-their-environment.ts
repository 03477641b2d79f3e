// Rule: each parameter asks an environment variable of its own.

import type { Rule } from './rule.ts';

export const parametersHaveTheirEnvironment: Rule = {
  code: 'param-env-shared',
  severity: 'warning',
  title: 'two parameters ask the same environment variable',
  explanation:
    'Both parameters take their value from the same variable when none is given, so they always agree. Often one was copied from the other.',
  bad: `id = "example"

[parameters.user]
env = "REVIEW_USER"

[parameters.group]
env = "REVIEW_USER"

[steps.review]
argv = ["review", "\${{ params.user }}", "\${{ params.group }}"]
`,
  good: `id = "example"

[parameters.user]
env = "REVIEW_USER"

[parameters.group]
env = "REVIEW_GROUP"

[steps.review]
argv = ["review", "\${{ params.user }}", "\${{ params.group }}"]
`,
  check({ model }, report) {
    const first = new Map<string, string>();
    for (const { name, env } of model.parameters) {
      if (env === null) continue;
      const before = first.get(env);
      if (before === undefined) first.set(env, name);
      else {
        report.at(['parameters', name, 'env'], 'value', `the parameters \`${before}\` and \`${name}\` both ask \`${env}\``, {
          help: 'give each its own variable',
          related: [report.place(['parameters', before, 'env'], 'value', 'asked here too')],
        });
      }
    }
  },
};
