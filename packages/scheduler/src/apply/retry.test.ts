import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, implied, repeatOf, RunDriver, waitStep } from '@workflow-platform/testkit';

const reads = (...references: string[]) => ({
  action: { kind: 'argv', argv: ['echo', ...references.map((expression) => [{ expression }])] } as const,
});

/** build → notes (reads the title), publish (reads the version) → announce (reads publish); other is beside them. */
function release(): RunDriver {
  return new RunDriver([
    attemptStep('build'),
    attemptStep('notes', { needs: ['build'], ...reads('steps.build.outputs.title') }),
    attemptStep('publish', { needs: ['build'], ...reads('steps.build.outputs.version') }),
    attemptStep('announce', { needs: ['publish'], ...reads('needs.publish.outputs.url') }),
    attemptStep('other'),
  ]);
}

function succeedRelease(run: RunDriver): void {
  run.succeed('build', { title: 'T', version: '1' });
  run.succeed('other');
  run.succeed('notes');
  run.succeed('publish', { url: 'u' });
  run.succeed('announce');
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
}

test('a step and everything after it are carried out again, and nothing else', () => {
  const run = release();
  succeedRelease(run);
  assert.deepEqual(run.retry('publish', 'all'), ['run.resumed publish,announce', 'workspace.reused', 'attempt-started publish']);
  assert.deepEqual(run.succeed('publish', { url: 'u' }), ['succeeded publish', 'attempt-started announce']);
  run.succeed('announce');
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});

test('a retry of everything after a step takes along what had not succeeded', () => {
  const run = release();
  run.succeed('build');
  run.fail('other');
  run.succeed('notes');
  run.succeed('publish');
  run.finalize();
  assert.deepEqual(run.retry('notes', 'all'), [
    'run.resumed notes',
    'workspace.reused',
    'attempt-started notes',
    'attempt-started announce',
    'attempt-started other',
  ]);
});

test('a step that reads the same values as before is not carried out again', () => {
  const run = release();
  succeedRelease(run);
  assert.deepEqual(run.retry('build', 'changed').slice(0, 1), ['run.resumed build,notes,publish,announce']);
  assert.deepEqual(run.succeed('build', { title: 'T', version: '2' }), [
    'succeeded build',
    'reused notes',
    'reuse-declined publish steps.build.outputs.version',
    'attempt-started publish',
  ]);
  assert.deepEqual(run.succeed('publish', { url: 'u' }), ['succeeded publish', 'reused announce']);
  run.finalize();
  assert.equal(run.status(), 'succeeded');
});

test('it is known which value changed, from what and to what; long ones are cut', () => {
  const run = release();
  succeedRelease(run);
  run.retry('build', 'changed');
  run.succeed('build', { title: 'x'.repeat(1000) });
  const declined = run.events.filter((event) => event.type === 'step.reuse-declined');
  assert.deepEqual(declined[1]?.reason, {
    kind: 'inputs',
    changes: [{ name: 'steps.build.outputs.version', before: '1', after: null }],
  });
  const [change] = declined[0]?.reason.kind === 'inputs' ? declined[0].reason.changes : [];
  assert.equal(typeof change?.after === 'string' && change.after.length, 201);
});

test('what was not affected stays as it is, failures too', () => {
  const run = release();
  run.succeed('build', { version: '1' });
  run.fail('other');
  run.succeed('notes');
  run.succeed('publish');
  assert.deepEqual(run.finalize(), ['run.finished failed']);
  assert.deepEqual(run.retry('notes', 'changed'), ['run.resumed notes', 'workspace.reused', 'attempt-started notes']);
  run.succeed('notes');
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'failed', failed: ['other'], allowedFailures: [] });
});

test('what had failed or was left out after a step runs again, whatever it reads', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] }), attemptStep('c', { needs: ['b'] })]);
  run.succeed('a');
  run.fail('b');
  run.finalize();
  run.retry('a', 'changed');
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'attempt-started b']);
  assert.deepEqual(run.succeed('b'), ['succeeded b', 'attempt-started c']);
});

test('a cancelled run of which one step is done again is not called a success', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] }), attemptStep('c')], { maxParallel: 1 });
  run.succeed('a');
  run.cancel();
  run.failWith('b', { kind: 'signal', signal: 'SIGTERM' });
  assert.deepEqual(run.finalize(), ['run.finished cancelled']);
  run.retry('c', 'changed');
  run.succeed('c');
  assert.deepEqual(run.finalize(), ['run.finished cancelled']);
  run.retry('b', 'changed');
  run.succeed('b');
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});

