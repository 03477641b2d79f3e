// Generates models of workflows, as a file without mistakes of form would give them. Steps need only earlier ones of their level.
// Not here: models that are right across keys too, such as expressions that mean something.

import fc from 'fast-check';
import type {
  ActionModel,
  ArtifactModel,
  BodyModel,
  ForeachModel,
  Json,
  Matrix,
  MatrixList,
  OutputModel,
  ParameterModel,
  QuotaModel,
  CacheModel,
  RetryModel,
  StepModel,
  WorkflowModel,
} from '@workflow-platform/core';

/** Text of all sorts, hostile characters included, that is not blank and holds no `${{`. */
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .map((value) => value.replaceAll('${{', '$'))
  .filter((value) => value.trim() !== '');
/** The same, perhaps empty. */
const anyText = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replaceAll('${{', '$'));
const lines = fc.array(fc.constantFrom('echo hi', 'a "b" \\', '"""', "'''", '', '\t#x', '${{ params.a }}', 'é\u0000'), {
  minLength: 1,
  maxLength: 4,
});
const script = lines.map((each) => each.join('\n')).filter((value) => value.trim() !== '');
const template = fc.oneof(text, fc.constant('${{ params.a }}'), fc.constant('x-${{ params.a }}-y'));
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,6}$/);
const envName = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/);
const milliseconds = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 1_000_000_000 }));
const pattern = fc.constantFrom('^[a-z]+$', '(a+)+$', 'open: (\\d+)', '"', "'", '.*');
const path = fc.constantFrom('a', 'a/b.md', './x', 'reports/**/*.md', '.env');
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 2 });

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** Plain objects, as the reader makes them. */
function record<T>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(values, { noNullPrototype: true });
}

/** Entries with distinct names; in expressions names are the same whatever their case. */
function named<T>(entry: (name: string) => fc.Arbitrary<T>, names = name): fc.Arbitrary<T[]> {
  return fc
    .uniqueArray(names, { maxLength: 3, selector: (value) => value.toLowerCase() })
    .chain((chosen) => (chosen.length === 0 ? fc.constant([]) : fc.tuple(...chosen.map(entry))));
}

function texts(values: fc.Arbitrary<string>): fc.Arbitrary<{ [name: string]: string }> {
  return fc.dictionary(envName, values, { maxKeys: 2, noNullPrototype: true });
}

const described = { description: maybe(anyText), required: fc.boolean() };

function parameter(called: string): fc.Arbitrary<ParameterModel> {
  const common = { name: fc.constant(called), ...described, env: maybe(envName) };
  const none = {
    pattern: fc.constant(null),
    values: fc.constant(null),
    items: fc.constant(null),
    min: fc.constant(null),
    max: fc.constant(null),
  };
  const without = fc.constant(undefined);
  return fc.oneof(
    record({ ...common, ...none, type: fc.constantFrom('string', 'secret'), default: fc.oneof(without, anyText) }),
    record({ ...common, ...none, type: fc.constantFrom('string', 'path'), default: without, pattern }),
    record({
      ...common,
      ...none,
      type: fc.constant('integer'),
      default: fc.oneof(without, fc.integer({ min: 1, max: 9 })),
      min: maybe(fc.constant(1)),
      max: maybe(fc.constant(9)),
    }),
    record({
      ...common,
      ...none,
      type: fc.constant('number'),
      default: fc.oneof(without, fc.constantFrom(0.5, 3, 1e21, -1.5e-9)),
    }),
    record({ ...common, ...none, type: fc.constant('boolean'), default: fc.oneof(without, fc.boolean()) }),
    record({ ...common, ...none, type: fc.constant('duration'), default: fc.constantFrom(undefined, '10m', '1h30m') }),
    record({
      ...common,
      ...none,
      type: fc.constant('list'),
      items: maybe(fc.constant('integer')),
      default: fc.oneof(without, fc.array(fc.integer(), { maxLength: 2 })),
    }),
    record({
      ...common,
      ...none,
      type: fc.constant('enum'),
      values: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
      default: without,
    }),
  );
}

const retry: fc.Arbitrary<RetryModel> = record({
  max: fc.integer({ min: 0, max: 9 }),
  backoff: fc.constantFrom('constant', 'linear', 'exponential'),
  initialMs: fc.oneof(fc.constant(0), milliseconds),
  maxDelayMs: milliseconds,
  jitter: fc.boolean(),
  onExit: maybe(fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 3 })),
});

