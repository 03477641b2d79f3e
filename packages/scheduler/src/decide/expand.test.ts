import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, brief, foreachOf, groupStep, implied, matrixOf, repeatOf, RunDriver } from '@workflow-platform/testkit';
import { referenceSafe } from './expand.ts';

const keys: readonly {
  readonly title: string;
  readonly items: readonly unknown[];
  readonly key?: string;
  readonly expected: string;
}[] = [
  { title: 'text names itself', items: ['src/a.ts', 'b'], expected: 'expanded a src/a.ts,b' },
  { title: 'numbers and booleans name themselves', items: [1, 2.5, true], expected: 'expanded a 1,2.5,true' },
  { title: 'tables and lists are named by their place', items: [{ n: 1 }, [2]], expected: 'expanded a 0,1' },
  { title: 'a key names the item', items: [{ n: 'x' }, { n: 'y' }], key: 'item.n', expected: 'expanded a x,y' },
  { title: 'the name of the item works in the key too', items: [{ n: 'x' }], key: 'thing.n', expected: 'expanded a x' },
  { title: 'brackets that match stay', items: ['[id].tsx'], expected: 'expanded a [id].tsx' },
  { title: 'brackets that do not match are escaped', items: ['a].b[c'], expected: 'expanded a a%5D.b%5Bc' },
];

for (const { title, items, key, expected } of keys) {
  test(title, () => {
    const run = new RunDriver([attemptStep('a', { foreach: foreachOf(items, { key: key ?? null, as: 'thing' }) })]);
    assert.ok(run.send({ kind: 'tick' }).length === 0);
    assert.equal(run.events.filter(({ type }) => type === 'step.expanded').length, 1);
    const expanded = run.events.find(({ type }) => type === 'step.expanded');
    assert.equal(expanded?.type === 'step.expanded' && `expanded a ${expanded.items.map((item) => item.key).join()}`, expected);
  });
}

const failures = [
  { title: 'text is no list', in: `fromJSON('"x"')`, message: '`foreach.in` must give a list, but it gave the text `x`' },
  { title: 'nothing is no list', in: 'steps.none.outputs.x', message: '`foreach.in` must give a list, but it gave nothing' },
  { title: 'a table is no list', in: `fromJSON('{}')`, message: '`foreach.in` must give a list, but it gave a table' },
  {
    title: 'two items with the same key are one too many',
    in: `fromJSON('["x","y","x"]')`,
    message: 'items 1 and 3 have the same key `x`; give `foreach.key` an expression that tells them apart',
  },
  {
    title: 'a key must be text',
    in: `fromJSON('[{"n":{}}]')`,
    key: 'item.n',
    message: '`foreach.key` must give text, but for item 1 it gave a table',
  },
];

for (const { title, in: list, key, message } of failures) {
  test(`${title}: the step fails and says so`, () => {
    const run = new RunDriver([attemptStep('a', { foreach: { ...foreachOf([]), in: list, key: key ?? null } })]);
    const last = run.last('a');
    assert.equal(last?.type === 'step.failed' && last.failure.kind === 'expression' && last.failure.message, message);
  });
}

test('no items, no work: the step is skipped, and what needs it goes on', () => {
  const run = new RunDriver([attemptStep('a', { foreach: foreachOf([]) }), attemptStep('b', { needs: ['a'] })]);
  assert.equal(run.last('a')?.type, 'step.skipped');
  assert.deepEqual(run.running(), ['b']);
});

test('items come from outputs of a step before', () => {
  const foreach = { ...foreachOf([]), in: 'fromJSON(steps.list.outputs.files)' };
  const run = new RunDriver([attemptStep('list'), attemptStep('lint', { needs: ['list'], foreach })]);
  run.succeed('list', { files: '["a.ts","b.ts"]' });
  assert.deepEqual(run.running(), ['lint[a.ts]', 'lint[b.ts]']);
});

test('outputs of the items become JSON lists in the order of the items, with null where there is none', () => {
  const run = new RunDriver([
    attemptStep('a', { foreach: foreachOf(['x', 'y', 'z']) }),
    attemptStep('b', {
      needs: ['a'],
      when: implied("fromJSON(steps.a.outputs.n)[2] == '3' && fromJSON(steps.a.outputs.n)[1] == null"),
    }),
  ]);
  run.succeed('a[z]', { n: '3' });
  run.succeed('a[y]');
  assert.deepEqual(run.succeed('a[x]', { n: '1' }), ['succeeded a[x]', 'succeeded a', 'attempt-started b']);
  const done = run.last('a');
  assert.deepEqual(done?.type === 'step.succeeded' && done.outputs, { n: '["1",null,"3"]' });
});

