// Generates workflow files without any mistake, as tables: steps that need and read earlier ones, groups, loops, items, actions
// that use actions, secrets, scripts with values. Also the same file with its keys in another order.

import fc from 'fast-check';

export type Table = { [key: string]: Value };
export type Value = string | number | boolean | Value[] | Table;

const ids = ['build', 'test', 'lint', 'sign', 'report', 'deploy'];

const workspace = {
  base: '${{ params.change }}',
  keep: 'always',
  setup: 'npm ci --tag "${{ params.change }}" ${{ params.turns }}',
  setup_key: ['Makefile'],
};

/** A file, as the table that its TOML reads as. */
export const arbitraryValidWorkflow: fc.Arbitrary<Table> = fc
  .record({ count: fc.integer({ min: 1, max: 6 }), env: fc.boolean(), base: fc.boolean(), artifact: fc.boolean() })
  .chain(({ count, env, base, artifact }) =>
    fc.tuple(...ids.slice(0, count).map((_, at) => step(ids.slice(0, at), 1))).map((steps) => ({
      id: 'generated',
      max_parallel: 3,
      ...(env ? { env: { MODE: '${{ params.depth }}', RUN: '${{ run.id }}' } } : {}),
      ...(base ? { workspace } : {}),
      ...(artifact ? { artifacts: { report: { path: 'out/*.md' }, all: { path: '**', retention: '1d' } } } : {}),
      parameters: {
        depth: { type: 'enum', values: ['quick', 'deep'], default: 'quick' },
        change: { default: '@' },
        turns: { type: 'integer', default: 2, min: 1 },
        token: { type: 'secret' },
      },
      actions: {
        ask: {
          inputs: { prompt: { required: true }, key: { secret: true } },
          argv: ['agent', '${{ inputs.prompt }}', '${{ params.change }}'],
          env: { KEY: '${{ inputs.key }}' },
          outputs: { size: {} },
          timeout: '5m',
        },
        'ask-twice': {
          inputs: { prompt: { default: 'hello' } },
          uses: 'ask',
          with: { prompt: 'Twice: ${{ inputs.prompt }}' },
          env: { ECHO: '${{ inputs.prompt }}' },
        },
      },
      steps: Object.fromEntries(steps.map((table, at) => [ids[at]!, table])),
    })),
  );

/** Returns the table with the keys of each table inside in another order; steps and lists keep theirs. */
export function reordered(table: Table, salt: number, isSteps = false): Table {
  const keys = Object.keys(table);
  if (!isSteps) keys.sort((a, b) => scramble(a, salt) - scramble(b, salt));
  return Object.fromEntries(keys.map((key) => [key, reorderedValue(table[key]!, salt, key === 'steps')]));
}

function reorderedValue(value: Value, salt: number, isSteps: boolean): Value {
  if (Array.isArray(value)) return value.map((item) => reorderedValue(item, salt, false));
  return typeof value === 'object' ? reordered(value, salt, isSteps) : value;
}

function scramble(text: string, salt: number): number {
  let hash = salt;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

function step(earlier: readonly string[], depth: number): fc.Arbitrary<Table> {
  return fc.subarray([...earlier]).chain((needs) =>
    fc.record({ body: body(needs, depth), when: fc.option(condition(needs), { freq: 1 }) }).map(({ body: own, when }) => ({
      ...(needs.length > 0 ? { needs } : {}),
      ...(when === null ? {} : { when }),
      ...own,
    })),
  );
}

function body(needs: readonly string[], depth: number): fc.Arbitrary<Table> {
  const value = fc.constantFrom(
    '${{ params.depth }}',
    '${{ params.change }}',
    ...needs.map((id) => `\${{ steps.${id}.outcome }}`),
  );
  const process = fc.oneof<fc.Arbitrary<Table>[]>(
    value.map((text) => ({ run: `echo "${text}" plain\n`, shell: 'bash', env: { A: text, TOKEN: '${{ secrets.token }}' } })),
    value.map((text) => ({
      argv: ['tool', text, 'x'],
      stdin: `in: ${text}`,
      retry: { max: 2, on_exit: [75, 1] },
      cache: { inputs: ['b', 'a/**'] },
    })),
    value.map((text) => ({ uses: 'ask', inputs: { prompt: text, key: '${{ secrets.token }}' } })),
    value.map((text) => ({ uses: 'ask-twice', inputs: { prompt: `so ${text}` }, on_failure: 'continue' })),
    fc.constant({ uses: './other.toml', inputs: { depth: 3 } }),
    value.map((text) => ({ uses: 'plugin:notes/write', inputs: { text } })),
    fc.constant({
      foreach: { in: "fromJSON('[1, 2]')", as: 'number', key: "format('k{0}', number)" },
      run: 'echo ${{ item }} ${{ number }}',
    }),
    fc.constant({ argv: ['agent'], stdin: { template: 'prompts/fix.md' } }),
  );
  if (depth === 0) return process;
  const inner = fc.tuple(step([], 0), step(['first'], 0)).map(([first, second]) => ({ first, second }));
  const group = inner.map((steps) => ({ steps, outputs: { size: { value: '${{ steps.second.outcome }}' } } }));
  const loop = inner.map((steps) => ({
    steps,
    repeat: { until: "steps.second.outcome == 'success' || changed('notes.md')", max: '${{ params.turns }}', delay: '1s' },
  }));
  return fc.oneof({ weight: 3, arbitrary: process }, group, loop);
}

function condition(needs: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(
    "params.depth == 'deep'",
    '!cancelled()',
    "exists('a.md') && params.turns > 1",
    ...needs.map((id) => `steps.${id}.outcome != 'failure'`),
    ...(needs.length > 0 ? ["contains(needs.*.result, 'failure') || failure()"] : []),
  );
}