const quota: fc.Arbitrary<QuotaModel> = record({
  token: fc.constantFrom('claude', 'codex'),
  onExit: maybe(fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 3 })),
  pattern: maybe(pattern),
  waitMs: milliseconds,
  maxWaitMs: milliseconds,
});

const globs = (minLength: number) => fc.uniqueArray(fc.constantFrom('src/**', 'a.txt', '{b,c}/*'), { minLength, maxLength: 3 });
const cache: fc.Arbitrary<CacheModel> = record({ inputs: globs(1), outputs: globs(0) });

function output(called: string): fc.Arbitrary<OutputModel> {
  const common = { name: fc.constant(called), ...described };
  const none = { pattern: fc.constant(null), value: fc.constant(null) };
  return fc.oneof(
    record({ ...common, ...none, from: fc.constant('file' as const) }),
    record({ ...common, ...none, from: fc.constant('stdout' as const), pattern: maybe(pattern) }),
  );
}

function valueOutput(called: string): fc.Arbitrary<OutputModel> {
  const common = { name: fc.constant(called), ...described, from: fc.constant('value' as const) };
  return record({ ...common, pattern: fc.constant(null), value: template });
}

const none = {
  run: null,
  shell: null,
  argv: null,
  uses: null,
  inputs: {},
  env: {},
  stdin: null,
  timeoutMs: null,
  idleTimeoutMs: null,
  retry: null,
  quota: null,
  cache: null,
  outputs: [],
};

const stdin = fc.oneof(
  record({ kind: fc.constant('text' as const), text: fc.oneof(anyText, script) }),
  record({ kind: fc.constant('template' as const), path: fc.constantFrom('a.md', 'prompts/b.md') }),
);
const process = {
  env: texts(fc.oneof(anyText, template)),
  timeoutMs: maybe(milliseconds),
  idleTimeoutMs: maybe(milliseconds),
  retry: maybe(retry),
  quota: maybe(quota),
  cache: maybe(cache),
  outputs: named(output),
};
const runBody = record({ ...process, run: script, shell: maybe(fc.constantFrom('bash', 'python3')), stdin: maybe(stdin) });
const argvBody = record({
  ...process,
  argv: fc.array(fc.oneof(anyText, template), { minLength: 1, maxLength: 3 }),
  stdin: maybe(stdin),
});
const plainBody: fc.Arbitrary<BodyModel> = fc.oneof(runBody, argvBody).map((body) => ({ ...none, ...body }));
const usesBody: fc.Arbitrary<BodyModel> = record({
  ...process,
  uses: fc.constantFrom('ask', 'git/diff-summary', './other.toml'),
  inputs: fc.dictionary(name, json, { maxKeys: 3, noNullPrototype: true }),
}).map((body) => ({ ...none, ...body }));

const action: (called: string) => fc.Arbitrary<ActionModel> = (called) =>
  record({
    body: plainBody,
    description: maybe(anyText),
    inputs: named((input) =>
      record({
        name: fc.constant(input),
        type: fc.constant('string'),
        ...described,
        default: fc.oneof(fc.constant(undefined), anyText),
        secret: fc.boolean(),
        values: fc.constant(null),
      }),
    ),
  }).map(({ body, ...rest }) => ({ ...body, name: called, with: {}, ...rest }));

/** Steps of one level: each may need those before it. */
function steps(path: readonly string[], depth: number): fc.Arbitrary<StepModel[]> {
  return fc.uniqueArray(name, { minLength: 1, maxLength: 3, selector: (value) => value.toLowerCase() }).chain((ids) => {
    const each = ids.map((id, index) => step({ id, path: [...path, id], earlier: ids.slice(0, index), depth }));
    return fc.tuple(...each);
  });
}

const itemKeys = {
  key: maybe(fc.constant('item')),
  maxParallel: maybe(fc.integer({ min: 1, max: 9 })),
  failFast: fc.boolean(),
};

