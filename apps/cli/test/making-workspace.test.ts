// What the screen tells of a workspace whose making takes its time: lines in a pipe, the live view on a terminal, nothing in data;
// and Ctrl-C meanwhile.

import assert from 'node:assert/strict';
import { spawn as spawnProcess, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { spawn } from '@lydell/node-pty';
import { createSandbox, programPath, type Sandbox } from './program.ts';

const PROGRAM = ['--disable-warning=ExperimentalWarning', programPath];

/** Makes a repository of three files whose checkouts wait as long as the file `wait` is there. */
function slowRepository(t: TestContext): Sandbox {
  const sandbox = createSandbox();
  t.after(() => sandbox.remove());
  sandbox.write('workflow.toml', 'id = "slow"\n[workspace]\nprovider = "git"\n[steps.a]\nrun = "true"\n');
  sandbox.write('.gitattributes', '*.slow filter=slow\n');
  sandbox.write('x.slow', 'content\n');
  const waits = `while [ -e '${join(sandbox.folder, 'wait')}' ]; do sleep 0.05; done; cat`;
  const { status, stderr } = sandbox.run(
    `git init -q && git add . && git commit -qm one && git config filter.slow.smudge "${waits}"`,
  );
  assert.equal(status, 0, stderr);
  sandbox.write('wait', '');
  return sandbox;
}

function go({ folder }: Sandbox): void {
  rmSync(join(folder, 'wait'));
}

/** Collects what a process writes and waits for a part of it. */
function follow(child: ChildProcess): { out(): string; err(): string; untilErr(pattern: RegExp): Promise<void> } {
  const text = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (data: string) => (text.out += data));
  child.stderr?.setEncoding('utf8').on('data', (data: string) => (text.err += data));
  return {
    out: () => text.out,
    err: () => text.err,
    async untilErr(pattern) {
      while (!pattern.test(text.err)) await once(child.stderr ?? child, 'data');
    },
  };
}

test('in a pipe there is a line after two seconds and then seldom; with --json there is none', async (t) => {
  const sandbox = slowRepository(t);
  const start = (...args: string[]): ChildProcess =>
    spawnProcess(process.execPath, [...PROGRAM, 'run', ...args], {
      cwd: sandbox.folder,
      env: sandbox.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const [lines, data] = [start(), start('--json')];
  const [shown, json] = [follow(lines), follow(data)];
  const ends = [lines, data].map((child) => once(child, 'close'));
  await shown.untilErr(/making the workspace/);
  go(sandbox);
  assert.deepEqual(
    (await Promise.all(ends)).map(([code]) => code as number),
    [0, 0],
    shown.err(),
  );
  const told = shown
    .err()
    .split('\n')
    .filter((line) => line.includes('making'));
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /^ +\d+(\.\d)?s {2}making the workspace: \d of 3 files$/);
  assert.doesNotMatch(json.err() + json.out(), /making/);
  for (const line of json.out().trim().split('\n')) assert.ok('event' in (JSON.parse(line) as object));
});

test('Ctrl-C while the workspace is being made ends that at once, and the run as cancelled', async (t) => {
  const sandbox = slowRepository(t);
  const terminal = spawn(process.execPath, [...PROGRAM, 'run'], {
    cwd: sandbox.folder,
    cols: 80,
    rows: 12,
    env: { ...sandbox.env, TERM: 'xterm-256color', NO_COLOR: '' },
  });
  let text = '';
  const isShown = new Promise<void>((resolve) =>
    terminal.onData((data) => {
      text += data;
      if (/making the workspace: \d of 3 files, 0 done/.test(text)) resolve();
    }),
  );
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  await Promise.race([isShown, ended]);
  terminal.write('\u0003');
  assert.equal(await ended, 130, text);
  assert.match(text, /cancelled \(1 skipped\)/);
  const { stdout } = sandbox.run('git worktree list | wc -l; workflow workspace list; workflow status @');
  assert.match(stdout, /^ *1\n/);
  assert.match(stdout, /a +skipped +the run was cancelled/);
});
