import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openReport } from '../diagnostic/report.ts';
import { bareCatalog } from '../model/parameter-types.ts';
import { readModel } from '../model/read-model.ts';
import { parseToml } from '../parse/toml-parser.ts';
import { readFacts } from './facts.ts';
import { needsAreAcyclic } from './needs-are-acyclic.ts';

function cyclesOf(needs: { readonly [id: string]: readonly string[] }): readonly string[] {
  const steps = Object.entries(needs).map(([id, own]) => `[steps.${id}]\nneeds = ${JSON.stringify(own)}\nrun = "make"\n`);
  const document = parseToml(`id = "example"\n${steps.join('')}`, 'workflow.toml');
  const { model } = readModel(document, bareCatalog);
  const report = openReport(document, needsAreAcyclic, 201);
  needsAreAcyclic.check(readFacts(document, model!, bareCatalog), report);
  return report.diagnostics.map(({ message, related }) => {
    assert.ok(related.length > 0);
    return message.replace(/^.*: /, '').replaceAll('`', '');
  });
}

const cases: readonly { title: string; needs: { readonly [id: string]: readonly string[] }; cycles: readonly string[] }[] = [
  { title: 'finds nothing in a diamond', needs: { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, cycles: [] },
  { title: 'finds a circle once, whoever is first', needs: { c: ['a'], a: ['b'], b: ['c'] }, cycles: ['c → a → b → c'] },
  { title: 'leaves a step that needs itself to another rule', needs: { a: ['a'] }, cycles: [] },
  {
    title: 'shows two circles that share a step',
    needs: { a: ['b'], b: ['a', 'c'], c: ['b'] },
    cycles: ['a → b → a', 'b → c → b'],
  },
  {
    title: 'shows two circles that share none',
    needs: { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
    cycles: ['a → b → a', 'c → d → c'],
  },
  { title: 'says nothing of steps behind a circle', needs: { a: ['b'], b: ['a'], c: ['b'] }, cycles: ['a → b → a'] },
  {
    title: 'shows a knot in which everybody needs everybody once for each step at most',
    needs: { a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] },
    cycles: ['a → b → a', 'a → b → c → a'],
  },
];

for (const { title, needs, cycles } of cases) test(title, () => assert.deepEqual(cyclesOf(needs), cycles));

test('a circle through ten thousand steps is one diagnostic with a readable message', () => {
  const count = 10_000;
  const ring = Object.fromEntries(Array.from({ length: count }, (_, at) => [`s${at}`, [`s${(at + 1) % count}`]]));
  const [only, ...more] = cyclesOf(ring);
  assert.deepEqual(more, []);
  assert.match(only!, /^s0 → s1 → .* → … 9991 more … → s9999 → s0$/);
});