test('a step in a group is done again, and what needs the group comes after it', () => {
  const run = new RunDriver([
    groupStep('g', [attemptStep('x'), attemptStep('y', { needs: ['x'] }), attemptStep('z')], {
      outputs: [{ name: 'v', value: [{ expression: 'steps.y.outputs.v' }] }],
    }),
    attemptStep('after', { needs: ['g'], ...reads('steps.g.outputs.v') }),
    attemptStep('beside'),
  ]);
  run.succeed('beside');
  run.succeed('g.x');
  run.succeed('g.z');
  run.succeed('g.y', { v: '1' });
  run.succeed('after');
  run.finalize();
  assert.deepEqual(run.retry('g.y', 'changed'), ['run.resumed g.y,after', 'workspace.reused', 'attempt-started g.y']);
  assert.deepEqual(run.succeed('g.y', { v: '1' }), ['succeeded g.y', 'succeeded g', 'reused after']);
  run.finalize();
  run.retry('g.x', 'changed');
  assert.deepEqual(run.succeed('g.x'), ['succeeded g.x', 'reused g.y', 'succeeded g', 'reused after']);
  run.finalize();
  run.retry('g.x', 'all');
  assert.deepEqual(run.succeed('g.x'), ['succeeded g.x', 'attempt-started g.y']);
  assert.deepEqual(run.succeed('g.y', { v: '1' }), ['succeeded g.y', 'succeeded g', 'attempt-started after']);
});

test('one item is done again, the others keep their results', () => {
  const run = new RunDriver([
    attemptStep('lint', { foreach: foreachOf(['a', 'b']) }),
    attemptStep('sum', { needs: ['lint'], ...reads('steps.lint.outputs.n') }),
  ]);
  run.succeed('lint[a]', { n: '1' });
  run.succeed('lint[b]', { n: '2' });
  run.succeed('sum');
  run.finalize();
  assert.deepEqual(run.retry('lint[a]', 'changed'), ['run.resumed lint[a],sum', 'workspace.reused', 'attempt-started lint[a]']);
  assert.deepEqual(run.succeed('lint[a]', { n: '3' }), [
    'succeeded lint[a]',
    'succeeded lint',
    'reuse-declined sum steps.lint.outputs.n',
    'attempt-started sum',
  ]);
  const lint = run.last('lint');
  assert.deepEqual(lint?.type === 'step.succeeded' && lint.outputs, { n: '["3","2"]' });
});

test('items of a list that changed are used again one by one, by their key', () => {
  const run = new RunDriver([
    attemptStep('list'),
    attemptStep('lint', {
      needs: ['list'],
      foreach: { ...foreachOf([]), in: 'fromJSON(steps.list.outputs.files)', key: 'item.name' },
      ...reads('item.size'),
    }),
  ]);
  const files = (...entries: [string, number][]) => ({ files: JSON.stringify(entries.map(([name, size]) => ({ name, size }))) });
  run.succeed('list', files(['a', 1], ['b', 1], ['c', 1]));
  for (const key of ['a', 'b', 'c']) run.succeed(`lint[${key}]`, { n: key });
  run.finalize();
  run.retry('list', 'changed');
  assert.deepEqual(run.succeed('list', files(['c', 1], ['b', 2], ['d', 1])), [
    'succeeded list',
    'reuse-declined lint steps.list.outputs.files',
    'expanded lint c,b,d',
    'reused lint[c]',
    'reuse-declined lint[b] item.size',
    'attempt-started lint[b]',
    'attempt-started lint[d]',
  ]);
  assert.equal(run.effects('attempt')[0]?.attempt, 2);
  run.succeed('lint[b]', { n: 'B' });
  run.succeed('lint[d]', { n: 'd' });
  const lint = run.last('lint');
  assert.deepEqual(lint?.type === 'step.succeeded' && lint.outputs, { n: '["c","B","d"]' });
});

test('a group whose steps read other values begins anew, and those that read the same are used again', () => {
  const run = new RunDriver([
    attemptStep('a'),
    groupStep('g', [attemptStep('x', reads('steps.a.outputs.v')), attemptStep('y')], { needs: ['a'] }),
  ]);
  run.succeed('a', { v: '1' });
  run.succeed('g.x');
  run.succeed('g.y');
  run.finalize();
  run.retry('a', 'changed');
  assert.deepEqual(run.succeed('a', { v: '2' }), [
    'succeeded a',
    'reuse-declined g steps.a.outputs.v',
    'group-started g',
    'reuse-declined g.x steps.a.outputs.v',
    'attempt-started g.x',
    'reused g.y',
  ]);
});

test('a group that was used again as a whole can still be gone into', () => {
  const run = new RunDriver([attemptStep('a'), groupStep('g', [attemptStep('x')], { needs: ['a'] })]);
  run.succeed('a');
  run.succeed('g.x');
  run.finalize();
  run.retry('a', 'changed');
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'reused g']);
  run.finalize();
  assert.deepEqual(run.retry('g.x', 'changed').at(-1), 'attempt-started g.x');
});

test('a loop that is done again begins with its first turn, and no attempt has a number twice', () => {
  const run = new RunDriver([groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: 'iteration == 2', max: 3 }) })]);
  run.succeed('loop[1].x');
  run.succeed('loop[2].x');
  run.finalize();
  assert.deepEqual(run.retry('loop', 'changed'), [
    'run.resumed loop',
    'workspace.reused',
    'group-started loop',
    'iteration-started loop 1',
    'attempt-started loop[1].x',
  ]);
  assert.equal(run.effects('attempt')[0]?.key, 'loop[1].x#2');
});