test('room of the foreach and of the run both hold', () => {
  const foreach = foreachOf([1, 2, 3, 4], { maxParallel: 2 });
  assert.deepEqual(new RunDriver([attemptStep('a', { foreach })]).running(), ['a[1]', 'a[2]']);
  assert.deepEqual(new RunDriver([attemptStep('a', { foreach })], { maxParallel: 1 }).running(), ['a[1]']);
});

test('items that may fail leave a foreach that may fail', () => {
  const run = new RunDriver([
    attemptStep('a', { foreach: foreachOf(['x', 'y']), onFailure: 'continue' }),
    attemptStep('b', { needs: ['a'], when: implied("steps.a.outcome == 'failure'") }),
  ]);
  assert.deepEqual(run.fail('a[x]'), ['attempt-failed a[x]', 'failed a[x] exit allowed']);
  assert.deepEqual(run.succeed('a[y]'), ['succeeded a[y]', 'failed a children allowed', 'attempt-started b']);
});

test('a group can have items, and a loop too', () => {
  const loop = groupStep('g', [attemptStep('x')], { foreach: foreachOf(['p', 'q']), repeat: repeatOf({ max: 2 }) });
  const run = new RunDriver([loop]);
  assert.deepEqual(run.running(), ['g[p][1].x', 'g[q][1].x']);
  assert.deepEqual(run.succeed('g[q][1].x'), ['succeeded g[q][1].x', 'iteration-started g[q] 2', 'attempt-started g[q][2].x']);
  run.succeed('g[q][2].x');
  run.succeed('g[p][1].x');
  assert.deepEqual(run.succeed('g[p][2].x'), ['succeeded g[p][2].x', 'succeeded g[p]', 'succeeded g']);
});

const safe = [
  ['a', 'a'],
  ['', ''],
  ['a[b]c', 'a[b]c'],
  ['[', '%5B'],
  [']', '%5D'],
  ['][', '%5D%5B'],
  ['[a]]', '[a]%5D'],
  ['line\nbreak', 'line%0Abreak'],
];

for (const [key, expected] of safe) {
  test(`the key ${JSON.stringify(key)} stands in a reference as ${JSON.stringify(expected)}`, () => {
    assert.equal(referenceSafe(key as string), expected);
  });
}

test('a matrix has an item for each combination, by the values of its axes', () => {
  const foreach = matrixOf(
    { os: ['linux', 'macos'], node: 'fromJSON(steps.a.outputs.list)' },
    { exclude: [{ os: 'macos', node: 20 }] },
  );
  const run = new RunDriver([attemptStep('a'), attemptStep('t', { needs: ['a'], foreach })]);
  assert.deepEqual(run.succeed('a', { list: '[20, 22]' }).slice(1, 2), ['expanded t linux,20,linux,22,macos,22']);
  const expanded = run.events.find(({ type }) => type === 'step.expanded');
  assert.deepEqual(expanded?.type === 'step.expanded' && expanded.items[0], {
    key: 'linux,20',
    value: { os: 'linux', node: 20 },
  });
  assert.deepEqual(run.running(), ['t[linux,20]', 't[linux,22]', 't[macos,22]']);
});

test('a matrix that comes to nothing is skipped, one that makes no sense fails the step', () => {
  const none = new RunDriver([attemptStep('t', { foreach: matrixOf({ os: [] }) })]);
  assert.equal(none.last('t')?.type === 'step.skipped', true);
  const wrong: readonly (readonly [Parameters<typeof matrixOf>, string])[] = [
    [[{ os: "'linux'" }], '`foreach.matrix.os` must give a list, but it gave the text `linux`'],
    [[{ os: ['linux'] }, { exclude: `fromJSON('[{"so": 1}]')` }], '`so` in `exclude` is no axis; there are os'],
    [
      [{ a: ['x,y', 'x'], b: ['z', 'y,z'] }],
      'items 1 and 4 have the same key `x,y,z`; give `foreach.key` an expression that tells them apart',
    ],
  ];
  for (const [given, message] of wrong) {
    const run = new RunDriver([attemptStep('t', { foreach: matrixOf(...given) })]);
    const failed = run.last('t');
    assert.equal(failed?.type === 'step.failed' && failed.failure.kind === 'expression' && failed.failure.message, message);
  }
});

test('the lists of a matrix may look into the workspace, all at once', () => {
  const foreach = matrixOf({ a: "fromJSON(file('a.json'))", b: "fromJSON(file('b.json'))" });
  const run = new RunDriver([attemptStep('t', { foreach })]);
  assert.equal(brief(run.events.at(-1)!), 'observation-requested t items file:a.json file:b.json');
  assert.deepEqual(run.observe('t', 'items', { 'file:a.json': '[1]', 'file:b.json': '[2, 3]' }).slice(1, 2), [
    'expanded t 1,2,1,3',
  ]);
});
