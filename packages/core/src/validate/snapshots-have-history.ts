// Rule: what each step changed is kept apart only where there is version control to keep it.

import type { Rule } from './rule.ts';

export const snapshotsHaveHistory: Rule = {
  code: 'snapshot-impossible',
  severity: 'error',
  title: '`snapshot = "step"` needs a provider that keeps history',
  explanation:
    'To keep apart what each step changed takes version control: Jujutsu makes a change of it, git a commit. A plain copy has none, and in the checkout itself (`none`) the commits would be in your way.',
  bad: `id = "example"

[workspace]
provider = "copy"
snapshot = "step"

[steps.fix]
run = "make fix"
`,
  good: `id = "example"

[workspace]
provider = "git"
snapshot = "step"

[steps.fix]
run = "make fix"
`,
  check({ model }, report) {
    const { snapshot, provider } = model.workspace;
    if (snapshot !== 'step' || (provider !== 'copy' && provider !== 'none')) return;
    report.at(
      ['workspace', 'snapshot'],
      'value',
      `a workspace of provider \`${provider}\` cannot keep apart what each step changed`,
      {
        help: 'use provider `git` or `jj`, or take `snapshot` out',
        related: [report.place(['workspace', 'provider'], 'value', 'the provider is chosen here')],
      },
    );
  },
};