test('a step of the last turn of a loop is done again, and the turn is judged again', () => {
  const run = new RunDriver([
    groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: "steps.x.outputs.ok == '1'", max: 3 }) }),
  ]);
  run.succeed('loop[1].x');
  run.succeed('loop[2].x', { ok: '1' });
  run.finalize();
  assert.equal(run.retry('loop[2].x', 'changed').at(-1), 'attempt-started loop[2].x');
  assert.deepEqual(run.succeed('loop[2].x').slice(-2), ['iteration-started loop 3', 'attempt-started loop[3].x']);
  run.succeed('loop[3].x', { ok: '1' });
  run.finalize();
  assert.deepEqual(run.retry('loop[1].x', 'changed'), [], 'a past turn is gone');
});

test('whether a break ends the turn is decided again when its step is', () => {
  const steps = [
    attemptStep('check', { breakWhen: "steps.check.outputs.done == '1'" }),
    attemptStep('work', { needs: ['check'] }),
  ];
  const run = new RunDriver([groupStep('loop', steps, { repeat: repeatOf({ max: 1 }) })]);
  assert.deepEqual(run.succeed('loop[1].check', { done: '1' }).slice(-2), ['skipped loop[1].work break', 'succeeded loop']);
  run.finalize();
  run.retry('loop[1].check', 'changed');
  assert.deepEqual(run.succeed('loop[1].check'), ['succeeded loop[1].check', 'attempt-started loop[1].work']);
});

test('what looks into the workspace, asks for the status or asks a person is done again', () => {
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('looks', { needs: ['a'], when: implied("exists('x')") }),
    attemptStep('asks', { needs: ['a'], when: '!failure()' }),
    attemptStep('always', { needs: ['a'], when: 'always()' }),
    waitStep('person', { needs: ['a'] }),
  ]);
  run.succeed('a');
  run.observe('looks', 'when', { 'exists:x': true });
  for (const step of ['looks', 'asks', 'always']) run.succeed(step);
  run.answer('person', true);
  run.finalize();
  run.retry('a', 'changed');
  const events = run.succeed('a').filter((event) => event.startsWith('reuse'));
  assert.deepEqual(events.sort(), [
    'reuse-declined asks status',
    'reuse-declined looks workspace',
    'reuse-declined person action',
    'reused always',
  ]);
});

test('a step is not used again where its condition no longer lets it run', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'], when: implied("steps.a.outputs.v == '1'") })]);
  run.succeed('a', { v: '1' });
  run.succeed('b');
  run.finalize();
  run.retry('a', 'changed');
  assert.deepEqual(run.succeed('a', { v: '2' }), ['succeeded a', 'reuse-declined b steps.a.outputs.v', 'skipped b condition']);
});

test('what a retry had yet to decide outlives a cancel and an engine', () => {
  const run = release();
  succeedRelease(run);
  run.retry('build', 'changed');
  run.cancel();
  run.failWith('build', { kind: 'signal', signal: 'SIGTERM' });
  run.finalize();
  run.resume();
  const folded = run.refold();
  assert.notEqual(folded.steps.get('announce')?.prior, null);
  assert.deepEqual(run.succeed('build', { title: 'T', version: '1' }), [
    'succeeded build',
    'reused notes',
    'reused publish',
    'reused announce',
  ]);
});

test('inputs of an action count by what they were given', () => {
  const inputs = { values: { text: { text: [{ expression: 'steps.a.outputs.v' }] } }, outer: null } as const;
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'], inputs, ...reads('inputs.text') })]);
  run.succeed('a', { v: '1' });
  run.succeed('b');
  run.finalize();
  run.retry('a', 'changed');
  assert.deepEqual(run.succeed('a', { v: '2' })[1], 'reuse-declined b steps.a.outputs.v');
});

test('a retry of a run under way, or asked for twice, changes nothing', () => {
  const run = release();
  assert.deepEqual(run.retry('build', 'all'), []);
  succeedRelease(run);
  run.retry('other', 'all');
  assert.deepEqual(run.retry('other', 'all'), []);
});

test('a step that had run whatever became of another is held to what it read then', () => {
  const run = new RunDriver([
    attemptStep('list', { onFailure: 'continue' }),
    attemptStep('use', { needs: ['list'], when: 'always()', ...reads('steps.list.outputs.v') }),
    attemptStep('fails'),
  ]);
  run.fail('list');
  run.succeed('use');
  run.fail('fails');
  run.finalize();
  run.resume();
  run.succeed('list', { v: '1' });
  run.succeed('fails');
  run.finalize();
  run.retry('list', 'changed');
  assert.deepEqual(run.succeed('list', { v: '1' }), [
    'succeeded list',
    'reuse-declined use steps.list.outputs.v',
    'attempt-started use',
  ]);
});

test('allowed failures in what counts again are named at the end of the run', () => {
  const run = new RunDriver([attemptStep('a'), groupStep('g', [attemptStep('x', { onFailure: 'continue' })], { needs: ['a'] })]);
  run.succeed('a');
  run.fail('g.x');
  run.finalize();
  run.retry('a', 'changed');
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'reused g']);
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: ['g.x'] });
});
