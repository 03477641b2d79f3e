import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from './suggest.ts';

const cases: readonly { name: string; among: readonly string[]; finds: string | null; because: string }[] = [
  { name: 'biuld', among: ['test', 'build'], finds: 'build', because: 'two neighbours were swapped' },
  { name: 'buil', among: ['build', 'built'], finds: 'build', because: 'of two equally near the first wins' },
  { name: 'timout', among: ['timeout', 'idle_timeout'], finds: 'timeout', because: 'one letter is missing' },
  { name: 'Build', among: ['build'], finds: 'build', because: 'only case differs' },
  { name: 'deploy', among: ['build', 'test'], finds: null, because: 'nothing is near' },
  { name: 'a', among: ['b'], finds: null, because: 'a replaced single letter is no typo' },
  { name: 'ci', among: ['cd', 'ca'], finds: 'cd', because: 'one of two letters differs' },
  { name: 'build', among: ['build'], finds: null, because: 'the same name is no correction' },
  { name: '', among: ['x'], finds: null, because: 'nothing was typed' },
  { name: 'x'.repeat(1000), among: ['x'.repeat(999)], finds: null, because: 'names this long are not compared' },
  { name: 'name', among: ['Name', 'names'], finds: 'Name', because: 'a change of case is nearer than a letter' },
];

for (const { name, among, finds, because } of cases) {
  test(`suggests ${finds} for ${JSON.stringify(name.slice(0, 20))}: ${because}`, () => {
    assert.equal(suggest(name, among), finds);
  });
}
