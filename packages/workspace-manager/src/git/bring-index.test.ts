import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as aMoment } from 'node:timers/promises';

import { bringIndex } from './bring-index.ts';

const FILES = 12;

interface Checkout {
  readonly folder: string;
  git(...args: string[]): string;
  write(name: string, text: string): void;
  /** Returns the files that git would read again with a copy of the index. */
  readAgain(): Promise<string[]>;
}

function makeCheckout(t: TestContext, ...options: string[]): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'index-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  git('init', '--quiet', ...options);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  return {
    folder,
    git,
    write,
    async readAgain() {
      const copy = join(folder, '.git', 'copy');
      rmSync(copy, { force: true });
      await bringIndex({ from: join(folder, '.git/index'), to: copy, workTree: folder });
      const env = { ...process.env, GIT_INDEX_FILE: copy };
      execFileSync('git', ['fsck', '--no-dangling'], { cwd: folder, env, stdio: 'ignore' });
      const raw = execFileSync('git', ['diff-files', '--name-only', '-z'], { cwd: folder, env, encoding: 'utf8' });
      return raw.split('\0').filter((name) => name !== '');
    },
  };
}

/** Adds files, and a moment later, but within the second, another one just before the index is written; returns false when a second began meanwhile. */
async function addFiles({ folder, git, write }: Checkout): Promise<boolean> {
  for (let i = 0; i < FILES; i++) write(`é ${i}`, `${i}\n`);
  git('add', '--all');
  const beganMs = statSync(join(folder, 'é 0')).mtimeMs;
  while (Date.now() < statSync(join(folder, '.git/index')).mtimeMs + 50) await aMoment();
  write('late', 'late\n');
  git('add', 'late');
  return Math.floor(beganMs / 1000) === Math.floor(statSync(join(folder, '.git/index')).mtimeMs / 1000);
}

for (const format of ['sha1', 'sha256']) {
  test(`${format}: what did not change is not read again, though it was written in the second of the index`, async (t) => {
    const checkout = makeCheckout(t, `--object-format=${format}`);
    while (!(await addFiles(checkout))) rmSync(join(checkout.folder, '.git/index'));
    assert.deepEqual(await checkout.readAgain(), []);
    checkout.write('é 3', 'x\n');
    renameSync(join(checkout.folder, 'é 4'), join(checkout.folder, 'moved'));
    checkout.write('é 5', '5\n');
    assert.deepEqual(await checkout.readAgain(), ['é 3', 'é 4', 'é 5'], 'or was only written again');
  });
}

test('an edit that keeps size and second is read again when the second is over', async (t) => {
  const checkout = makeCheckout(t);
  await addFiles(checkout);
  checkout.write('é 3', 'x\n');
  const second = Math.floor(statSync(join(checkout.folder, 'é 3')).mtimeMs / 1000);
  while (Math.floor(Date.now() / 1000) <= second) await aMoment();
  assert.ok((await checkout.readAgain()).includes('é 3'));
});

test('an index of a kind that is not known here is copied as it is, and trusted less', async (t) => {
  const checkout = makeCheckout(t);
  checkout.git('config', 'index.version', '4');
  while (!(await addFiles(checkout))) rmSync(join(checkout.folder, '.git/index'));
  checkout.write('é 3', 'x\n');
  await checkout.readAgain();
  const copy = join(checkout.folder, '.git', 'copy');
  const env = { ...process.env, GIT_INDEX_FILE: copy };
  assert.equal(execFileSync('git', ['ls-files'], { cwd: checkout.folder, env, encoding: 'utf8' }).split('\n').length, FILES + 2);
  assert.ok(statSync(copy).mtimeMs < statSync(join(checkout.folder, '.git/index')).mtimeMs);
});

test('where there is no index, or one that needs another file, there is no copy', async (t) => {
  const { folder, git, write } = makeCheckout(t);
  const copy = join(folder, '.git', 'copy');
  await bringIndex({ from: join(folder, '.git/index'), to: copy, workTree: folder });
  write('a', 'a\n');
  git('add', 'a');
  git('update-index', '--split-index');
  await bringIndex({ from: join(folder, '.git/index'), to: copy, workTree: folder });
  assert.equal(existsSync(copy), false);
});
