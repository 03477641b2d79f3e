// Rule: secrets go only where they are neither printed nor stored: into `env`, and into inputs that are declared secret.
// Not here: keeping them out of logs (executor).

import { ownEntry } from '../model/own-entry.ts';
import { readUses } from '../plan/read-uses.ts';
import type { ActionFacts } from './action-facts.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Facts } from './facts.ts';
import type { Rule } from './rule.ts';

export const secretsStayInEnv: Rule = {
  code: 'secret-exposed',
  severity: 'error',
  title: 'a secret is used where it can be seen',
  explanation:
    'Arguments of a process can be read by every user of the machine, scripts are stored, and conditions and outputs are written into the history of the run. So a secret may stand only in `env`, of a step or of the workflow, and in an input that the action declares `secret = true`. Set an environment variable and let the script read that.',
  bad: `id = "example"

[parameters.token]
type = "secret"

[steps.publish]
run = "curl -H 'Authorization: Bearer '\${{ secrets.token }} https://example.org"
`,
  good: `id = "example"

[parameters.token]
type = "secret"

[steps.publish]
env.TOKEN = "\${{ secrets.token }}"
run = 'curl -H "Authorization: Bearer $TOKEN" https://example.org'
`,
  check(facts, report) {
    const secretVariables = variablesWithSecrets(facts);
    for (const context of ['secrets', 'inputs', 'env']) {
      for (const { use, reference } of facts.reads.get(context) ?? []) {
        const { place, action } = use.where;
        if (place === 'env') continue;
        const { path, start, end } = reference;
        const name = typeof path[0] === 'string' ? path[0].toLowerCase() : null;
        const title = secretTitle(context, name, action, secretVariables);
        if (title === null || report.isFull() || (place === 'input' && isSecretInput(use, facts))) continue;
        use.report(report, { start, end }, `${title} would be seen in ${described(use)}`, { help: advice(use, name) });
      }
    }
  },
};

function secretTitle(
  context: string,
  name: string | null,
  action: ActionFacts | null,
  variables: ReadonlySet<string>,
): string | null {
  if (context === 'secrets') return name === null ? 'a secret' : `the secret \`${name}\``;
  if (context === 'inputs' && name !== null && action?.inputs.get(name)?.secret === true) return `the secret input \`${name}\``;
  if (context === 'env' && name !== null && variables.has(name))
    return `the variable \`${name.toUpperCase()}\`, which holds a secret,`;
  return null;
}

/** Names, in lower case, of environment variables that are made of secrets. */
function variablesWithSecrets({ reads }: Facts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const context of ['secrets', 'inputs']) {
    for (const { use, reference } of reads.get(context) ?? []) {
      const { where } = use;
      const variable = where.path.at(-1);
      const [input] = reference.path;
      const isSecret =
        context === 'secrets' || (typeof input === 'string' && where.action?.inputs.get(input.toLowerCase())?.secret === true);
      if (where.place === 'env' && isSecret) names.add(String(variable).toLowerCase());
    }
  }
  return names;
}

function isSecretInput({ where }: ExpressionUse, facts: Facts): boolean {
  const text = where.step?.step.uses ?? where.action?.action.uses ?? null;
  if (text === null || where.input === null) return false;
  const uses = readUses(text);
  if (uses.kind === 'local') return facts.actions.get(uses.name)?.inputs.get(where.input.toLowerCase())?.secret === true;
  if (uses.kind === 'workflow') {
    const parameters = ownEntry(facts.catalog.workflows, uses.reference)?.model.parameters ?? [];
    return parameters.some((parameter) => parameter.name === where.input && parameter.type === 'secret');
  }
  const signature = facts.catalog.actions.find((action) => action.reference === uses.reference);
  return signature?.inputs.some((input) => input.name === where.input && input.secret) ?? false;
}

function described({ where: { place, input } }: ExpressionUse): string {
  if (place === 'run' || place === 'workspace.setup') return 'the script, which is stored';
  if (place === 'argv') return 'the arguments, which other users of the machine can read';
  if (place === 'input') return `the input \`${input}\`, which is not declared secret`;
  if (place === 'stdin') return '`stdin`, which is stored';
  if (place === 'output') return 'an output, which is stored';
  return `\`${place}\`, whose value is stored`;
}

function advice({ where: { place, input } }: ExpressionUse, name: string | null): string {
  const variable = (name ?? 'token').toUpperCase().replaceAll('-', '_');
  if (place === 'input') return `declare the input with \`secret = true\` in the action, if \`${input}\` is to be secret`;
  if (place === 'workspace.setup') return 'let the script read it from the environment that the run is started in';
  if (place === 'run') return `set \`env.${variable}\` on the step and read \`$${variable}\` in the script`;
  return `set \`env.${variable}\` on the step and let the program read that`;
}
