import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, planOf, repeatOf } from '@workflow-platform/testkit';
import { closeness, findPlace, nameOfPlace, outerRefs, parseRef, stepPlaces } from './stub-places.ts';

const plan = planOf([
  attemptStep('build'),
  attemptStep('fix'),
  groupStep('turns', [attemptStep('fix'), attemptStep('check')], { repeat: repeatOf({ max: 3 }) }),
  groupStep('both', [attemptStep('x')], { foreach: foreachOf(['a']), repeat: repeatOf({ max: 3 }) }),
  groupStep('again', [attemptStep('check')]),
]);
const places = stepPlaces(plan);

test('every step has a name for all of its turns and items', () => {
  assert.deepEqual(places.map(nameOfPlace), [
    'build',
    'fix',
    'turns',
    'turns[*].fix',
    'turns[*].check',
    'both',
    'both[*][*].x',
    'again',
    'again.check',
  ]);
});

const meanings: readonly [name: string, meaning: string][] = [
  ['build', 'build'],
  ['turns[2].fix', 'turns[*].fix'],
  ['turns.fix', 'turns[*].fix'],
  ['x', 'both[*][*].x'],
  // At the top it means the one at the top, whatever is inside of groups.
  ['fix', 'fix'],
  ['check', 'ambiguous'],
  ['bild', 'unknown'],
  ['turns.fix.more', 'unknown'],
  ['turns[', 'unknown'],
  ['turns].fix[', 'unknown'],
  ['', 'unknown'],
  ['build[1]', 'brackets'],
  ['turns[1][2].fix', 'brackets'],
];

for (const [name, expected] of meanings) {
  test(`the name ${JSON.stringify(name)} means ${expected}`, () => {
    const meaning = findPlace(name, places);
    assert.equal(meaning.kind === 'place' ? nameOfPlace(meaning.place) : meaning.kind, expected);
  });
}

test('of several names the one that spells out more is closer', () => {
  const of = (name: string, ref: string) => closeness(parseRef(name)!, parseRef(ref)!);
  const names = ['turns.fix', 'turns[*].fix', 'turns[2].fix'];
  assert.deepEqual(
    names.toSorted((a, b) => of(a, 'turns[2].fix')! - of(b, 'turns[2].fix')!),
    names,
  );
  assert.equal(of('turns[2].fix', 'turns[3].fix'), null);
  assert.equal(of('turns[*]', 'turns'), null);
  assert.equal(of('lint[*]', 'lint[src/a.ts]'), 1);
  assert.equal(of('lint', 'lint[a[0].b]'), 0);
});

test('what is around a reference is found whatever the keys of its items hold', () => {
  assert.deepEqual(outerRefs('a[x.y[1]].b[2].c'), ['a[x.y[1]].b[2]', 'a[x.y[1]].b', 'a[x.y[1]]', 'a']);
  assert.deepEqual(outerRefs('a'), []);
});