const foreach: fc.Arbitrary<ForeachModel> = fc.oneof(
  record({ in: fc.constant("fromJSON('[1]')"), matrix: fc.constant(null), as: maybe(fc.constant('file')), ...itemKeys }),
  record({
    in: fc.constant(null),
    matrix: record({
      axes: fc.constantFrom<Matrix['axes']>(
        [{ name: 'os', values: ['linux', 'macos'] }],
        [
          { name: 'node', values: "fromJSON('[20]')" },
          { name: 'os', values: ['linux', { big: true }] },
        ],
      ),
      exclude: fc.constantFrom<MatrixList>([], [{ os: 'macos' }], "fromJSON('[]')"),
      include: fc.constantFrom<MatrixList>([], [{ os: 'linux', note: 'x' }, { extra: 1 }], "fromJSON('[]')"),
    }),
    as: fc.constantFrom('matrix', 'm'),
    ...itemKeys,
  }),
);

function step(place: {
  id: string;
  path: readonly string[];
  earlier: readonly string[];
  depth: number;
}): fc.Arbitrary<StepModel> {
  const { id, path, earlier, depth } = place;
  const common = {
    id: fc.constant(id),
    path: fc.constant(path),
    name: maybe(text),
    needs: fc.subarray([...earlier]),
    when: maybe(fc.constantFrom('always()', "params.a == 'x'")),
    onFailure: fc.constantFrom('fail-fast' as const, 'continue' as const),
    foreach: maybe(foreach),
    breakWhen: maybe(fc.constant("exists('x')")),
  };
  const single = record({
    ...common,
    body: fc.oneof(plainBody, usesBody),
    interactive: fc.boolean(),
    workspace: fc.constantFrom('inherit', 'ephemeral', 'sub/${{ params.a }}'),
  }).map(({ body, ...rest }) => ({ ...body, ...rest, repeat: null, steps: null }));
  if (depth === 0) return single;
  const group = record({
    ...common,
    repeat: maybe(
      record({
        until: maybe(fc.constant('iteration > 3')),
        while: maybe(fc.constant('iteration < 3')),
        max: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant('${{ params.a }}')),
        delayMs: fc.oneof(fc.constant(0), milliseconds),
        progress: maybe(record({ of: fc.constant('iteration'), within: fc.integer({ min: 1, max: 9 }) })),
      }),
    ),
    outputs: named(valueOutput),
    steps: steps([...path, 'steps'], depth - 1),
  }).map((rest) => ({ ...none, ...rest, workspace: 'inherit', interactive: false }));
  return fc.oneof({ weight: 3, arbitrary: single }, { weight: 1, arbitrary: group });
}

const artifact = (called: string): fc.Arbitrary<ArtifactModel> =>
  record({ name: fc.constant(called), path, retentionMs: maybe(milliseconds), required: fc.boolean() });

/** Models of workflows. */
export const arbitraryWorkflow: fc.Arbitrary<WorkflowModel> = record({
  id: fc.constantFrom('a', 'review-change', 'acme/review', '1.x_y'),
  version: maybe(fc.constantFrom('1.2.0', '0.0.1-beta.1+5')),
  name: maybe(text),
  description: maybe(anyText),
  tags: fc.uniqueArray(text, { maxLength: 3 }),
  license: maybe(text),
  homepage: maybe(fc.constant('https://example.org/x?y=1')),
  maxParallel: fc.integer({ min: 1, max: 9 }),
  env: texts(fc.oneof(anyText, template)),
  parameters: named(parameter),
  requirements: record({
    commands: fc.subarray(['git', 'jj >= 0.30', 'node<26']),
    python: fc.subarray(['ruff >= 0.5']),
  }),
  workspace: record({
    provider: fc.constantFrom('auto' as const, 'jj' as const, 'git' as const, 'copy' as const, 'none' as const),
    base: maybe(template),
    include: fc.subarray(['.env', 'node_modules', '[ab]/{c,d}*']),
    snapshot: maybe(fc.constantFrom('step' as const, 'run' as const)),
    keep: fc.constantFrom('always' as const, 'on-failure' as const, 'never' as const),
    setup: maybe(script),
    setupKey: fc.subarray(['package-lock.json', 'vendor']),
    direnv: fc.constantFrom('auto' as const, 'require' as const, 'off' as const),
  }).map((workspace) => (workspace.setup === null ? { ...workspace, setupKey: [] } : workspace)),
  actions: named(action),
  steps: steps(['steps'], 2),
  artifacts: named(artifact),
});
