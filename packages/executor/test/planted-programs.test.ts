// A step can write the settings of the repository that it works in. Actions that look at the repository start nothing of it.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plantPrograms } from '@workflow-platform/testkit';
import { attempt, makeFolder, outputsOf, planOf, removeRuns, run } from './support/make-run.ts';

after(removeRuns);

const env = { ...process.env, JJ_USER: 't', JJ_EMAIL: 't@t' };
const hasJujutsu = spawnSync('jj', ['--version']).status === 0;

function call(folder: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
}

function git(folder: string, ...args: string[]): string {
  return call(folder, 'git', '-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', ...args);
}

/** Runs a built-in action in the workspace `base`/ws, where a folder of PATH is the current one. */
async function summaryBy(action: string, base: string): Promise<string> {
  const plan = planOf([attempt('act', { kind: 'builtin', action, inputs: {} })]);
  const done = await run(plan, { base, env: { ...env, PATH: `.:${process.env['PATH']}` } });
  return outputsOf(done, 'act')?.['files'] ?? 'no outputs';
}

test('git/diff-summary starts nothing that settings of the workspace or of a repository inside name', async () => {
  const base = makeFolder();
  const folder = join(base, 'ws');
  const nested = join(folder, 'nested');
  mkdirSync(nested, { recursive: true });
  for (const place of [nested, folder]) {
    git(place, 'init', '-q');
    writeFileSync(join(place, 'file'), 'one\n');
    writeFileSync(join(place, 'same'), 'same\n');
    git(place, 'add', '.');
    git(place, 'commit', '-qm', 'one');
  }
  const planted = plantPrograms({ folder: join(base, 'planted'), checkout: folder });
  plantPrograms({ folder: join(base, 'planted'), checkout: nested });
  const edit = (): void => {
    for (const place of [nested, folder]) writeFileSync(join(place, 'file'), `two ${Math.random()}\n`);
    utimesSync(join(nested, 'same'), new Date(), new Date(1e12));
  };
  edit();
  git(folder, 'status');
  const armed = planted.started();
  assert.ok(armed.includes('core.fsmonitor') && armed.includes('filter.planted.clean'), armed.join());
  edit();
  planted.leaveIn(folder);
  const files = await summaryBy('git/diff-summary', base);
  assert.match(files, /"path":"file","status":"modified","insertions":1,"deletions":1/);
  assert.deepEqual(planted.started(), []);
});

test(
  'jj/diff-summary starts nothing that settings of the repository name',
  { skip: !hasJujutsu && 'needs `jj` on PATH' },
  async () => {
    const base = makeFolder();
    const folder = join(base, 'ws');
    mkdirSync(folder);
    call(folder, 'jj', 'git', 'init', '--colocate');
    writeFileSync(join(folder, 'file'), 'one\n');
    call(folder, 'jj', 'commit', '-m', 'one');
    const planted = plantPrograms({ folder: join(base, 'planted'), checkout: folder, env });
    writeFileSync(join(folder, 'file'), 'two\n');
    spawnSync('jj', ['--config=fsmonitor.backend=none', 'status'], { cwd: folder, env });
    assert.ok(planted.started().includes('signing.backends.gpg.program'));
    writeFileSync(join(folder, 'file'), 'three\n');
    planted.leaveIn(folder);
    assert.match(await summaryBy('jj/diff-summary', base), /"path":"file","status":"modified","insertions":1,"deletions":1/);
    assert.deepEqual(planted.started(), []);
  },
);
