// Rule: an expression reads only contexts that have a value where it stands.
// Not here: secrets (secrets-stay-in-env.ts), items and turns (items-are-in-foreach.ts, iterations-are-in-loops.ts).

import type { RelatedPlace } from '../diagnostic/diagnostic.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Reference } from '../expression/expression.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Facts } from './facts.ts';
import { contextNames, isPlanTime, openContexts } from './names.ts';
import type { Rule } from './rule.ts';

export const contextsAreOpen: Rule = {
  code: 'context-unavailable',
  severity: 'error',
  title: 'an expression reads a context that has no value there',
  explanation:
    'Not every context can be read everywhere. `workspace.base`, `workspace.setup` and `repeat.max` are computed before the run, from `params` and `env` alone. An action knows its `inputs`, not the steps of the workflow that uses it: what it needs is handed in as an input. `inputs` exists only inside actions; what the caller of a workflow gives is in `params`.',
  bad: `id = "example"

[actions.greet]
argv = ["echo", "\${{ steps.name.outputs.text }}"]

[steps.name]
run = "make name"

[steps.greet]
needs = ["name"]
uses = "greet"
`,
  good: `id = "example"

[actions.greet]
inputs.text = { required = true }
argv = ["echo", "\${{ inputs.text }}"]

[steps.name]
run = "make name"

[steps.greet]
needs = ["name"]
uses = "greet"
inputs.text = "\${{ steps.name.outputs.text }}"
`,
  check(facts, report) {
    const lateVariables = variablesOfRuns(facts);
    for (const context of contextNames) {
      // Secrets have a rule of their own, which says where they may be.
      if (context === 'secrets') continue;
      for (const { use, reference } of facts.reads.get(context) ?? []) {
        if (context === 'env' && isPlanTime(use.where.place)) checkLateVariable(use, reference, lateVariables, report);
        if (openContexts(use).has(context) || isItemOfStep(context, use)) continue;
        const { start } = reference;
        const written = use.source.slice(start, start + context.length);
        use.report(report, { start, end: start + context.length }, `\`${written}\` has no value in ${described(use)}`, {
          help: helpFor(context, use, facts),
        });
      }
    }
  },
};

/** Inside a step these have rules of their own, which say what is missing. */
function isItemOfStep(context: string, { where: { step, place } }: ExpressionUse): boolean {
  return (context === 'item' || context === 'iteration') && step !== null && !isPlanTime(place);
}

function checkLateVariable(
  use: ExpressionUse,
  { start, end, path }: Reference,
  lateVariables: ReadonlyMap<string, RelatedPlace>,
  report: Report,
): void {
  const [name] = path;
  const isNamed = typeof name === 'string' && name !== '*';
  const late = isNamed ? lateVariables.get(name.toLowerCase()) : [...lateVariables.values()][0];
  if (late === undefined) return;
  use.report(report, { start, end }, `this variable has no value in ${described(use)}`, {
    help: 'read parameters here, or variables that are made of parameters only',
    related: [late],
  });
}

/** Places of variables of the workflow, by name in lower case, that are made of more than parameters. */
function variablesOfRuns({ expressions }: Facts): ReadonlyMap<string, RelatedPlace> {
  const variables = new Map<string, RelatedPlace>();
  for (const use of expressions) {
    const { place, step, action, path } = use.where;
    if (place !== 'env' || step !== null || action !== null) continue;
    const late = use.compiled?.references.find(({ context }) => context !== 'params');
    const message = 'it is made of something that only a run has';
    if (late !== undefined) variables.set(String(path.at(-1)).toLowerCase(), { span: use.span(late), message });
  }
  return variables;
}

function described(use: ExpressionUse): string {
  const { place, action, step } = use.where;
  if (isPlanTime(place)) return `\`${place}\`, which is computed before the run`;
  if (action !== null) return 'an action';
  return step === null ? 'the `env` of the workflow' : 'a step';
}

function helpFor(context: string, use: ExpressionUse, { model }: Facts): string {
  const { place, action, step } = use.where;
  if (isPlanTime(place)) return 'only `params` and `env` can be read here';
  if (action !== null)
    return `hand the value in as an input: \`inputs.NAME = "\${{ ${context}.… }}"\` on the step, \`\${{ inputs.NAME }}\` here`;
  if (context === 'inputs' && model.parameters.length > 0)
    return 'parameters are read as `params.NAME`; `inputs` exists inside an action only';
  if (context === 'inputs') return '`inputs` exists inside an action only; declare a parameter and read `params.NAME`';
  return step === null ? 'set the variable on the step that needs it' : 'this context is open elsewhere only';
}
