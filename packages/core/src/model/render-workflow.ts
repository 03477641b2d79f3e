// Writes a model as the text of a workflow file. Reading the text gives the same model again.
// Not here: editing a file that somebody wrote, with its comments.

import type { TomlValue } from '../parse/document.ts';
import { renderTomlKey, renderTomlPath, renderTomlText, renderTomlValue } from '../parse/render-toml.ts';
import { renderDuration } from './duration.ts';
import type { Json } from './json.ts';
import { MATRIX_NAME, type Matrix } from './matrix.ts';
import type {
  ActionInputModel,
  ActionModel,
  BodyModel,
  OutputModel,
  ParameterModel,
  RepeatModel,
  QuotaModel,
  RetryModel,
  StepModel,
  WorkflowModel,
} from './workflow.ts';

/** Renders a workflow file. Keys that have their default are left out; durations are in their canonical form. */
export function renderWorkflow(model: WorkflowModel): string {
  const lines = new TomlLines();
  lines.put('id', model.id);
  lines.put('version', model.version);
  lines.put('name', model.name);
  lines.put('description', model.description);
  lines.put('tags', unlessEmpty(model.tags));
  lines.put('license', model.license);
  lines.put('homepage', model.homepage);
  lines.put('max_parallel', unless(1, model.maxParallel));
  lines.table(['env'], model.env);
  for (const parameter of model.parameters)
    lines.table(['parameters', parameter.name], parameterKeys(parameter), { isKept: true });
  lines.table(['requirements'], {
    commands: unlessEmpty(model.requirements.commands),
    python: unlessEmpty(model.requirements.python),
  });
  lines.table(['workspace'], {
    provider: unless('auto', model.workspace.provider),
    base: model.workspace.base,
    include: unlessEmpty(model.workspace.include),
    snapshot: model.workspace.snapshot,
    keep: unless('on-failure', model.workspace.keep),
    setup: model.workspace.setup,
    setup_key: unlessEmpty(model.workspace.setupKey),
    direnv: unless('auto', model.workspace.direnv),
  });
  for (const action of model.actions) renderAction(lines, action);
  for (const step of model.steps) renderStep(lines, step, ['steps', step.id]);
  for (const { name, path, retentionMs, required } of model.artifacts) {
    const retention = durationText(retentionMs);
    lines.table(['artifacts', name], { path, retention, required: unless(false, required) }, { isKept: true });
  }
  return lines.text();
}

/** Null means: leave the key out. */
type Keys = { readonly [key: string]: Json };

/** The lines of a file. */
class TomlLines {
  #text = '';

  put(key: string, value: Json): void {
    if (value === null) return;
    const text = typeof value === 'string' ? renderTomlText(value) : renderTomlValue(withoutNulls(value));
    this.#text += `${renderTomlKey(key)} = ${text}\n`;
  }

  /** Adds a table with its header. An empty one is left out unless `isKept`: its name alone says something. */
  table(path: readonly string[], keys: Keys, options: { isKept?: boolean } = {}): void {
    const entries = Object.entries(keys).filter(([, value]) => value !== null);
    if (entries.length === 0 && options.isKept !== true) return;
    this.#text += `\n[${renderTomlPath(path)}]\n`;
    for (const [key, value] of entries) this.put(key, value);
  }

  text(): string {
    return this.#text;
  }
}

/** TOML has no null: members without a value are left out. */
function withoutNulls(value: Json): TomlValue {
  if (value === null) throw new Error('broken invariant: a list holds no null');
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member)]));
}

function renderAction(lines: TomlLines, action: ActionModel): void {
  const path = ['actions', action.name];
  const inputs = action.inputs.map((input) => [input.name, inputKeys(input)] as const);
  lines.table(path, { description: action.description, ...bodyKeysOf(action), with: unlessBare(action.with) }, { isKept: true });
  for (const [name, keys] of inputs) lines.table([...path, 'inputs', name], keys, { isKept: true });
  renderOutputs(lines, path, action.outputs);
}

