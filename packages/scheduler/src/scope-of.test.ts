import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiledExpression, evaluateExpression, type Json } from '@workflow-platform/core';
import { attemptStep, foreachOf, groupStep, planOf, repeatOf, RunDriver } from '@workflow-platform/testkit';
import { createRunState, scopeOf, type ScopeExtras } from './index.ts';

/** A run that stands in `outer[1].each[p]`, after `first` and its sibling `mate`. */
const prepared = (): RunDriver => {
  const each = attemptStep('each', { needs: ['mate'], foreach: foreachOf([{ name: 'p' }], { key: 'item.name', as: 'thing' }) });
  const outer = groupStep('outer', [attemptStep('mate'), each], { needs: ['first'], repeat: repeatOf({ max: 1 }) });
  const run = new RunDriver([attemptStep('first', { onFailure: 'continue' }), outer], {
    parameters: { depth: 'deep' },
    env: { A: 'b' },
  });
  run.fail('first', 4);
  run.succeed('outer[1].mate', { color: 'red' });
  return run;
};

const extras: ScopeExtras = {
  secrets: { token: 's3cret' },
  env: { A: 'changed' },
  run: { attempt: 2 },
  look: (query) => (query === 'file:notes.txt' ? 'dear diary' : query === 'exists:notes.txt'),
};

const values: readonly (readonly [string, Json])[] = [
  ['steps.mate.outputs.color', 'red'],
  ['steps.MATE.outputs.COLOR', 'red'],
  ['steps.first.outcome', 'failure'],
  ['steps.first.conclusion', 'success'],
  ['steps.first.exit_code', 4],
  ['steps.unknown.outputs.x', null],
  ['needs.mate.result', 'success'],
  ['needs.mate.outputs.color', 'red'],
  ['item.name', 'p'],
  ['thing.name', 'p'],
  ['iteration', 1],
  ['params.depth', 'deep'],
  ['env.A', 'changed'],
  ['secrets.token', 's3cret'],
  ['run.id', 'run-1'],
  ['run.workflow', 'example'],
  ['run.attempt', 2],
  ['workspace.path', '/w'],
  ["file('notes.txt')", 'dear diary'],
  ["exists('notes.txt')", true],
  ["exists('other')", false],
  ['success()', true],
  ['always()', true],
  ['cancelled()', false],
  ["steps[format('{0}ate', 'm')].outputs.color", 'red'],
  ["join(steps.*.conclusion, ',')", 'success,success'],
  ['nothing.at.all', null],
];

for (const [source, expected] of values) {
  test(`inside of a foreach in a loop, \`${source}\` is ${JSON.stringify(expected)}`, () => {
    const scope = scopeOf(prepared().state, 'outer[1].each[p]', extras);
    assert.deepEqual(evaluateExpression(compiledExpression(source), scope), expected);
  });
}

test('a scope of a step that is not there is refused', () => {
  assert.throws(() => scopeOf(createRunState(planOf([])), 'a'), /there is no step `a`/);
});
