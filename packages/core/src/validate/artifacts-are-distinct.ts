// Rule: no two artifacts are the same files.

import type { Rule } from './rule.ts';

export const artifactsAreDistinct: Rule = {
  code: 'artifact-duplicate',
  severity: 'warning',
  title: 'two artifacts keep the same files',
  explanation:
    'Both have the same path, so the same files are kept under two names. Often the second path was meant to be another.',
  bad: `id = "example"

[steps.report]
run = "make report"

[artifacts.report]
path = "report.md"

[artifacts.summary]
path = "report.md"
`,
  good: `id = "example"

[steps.report]
run = "make report"

[artifacts.report]
path = "report.md"

[artifacts.summary]
path = "summary.md"
`,
  check({ model }, report) {
    const first = new Map<string, string>();
    for (const { name, path } of model.artifacts) {
      const key = path.replace(/^(?:\.\/)+/, '');
      const before = first.get(key);
      if (before === undefined) first.set(key, name);
      else {
        report.at(['artifacts', name, 'path'], 'value', `the artifacts \`${before}\` and \`${name}\` keep the same files`, {
          help: 'take one of the two out, or correct its path',
          related: [report.place(['artifacts', before, 'path'], 'value', 'the same path here')],
        });
      }
    }
  },
};
