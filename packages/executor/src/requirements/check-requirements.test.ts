import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { Plan, PlanCommandRequirement } from '@workflow-platform/core';
import { checkRequirements } from './check-requirements.ts';

const folder = mkdtempSync(join(tmpdir(), 'requirements-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

const required = (text: string): PlanCommandRequirement => {
  const [name = '', operator = null, version = null] = text.split(' ');
  return { name, operator: operator as PlanCommandRequirement['operator'], version };
};
const planOf = (commands: readonly string[], python: readonly string[] = []): Plan =>
  ({ requirements: { commands: commands.map(required), python: python.map(required) } }) as unknown as Plan;
const env = { PATH: `${folder}:/usr/bin:/bin` };

program('new-tool', 'echo new-tool 2.10.1');
program('old-tool', 'echo "old-tool, version 0.9" >&2; exit 1');
program('asks-otherwise', 'test "$1" = version && echo 4.2');
program('mute-tool', 'echo I do not say');
program('python3', `echo '{"ruff":"0.4.9","black":"24.1.0","gone":null}'`);
writeFileSync(join(folder, 'not-executable'), '');

it('finds nothing missing where everything is there', async () => {
  const plan = planOf(['new-tool', 'new-tool >= 2.9', 'old-tool >= 0.9', 'asks-otherwise = 4', 'sh'], ['black', 'black >= 24']);
  assert.deepEqual(await checkRequirements(plan, env), []);
});

it('reports everything that is missing at once, in the order of the plan, with what to do', async () => {
  const plan = planOf(['no-such-tool', 'new-tool >= 3', 'not-executable', 'mute-tool >= 1'], ['ruff >= 0.5', 'gone']);
  const missing = await checkRequirements(plan, env);
  assert.deepEqual(
    missing.map(({ requirement, message }) => [requirement, message.replace(folder, 'BIN')]),
    [
      ['no-such-tool', '`no-such-tool` is not on the PATH'],
      ['new-tool >= 3', '`new-tool` is version 2.10.1, but >= 3 is required'],
      ['not-executable', '`not-executable` is not on the PATH'],
      ['mute-tool >= 1', '`mute-tool --version` tells no version'],
      ['ruff >= 0.5', 'the Python package `ruff` is version 0.4.9, but >= 0.5 is required'],
      ['gone', 'the Python package `gone` is not installed for BIN/python3'],
    ],
  );
  assert.equal(missing[4]?.hint, "python3 -m pip install 'ruff>=0.5'");
});

it('says so when there is no Python at all', async () => {
  const missing = await checkRequirements(planOf([], ['ruff']), { PATH: '/nowhere' });
  assert.match(missing[0]?.message ?? '', /`python3` is not on the PATH/);
});
