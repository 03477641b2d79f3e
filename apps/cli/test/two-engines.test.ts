// Several engines on one state folder, from several terminals.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSandbox } from './program.ts';

const sandbox = createSandbox();
after(() => sandbox.remove());

const WAITS = `echo x >> '${sandbox.folder}/trace'; touch '${sandbox.folder}/up'; while ! test -e '${sandbox.folder}/go'; do sleep 0.05; done`;

test('a run that one engine drives is not driven by a second, and its step is made once', () => {
  sandbox.write('waits.toml', `id = "waits"\n[steps.a]\nrun = "${WAITS}"\n`);
  const script = [
    'workflow run waits.toml > first.txt 2>&1 & first=$!',
    'while ! test -e up; do sleep 0.05; done',
    'workflow resume @ > second.txt 2>&1; echo "second $?"',
    'touch go; wait $first; echo "first $?"',
    'grep -c x trace',
  ].join('\n');
  const { stdout } = sandbox.run(script);
  assert.equal(stdout, 'second 1\nfirst 0\n1\n');
  assert.match(sandbox.run('cat second.txt').stdout, /run-in-progress.*is being driven by workflow \(process \d+ /);
});

test('engines on one state folder do their runs side by side, and each run is whole in the history', () => {
  sandbox.write('quick.toml', 'id = "quick"\n[steps.a]\nrun = "echo one"\n[steps.b]\nneeds = ["a"]\nrun = "echo two"\n');
  const { stdout } = sandbox.run(
    'for i in 1 2 3 4; do workflow run quick.toml >/dev/null 2>&1 & done; wait; workflow status --json',
  );
  const rows = (JSON.parse(stdout) as { workflow: string; status: string }[]).filter(({ workflow }) => workflow === 'quick');
  assert.deepEqual(
    rows.map(({ status }) => status),
    ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
  );
});
