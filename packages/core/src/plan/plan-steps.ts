// Makes the plans of steps, and of the steps in them.
// Not here: what `uses` leads to (expand-uses.ts), the rest of the plan (plan-workflow.ts).

import { textOf } from '../expression/parse-text.ts';
import type { ActionSignature, Catalog } from '../model/catalog.ts';
import { ownEntry } from '../model/own-entry.ts';
import type { ActionModel, CacheModel, ForeachModel, QuotaModel, RetryModel, StepModel, StdinModel } from '../model/workflow.ts';
import { expandUses, type ExpandedBody } from './expand-uses.ts';
import type { ExpressionHints } from './expression-hints.ts';
import type { PlanAction, PlanCache, PlanOutput, PlanQuota, PlanRetry, PlanStep, Template, Text } from './plan.ts';
import type { PlanTimeValues } from './plan-time-values.ts';
import { readUses } from './read-uses.ts';
import { DEFAULT_SHELL, type ScriptRewriter } from './script-rewriter.ts';
import { templateOf } from './templates.ts';

/** What the plans of all steps are made from. */
export interface StepPlanning {
  readonly actions: ReadonlyMap<string, ActionModel>;
  readonly signatures: ReadonlyMap<string, ActionSignature>;
  readonly catalog: Catalog;
  readonly values: PlanTimeValues;
  readonly expressions: ExpressionHints;
  readonly scripts: ScriptRewriter;
}

/** Returns the plans of steps, in the order of the file. */
export function planSteps(steps: readonly StepModel[], planning: StepPlanning): readonly PlanStep[] {
  return steps.map((step) => planStep(step, planning));
}

function planForeach({ in: list, matrix, as, key, maxParallel, failFast }: ForeachModel): PlanStep['foreach'] {
  return { in: list, ...(matrix === null ? {} : { matrix }), as, key, maxParallel, failFast };
}

function planStep(step: StepModel, planning: StepPlanning): PlanStep {
  const { expressions } = planning;
  const { foreach } = step;
  const base = {
    id: step.id,
    name: step.name,
    needs: [...new Set(step.needs)],
    when: step.when === null ? null : expressions.asksForStatus(step.when) ? step.when : `success() && (${step.when})`,
    onFailure: step.onFailure,
    foreach: foreach === null ? null : planForeach(foreach),
    breakWhen: step.breakWhen,
    watch: expressions.watchedBy(step),
  };
  if (step.steps !== null) return { ...base, kind: 'group', ...groupOf(step, step.steps, planning) };
  const body = expandUses(step, planning);
  const uses = body.uses === null ? null : readUses(body.uses);
  if (uses?.kind === 'wait') {
    return { ...base, kind: 'wait', action: uses.reference, asks: body.given, inputs: body.inputs, timeoutMs: body.timeoutMs };
  }
  const { action, env } = actionOf(body, planning);
  return {
    ...base,
    kind: 'attempt',
    action,
    inputs: body.inputs,
    env: { ...body.env, ...env },
    stdin: body.uses === null ? stdinOf(body.stdin, planning.catalog) : null,
    workspace: textOf(step.workspace),
    timeoutMs: body.timeoutMs,
    idleTimeoutMs: body.idleTimeoutMs,
    retry: retryOf(body.retry),
    ...(body.quota === null ? {} : { quota: quotaOf(body.quota) }),
    ...(body.cache === null ? {} : { cache: cacheOf(body.cache) }),
    ...(step.interactive ? { interactive: true } : {}),
    outputs: byName(body.outputs.map(outputOf)),
  };
}

function groupOf(step: StepModel, steps: readonly StepModel[], planning: StepPlanning) {
  const { repeat } = step;
  const max = repeat === null ? 0 : planning.values.count(repeat.max, [...step.path, 'repeat', 'max']);
  return {
    steps: planSteps(steps, planning),
    repeat:
      repeat === null
        ? null
        : {
            until: repeat.until,
            while: repeat.while,
            max,
            delayMs: repeat.delayMs,
            ...(repeat.progress === null ? {} : { progress: repeat.progress }),
          },
    outputs: byName(step.outputs.map(({ name, value }) => ({ name, value: textOf(value ?? '') }))),
  };
}

function actionOf(body: ExpandedBody, planning: StepPlanning): { action: PlanAction; env: { readonly [name: string]: Text } } {
  if (body.run !== null) {
    const { script, env } = planning.scripts.rewrite(body.run, body.shell);
    const variables = env.map(({ name, expression }) => [name, [{ expression }]] as const);
    return { action: { kind: 'script', shell: body.shell ?? DEFAULT_SHELL, script }, env: Object.fromEntries(variables) };
  }
  if (body.argv !== null) return { action: { kind: 'argv', argv: body.argv.map((argument) => textOf(argument)) }, env: {} };
  return { action: usedAction(body.uses ?? '', { ...body.given, ...givenByStdin(body, planning) }, planning), env: {} };
}

/** An action that takes it gets the step's `stdin` as an input. */
function givenByStdin(
  { uses, stdin }: ExpandedBody,
  { signatures, catalog }: StepPlanning,
): { readonly [name: string]: Template } {
  const name = signatures.get(uses ?? '')?.stdinInput;
  const text = stdinOf(stdin, catalog);
  return name === undefined || text === null ? {} : { [name]: { text } };
}

function usedAction(text: string, given: { readonly [name: string]: Template }, { signatures }: StepPlanning): PlanAction {
  const uses = readUses(text);
  if (uses.kind === 'workflow') {
    return { kind: 'builtin', action: 'workflow/run', inputs: { ...given, workflow: { text: uses.reference } } };
  }
  const signature = signatures.get(text);
  const inputs: { [name: string]: Template } = { ...given };
  for (const { name, default: fallback } of signature?.inputs ?? []) {
    if (fallback !== undefined && !Object.hasOwn(given, name)) inputs[name] = templateOf(fallback);
  }
  if (uses.kind !== 'plugin') return { kind: 'builtin', action: text, inputs };
  return { kind: 'plugin', plugin: uses.plugin, action: uses.action, version: signature?.version ?? '', inputs };
}

function stdinOf(stdin: StdinModel | null, catalog: Catalog): Text | null {
  if (stdin === null) return null;
  return textOf(stdin.kind === 'text' ? stdin.text : (ownEntry(catalog.files, stdin.path)?.text ?? ''));
}

const NO_RETRY: PlanRetry = { max: 0, backoff: 'exponential', initialMs: 1000, maxDelayMs: 60_000, jitter: true, onExit: null };

function retryOf(retry: RetryModel | null): PlanRetry {
  if (retry === null) return NO_RETRY;
  const { max, backoff, initialMs, maxDelayMs, jitter, onExit } = retry;
  return { max, backoff, initialMs, maxDelayMs, jitter, onExit: onExit === null ? null : [...onExit].sort((a, b) => a - b) };
}

function quotaOf({ token, onExit, pattern, waitMs, maxWaitMs }: QuotaModel): PlanQuota {
  return { token, onExit: [...(onExit ?? [])].sort((a, b) => a - b), pattern, waitMs, maxWaitMs };
}

function cacheOf({ inputs, outputs }: CacheModel): PlanCache {
  return { inputs: inputs.toSorted(), outputs: outputs.toSorted() };
}

function outputOf({ name, from, pattern, value, required }: ExpandedBody['outputs'][number]): PlanOutput {
  return { name, from, pattern, value, required };
}

function byName<T extends { readonly name: string }>(named: readonly T[]): readonly T[] {
  return named.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
