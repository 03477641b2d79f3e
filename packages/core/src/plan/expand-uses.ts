// Follows `uses` through local actions to what really runs: a command, an adapter, a plugin, another workflow.
// Each action is a template with inputs; its texts are kept as they are, and the inputs go along beside them.
// Not here: how inputs are resolved (with-inputs.ts).

import { textOf } from '../expression/parse-text.ts';
import type { Json } from '../model/json.ts';
import { ownEntry } from '../model/own-entry.ts';
import type { ActionModel, BodyModel, CacheModel, OutputModel, QuotaModel, RetryModel, StepModel } from '../model/workflow.ts';
import type { ExpressionHints } from './expression-hints.ts';
import type { PlanInputs, Template, Text } from './plan.ts';
import { readUses } from './read-uses.ts';
import { expressionsOf, templateOf, textsOf } from './templates.ts';

/** What a step runs in the end, with all that the actions on the way said about it. */
export interface ExpandedBody {
  readonly run: string | null;
  readonly shell: string | null;
  readonly argv: readonly string[] | null;
  /** Never a local action. */
  readonly uses: string | null;
  /** Values for what `uses` names. */
  readonly given: { readonly [name: string]: Template };
  readonly inputs: PlanInputs | null;
  readonly env: { readonly [name: string]: Text };
  readonly stdin: BodyModel['stdin'];
  readonly timeoutMs: number | null;
  readonly idleTimeoutMs: number | null;
  readonly retry: RetryModel | null;
  readonly quota: QuotaModel | null;
  readonly cache: CacheModel | null;
  readonly outputs: readonly (Omit<OutputModel, 'value'> & { readonly value: Text | null })[];
}

/** What expanding looks things up in. */
export interface Expansion {
  readonly actions: ReadonlyMap<string, ActionModel>;
  readonly expressions: ExpressionHints;
}

/** Expands a step of a valid model. What the step says wins over its action, and an action over one that it uses. */
export function expandUses(step: StepModel, { actions, expressions }: Expansion): ExpandedBody {
  let body = bodyOf(step, templatesOf(step.inputs), null);
  for (;;) {
    const uses = body.uses === null ? null : readUses(body.uses);
    const action = uses?.kind === 'local' ? actions.get(uses.name) : undefined;
    if (action === undefined) return body;
    body = enter(action, body, expressions);
  }
}

/** Goes on with the body of an action, in the scope of its inputs. */
function enter(action: ActionModel, outer: ExpandedBody, expressions: ExpressionHints): ExpandedBody {
  const values: { [name: string]: Template } = {};
  for (const { name, default: fallback = null } of action.inputs) {
    values[name] = ownEntry(outer.given, name) ?? { json: fallback };
  }
  /**
   * A text of an outer action speaks of that action's inputs. To survive among the texts of the inner one, it is handed in
   * like an input, under a name that no input can have.
   */
  const hide = (name: string, text: Text): Text => {
    // Of an action further out, it is hidden already, and has to be handed on.
    const hidden = `inputs['${name}']`;
    if (!expressionsOf(text).some((source) => source === hidden || expressions.readsInputs(source))) return text;
    values[name] = { text };
    return [{ expression: hidden }];
  };
  const carriedEnv = Object.fromEntries(Object.entries(outer.env).map(([name, text]) => [name, hide(`env:${name}`, text)]));
  const carriedOutputs = outer.outputs.map((output) => ({
    ...output,
    value: output.value === null ? null : hide(`output:${output.name}`, output.value),
  }));
  const inputs = Object.keys(values).length === 0 ? null : { values, outer: outer.inputs };
  const body = bodyOf(action, templatesOf(action.with), inputs);
  return {
    ...body,
    env: { ...body.env, ...carriedEnv },
    timeoutMs: outer.timeoutMs ?? body.timeoutMs,
    idleTimeoutMs: outer.idleTimeoutMs ?? body.idleTimeoutMs,
    retry: outer.retry ?? body.retry,
    quota: outer.quota ?? body.quota,
    cache: outer.cache ?? body.cache,
    outputs: [...carriedOutputs, ...body.outputs.filter(({ name }) => carriedOutputs.every((output) => output.name !== name))],
  };
}

function bodyOf(
  body: Omit<BodyModel, 'inputs'>,
  given: { readonly [name: string]: Template },
  inputs: PlanInputs | null,
): ExpandedBody {
  const { run, shell, argv, uses, env, stdin, timeoutMs, idleTimeoutMs, retry, quota, cache, outputs } = body;
  return {
    run,
    shell,
    argv,
    uses,
    given,
    inputs,
    env: textsOf(env),
    stdin,
    timeoutMs,
    idleTimeoutMs,
    retry,
    quota,
    cache,
    outputs: outputs.map((output) => ({ ...output, value: output.value === null ? null : textOf(output.value) })),
  };
}

function templatesOf(given: { readonly [name: string]: Json }): { readonly [name: string]: Template } {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, templateOf(value)]));
}
