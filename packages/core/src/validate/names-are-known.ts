// Rule: a name that an expression reads is declared. Not here: steps and their outputs (steps-are-known.ts, outputs-are-known.ts).

import { contextNames, hasMember, membersOf, openContexts } from './names.ts';
import type { Rule } from './rule.ts';

export const namesAreKnown: Rule = {
  code: 'name-unknown',
  severity: 'error',
  title: 'an expression reads a name that is not declared',
  explanation:
    'Parameters, inputs, secrets and environment variables can be read only when the file declares them; `run` and `workspace` have a fixed set of names. Correct the spelling, or declare it: `[parameters.NAME]`, `inputs.NAME` of the action, `[env]`. A secret is a parameter of type "secret".',
  bad: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
argv = ["review", "\${{ params.dept }}"]
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
argv = ["review", "\${{ params.depth }}"]
`,
  check(facts, report) {
    for (const context of contextNames) {
      for (const { use, reference } of facts.reads.get(context) ?? []) {
        const [name] = reference.path;
        if (typeof name !== 'string' || name === '*' || report.isFull()) continue;
        if (context !== 'secrets' && !openContexts(use).has(context)) continue;
        if (hasMember(context, name, use, facts)) continue;
        const members = membersOf(context, use, facts) ?? [];
        const help = report.didYouMean(name, members, declare(context, name, members));
        use.report(report, reference.pathSpans[0]!, `there is no ${kinds[context] ?? context} \`${name}\``, { help });
      }
    }
  },
};

const kinds: { readonly [context: string]: string } = {
  params: 'parameter',
  secrets: 'secret',
  env: 'environment variable',
  inputs: 'input',
  run: 'property of the run',
  workspace: 'property of the workspace',
};

function declare(context: string, name: string, members: readonly string[]): string {
  switch (context) {
    case 'params':
      return `declare it: \`[parameters.${name}]\``;
    case 'secrets':
      return `declare it: \`[parameters.${name}]\` with \`type = "secret"\``;
    case 'env':
      return `set it in \`[env]\` of the workflow; a script reads its own environment as \`$${name}\``;
    case 'inputs':
      return `declare it in the action: \`inputs.${name} = { type = "string" }\``;
    default:
      return `there are ${members.map((member) => `\`${context}.${member}\``).join(' and ')}`;
  }
}
