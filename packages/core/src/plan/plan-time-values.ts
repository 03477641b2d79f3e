// Resolves the few texts that must be known before there is a run, from the parameters and the environment of the file.
// Not here: everything else, which stays an expression until it is needed (resolve-text.ts).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { compiledExpression } from '../expression/compiled-expressions.ts';
import { ExpressionEvaluationError } from '../expression/evaluation-error.ts';
import type { ExpressionScope, Reference } from '../expression/expression.ts';
import { expressionFunctions } from '../expression/functions.ts';
import { textOf } from '../expression/parse-text.ts';
import type { Json } from '../model/json.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { Path, TomlDocument } from '../parse/document.ts';
import type { Text } from './plan.ts';
import { resolveText } from './resolve-text.ts';
import { expressionsOf } from './templates.ts';
import type { RulePage } from '../diagnostic/rule-page.ts';

/** The page of values that turn out to be wrong once the parameters are known. */
export const planValue: RulePage = {
  code: 'plan-value',
  severity: 'error',
  title: 'a value computed before the run is not usable',
  explanation:
    '`repeat.max`, `workspace.base` and the values in `workspace.setup` are computed from the parameters before the run starts. With the parameters given, the result is not what is needed there: `repeat.max` must be a whole number, 0 or more. Give other parameters, or let their declaration (`type`, `min`, `max`, `pattern`) keep such values out.',
  bad: `id = "example"

[parameters.turns]
default = "a few"

[steps.turns]
repeat.max = "\${{ params.turns }}"

[steps.turns.steps.fix]
run = "make fix"
`,
  good: `id = "example"

[parameters.turns]
type = "integer"
default = 3
min = 1

[steps.turns]
repeat.max = "\${{ params.turns }}"

[steps.turns.steps.fix]
run = "make fix"
`,
};

/** Resolves texts at plan time and collects what is wrong with the results. */
export class PlanTimeValues {
  readonly diagnostics: Diagnostic[] = [];
  readonly #document: TomlDocument;
  readonly #env: WorkflowModel['env'];
  readonly #scope: ExpressionScope;

  constructor(document: TomlDocument, model: WorkflowModel, parameters: { readonly [name: string]: Json }) {
    this.#document = document;
    this.#env = model.env;
    this.#scope = planTimeScope(model, parameters);
  }

  /** Returns the text, or null when it cannot be computed. */
  text(source: string, path: Path): string | null {
    return this.resolve(textOf(source), path);
  }

  /** The same for a text in parts. */
  resolve(text: Text, path: Path): string | null {
    try {
      return resolveText(text, this.#scope);
    } catch (error) {
      if (!(error instanceof ExpressionEvaluationError)) throw error;
      this.#report(path, `${nameOf(path)} cannot be computed: ${error.message}`, null);
      return null;
    }
  }

  /** Returns the environment of the file, without what is made of more than parameters: that has no value before the run. */
  variables(): { readonly [name: string]: string } {
    const known = Object.entries(this.#env).filter(([, text]) => expressionsOf(textOf(text)).every(readsOnlyParameters));
    return Object.fromEntries(known.map(([name, text]) => [name, this.text(text, ['env', name]) ?? '']));
  }

  /** Returns the whole number that a text or number gives, 0 when it gives none. */
  count(source: number | string, path: Path): number {
    if (typeof source === 'number') return source;
    const text = this.text(source, path);
    if (text === null) return 0;
    if (/^\s*\d{1,7}\s*$/.test(text)) return Number(text);
    this.#report(
      path,
      `${nameOf(path)} is ${JSON.stringify(text)}, not a whole number`,
      'give a whole number from 0; 0 stands for no limit',
    );
    return 0;
  }

  #report(path: Path, message: string, help: string | null): void {
    const { code, severity } = planValue;
    this.diagnostics.push({ code, severity, message, help, span: this.#document.spanOf(path, 'value'), related: [] });
  }
}

function readsOnlyParameters(source: string): boolean {
  const { references, calls } = compiledExpression(source);
  const isPure = calls.every(({ name }) => expressionFunctions.get(name)?.kind === 'pure');
  return isPure && references.every(({ context }) => context === 'params');
}

function nameOf(path: Path): string {
  return `\`${path.slice(-2).join('.')}\``;
}

function planTimeScope(model: WorkflowModel, parameters: { readonly [name: string]: Json }): ExpressionScope {
  const scope: ExpressionScope = {
    context(name, references) {
      if (name === 'params') return parameters;
      return name === 'env' ? environment(model.env, references, scope) : undefined;
    },
    // Refused by the rule function-unavailable.
    call: () => null,
  };
  return scope;
}

/** Only the variables that are read: another may be made of what a run has. */
function environment(env: WorkflowModel['env'], references: readonly Reference[], scope: ExpressionScope): Json {
  const names = Object.keys(env).filter((name) =>
    references.some(({ path: [read] }) => typeof read !== 'string' || read === '*' || read.toLowerCase() === name.toLowerCase()),
  );
  return Object.fromEntries(names.map((name) => [name, resolveText(textOf(env[name]!), scope)]));
}
