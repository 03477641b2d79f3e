// Rule: an expression reads only contexts that have a value where it stands.
// Not here: secrets (secrets-stay-in-env.ts), items and turns (items-are-in-foreach.ts, iterations-are-in-loops.ts).

import type { RelatedPlace } from '../diagnostic/diagnostic.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Facts } from './facts.ts';
import { isContextName, isPlanTime, openContexts } from './names.ts';
import type { Rule } from './rule.ts';

export const contextsAreOpen: Rule = {
  code: 'context-unavailable',
  severity: 'error',
  title: 'an expression reads a context that has no value there',
  explanation:
    'Not every context can be read everywhere. `workspace.base` and `repeat.max` are computed before the run, from `params` and `env` alone. An action knows its `inputs`, not the steps of the workflow that uses it: what it needs is handed in as an input. `inputs` exists only inside actions; what the caller of a workflow gives is in `params`.',
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
    for (const use of facts.expressions) {
      const open = openContexts(use);
      for (const { context, start, end, path } of use.compiled?.references ?? []) {
        if (context === 'env' && isPlanTime(use.where.place)) {
          const name = typeof path[0] === 'string' ? path[0].toLowerCase() : '*';
          const late = name === '*' ? [...lateVariables.values()][0] : lateVariables.get(name);
          if (late === undefined) continue;
          use.report(report, { start, end }, `this variable has no value in ${described(use)}`, {
            help: 'read parameters here, or variables that are made of parameters only',
            related: [late],
          });
          continue;
        }
        if (!isContextName(context) || open.has(context) || context === 'secrets') continue;
        // Inside a step these have rules of their own, which say what is missing.
        if ((context === 'item' || context === 'iteration') && use.where.step !== null && !isPlanTime(use.where.place)) continue;
        const written = use.source.slice(start, start + context.length);
        use.report(report, { start, end: start + context.length }, `\`${written}\` has no value in ${described(use)}`, {
          help: helpFor(context, use, facts),
        });
      }
    }
  },
};

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
