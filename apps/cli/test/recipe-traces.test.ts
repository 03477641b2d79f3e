// Every recipe has stubs and a trace of what it does with them: a change of a recipe shows in what it would do, without an agent.
// Anew: `workflow run ./NAME.toml --dry-run --stubs stubs/NAME.toml --golden stubs/NAME.trace --update-golden`, with the parameters below.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const folder = join(import.meta.dirname, '../../../examples/agents');
const PARAMETERS: { readonly [recipe: string]: string } = {
  consolidate: '--param start=main --param end=@-',
  'review-old': '--param start=main --param end=@-',
  'fix-and-review': '--param issue=Comma',
};

let sandbox: Sandbox;
before(() => {
  sandbox = createSandbox();
});
after(() => sandbox.remove());

const namesIn = (path: string, ending: string): string[] =>
  readdirSync(path).flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : []));

test('every recipe has stubs and a trace', () => {
  const recipes = namesIn(folder, '.toml').sort();
  for (const ending of ['.toml', '.trace']) assert.deepEqual(namesIn(join(folder, 'stubs'), ending).sort(), recipes);
});

for (const recipe of namesIn(folder, '.toml')) {
  test(`with its stubs, ${recipe} does what it did`, () => {
    const flags = `--dry-run ${PARAMETERS[recipe] ?? ''} --stubs stubs/${recipe}.toml --golden stubs/${recipe}.trace`;
    const { status, stdout, stderr } = sandbox.run(`cd '${folder}' && workflow run ./${recipe}.toml ${flags}`);
    assert.equal(`${status} ${stdout}${stderr}`.slice(0, 2000), `0 the trace is as in stubs/${recipe}.trace\n`);
  });
}