function renderStep(lines: TomlLines, step: StepModel, path: readonly string[]): void {
  const { foreach, repeat, steps } = step;
  lines.table(
    path,
    {
      name: step.name,
      needs: unlessEmpty(step.needs),
      when: step.when,
      ...bodyKeysOf(step),
      inputs: unlessBare(step.inputs),
      on_failure: unless('fail-fast', step.onFailure),
      workspace: unless('inherit', step.workspace),
      foreach:
        foreach === null
          ? null
          : {
              in: foreach.in,
              ...matrixKeys(foreach.matrix),
              as: foreach.matrix === null ? foreach.as : unless(MATRIX_NAME, foreach.as),
              key: foreach.key,
              max_parallel: foreach.maxParallel,
              fail_fast: unless(false, foreach.failFast),
            },
      repeat: repeat === null ? null : repeatKeys(repeat),
      break_when: step.breakWhen,
      interactive: unless(false, step.interactive),
    },
    { isKept: true },
  );
  renderOutputs(lines, path, step.outputs);
  for (const inner of steps ?? []) renderStep(lines, inner, [...path, 'steps', inner.id]);
}

function bodyKeysOf(body: Omit<BodyModel, 'inputs'>): Keys {
  const { stdin, cache } = body;
  return {
    uses: body.uses,
    run: body.run,
    shell: body.shell,
    argv: body.argv,
    env: unlessBare(body.env),
    stdin: stdin === null ? null : stdin.kind === 'text' ? stdin.text : { template: stdin.path },
    timeout: durationText(body.timeoutMs),
    idle_timeout: durationText(body.idleTimeoutMs),
    retry: body.retry === null ? null : retryKeys(body.retry),
    quota: body.quota === null ? null : quotaKeys(body.quota),
    cache: cache === null ? null : { inputs: cache.inputs, outputs: unlessEmpty(cache.outputs) },
  };
}

function retryKeys(retry: RetryModel): Keys {
  return {
    max: retry.max,
    backoff: unless('exponential', retry.backoff),
    initial: unless('1s', renderDuration(retry.initialMs)),
    max_delay: unless('1m', renderDuration(retry.maxDelayMs)),
    jitter: unless(true, retry.jitter),
    on_exit: retry.onExit,
  };
}

function quotaKeys(quota: QuotaModel): Keys {
  return {
    token: quota.token,
    on_exit: quota.onExit,
    pattern: quota.pattern,
    wait: unless('15m', renderDuration(quota.waitMs)),
    max_wait: unless('1d', renderDuration(quota.maxWaitMs)),
  };
}

function repeatKeys(repeat: RepeatModel): Keys {
  return {
    until: repeat.until,
    while: repeat.while,
    max: unless(0, repeat.max),
    delay: unless('0s', renderDuration(repeat.delayMs)),
    progress: repeat.progress === null ? null : { of: repeat.progress.of, within: unless(3, repeat.progress.within) },
  };
}

function renderOutputs(lines: TomlLines, path: readonly string[], outputs: readonly OutputModel[]): void {
  for (const { name, from, pattern, value, required, description } of outputs) {
    const implied = value !== null ? 'value' : pattern !== null ? 'stdout' : 'file';
    const keys = { from: unless(implied, from), pattern, value, required: unless(false, required), description };
    lines.table([...path, 'outputs', name], keys, { isKept: true });
  }
}

function parameterKeys(parameter: ParameterModel): Keys {
  const { type, description, required, values, items, pattern, min, max, env } = parameter;
  return {
    type: unless('string', type),
    description,
    required: unless(false, required),
    default: parameter.default ?? null,
    values,
    items,
    pattern,
    min,
    max,
    env,
  };
}

function inputKeys(input: ActionInputModel): Keys {
  const { type, description, required, secret, values } = input;
  return {
    type: unless('string', type),
    description,
    required: unless(false, required),
    secret: unless(false, secret),
    default: input.default ?? null,
    values,
  };
}

function durationText(ms: number | null): string | null {
  return ms === null ? null : renderDuration(ms);
}

function unless<T extends Json>(fallback: T, value: T): T | null {
  return value === fallback ? null : value;
}

function unlessEmpty(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

function unlessBare(table: { readonly [key: string]: Json }): Json {
  return Object.keys(table).length === 0 ? null : table;
}

function matrixKeys(matrix: Matrix | null) {
  if (matrix === null) return {};
  const { axes, exclude, include } = matrix;
  return {
    matrix: Object.fromEntries(axes.map(({ name, values }) => [name, values])),
    exclude: exclude.length === 0 ? null : exclude,
    include: include.length === 0 ? null : include,
  };
}
