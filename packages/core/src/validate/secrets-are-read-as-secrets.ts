// Rule: a secret parameter is read from `secrets`, where it can be watched.

import type { Rule } from './rule.ts';

export const secretsAreReadAsSecrets: Rule = {
  code: 'secret-as-param',
  severity: 'error',
  title: 'a secret parameter is read from `params`',
  explanation:
    'Values of `params` are stored with the run, so a parameter of type "secret" is not among them. It is read as `secrets.NAME`, and only in `env` and in secret inputs.',
  bad: `id = "example"

[parameters.token]
type = "secret"

[steps.publish]
env.TOKEN = "\${{ params.token }}"
run = "make publish"
`,
  good: `id = "example"

[parameters.token]
type = "secret"

[steps.publish]
env.TOKEN = "\${{ secrets.token }}"
run = "make publish"
`,
  check({ reads, model }, report) {
    const secrets = new Map(
      model.parameters.filter(({ type }) => type === 'secret').map(({ name }) => [name.toLowerCase(), name]),
    );
    if (secrets.size === 0) return;
    for (const { use, reference } of reads.get('params') ?? []) {
      const { path, start, pathSpans } = reference;
      const name = typeof path[0] === 'string' ? secrets.get(path[0].toLowerCase()) : undefined;
      if (name === undefined) continue;
      use.report(report, { start, end: pathSpans[0]!.end }, `the parameter \`${name}\` is a secret`, {
        help: `write \`secrets.${name}\``,
      });
    }
  },
};
