// The live view on a real pseudo-terminal: progress, a window that changes its size, Ctrl-C once and twice.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startOnTerminal, type OnTerminal } from './on-terminal.ts';
import { createSandbox, type Sandbox } from './program.ts';

let sandbox: Sandbox;
before(() => {
  sandbox = createSandbox();
});
after(() => sandbox.remove());

const start = (args: readonly string[]): OnTerminal => startOnTerminal(sandbox, args);

const CURSOR_SHOWN = '\u001b[?25h';

test('shows running steps with their last log line, and a summary at the end', async () => {
  sandbox.write(
    'show.toml',
    `id = "show"
[steps.talk]
run = "echo compiling 日本語; while ! test -e '${sandbox.folder}/go'; do sleep 0.05; done"
`,
  );
  const { terminal, text, until, ended } = start(['run', 'show.toml']);
  await until(/talk +\S+ +.*compiling 日本語/);
  terminal.resize(30, 8);
  sandbox.write('go', '');
  assert.equal(await ended, 0, text());
  assert.match(text(), /succeeded \(1 succeeded\)/);
  assert.ok(text().lastIndexOf(CURSOR_SHOWN) > text().lastIndexOf('\u001b[?25l'), 'the cursor is shown again');
});

test('Ctrl-C stops the run and says how to go on', async () => {
  sandbox.write(
    'stop.toml',
    'id = "stop"\n[steps.long]\nrun = "echo started; exec sleep 1000"\n[steps.next]\nneeds = ["long"]\nrun = "true"\n',
  );
  const { terminal, text, until, ended } = start(['run', 'stop.toml']);
  await until(/long +\S+ +.*started/);
  terminal.write('\u0003');
  assert.equal(await ended, 130, text());
  assert.match(text(), /cancelled \(1 cancelled, 1 skipped\)[^]*go on with it: workflow resume \w{16}/);
  assert.ok(text().lastIndexOf(CURSOR_SHOWN) > text().lastIndexOf('\u001b[?25l'), 'the cursor is shown again');
});

test('a second Ctrl-C kills what does not heed the first', async () => {
  sandbox.write('deaf.toml', 'id = "deaf"\n[steps.deaf]\nrun = "trap \'\' TERM; echo started; while :; do sleep 0.1; done"\n');
  const { terminal, text, until, ended } = start(['run', 'deaf.toml']);
  await until(/deaf +\S+ +.*started/);
  terminal.write('\u0003');
  await until(/stopping 1 step … press Ctrl-C again to kill/);
  terminal.write('\u0003');
  assert.equal(await ended, 130, text());
  assert.match(text(), /killing what is left/);
});

test('watch shows a run of another process and ends with it', async () => {
  sandbox.write(
    'seen.toml',
    `id = "seen"\n[steps.slow]\nrun = "echo waiting; while ! test -e '${sandbox.folder}/end'; do sleep 0.05; done; exit 7"\n`,
  );
  const runner = start(['run', 'seen.toml']);
  await runner.until(/slow +\S+ +.*waiting/);
  const watcher = start(['watch', '@']);
  await watcher.until(/slow +\S+ +.*waiting/);
  sandbox.write('end', '');
  assert.equal(await runner.ended, 1, runner.text());
  assert.equal(await watcher.ended, 1, watcher.text());
  assert.match(watcher.text(), /slow.*: exit code 7/);
});
