import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { acquireLock, lockHolder } from '@workflow-platform/journal';
import type { HeldLock, RefusedLock } from '@workflow-platform/journal';
import { withoutPrivileges } from '@workflow-platform/testkit';

import { startChild } from './programs/child.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lock-'));
chmodSync(scratch, 0o755);
after(() => rmSync(scratch, { recursive: true }));

let count = 0;
const newPath = (): string => join(scratch, String(++count), 'owner.lock');

function held(result: HeldLock | RefusedLock): HeldLock {
  assert.ok('release' in result, 'heldBy' in result ? result.heldBy : '');
  return result;
}

test('a lock is had once, and who comes second hears who has it', () => {
  const path = newPath();
  const lock = held(acquireLock(path, { owner: 'run r1' }));
  const second = acquireLock(path, { owner: 'run r2' });
  assert.ok('heldBy' in second);
  assert.match(second.heldBy, new RegExp(`^run r1 \\(process ${process.pid} on .+, since \\d{4}-\\d\\d-\\d\\dT.+\\)$`));
  assert.equal(lockHolder(path), second.heldBy);
  lock.release();
  lock.release();
  assert.equal(lockHolder(path), null);
  held(acquireLock(path, { owner: 'run r2' })).release();
});

test('another process is refused, and has it as soon as the holder lets go', async () => {
  const path = newPath();
  const lock = held(acquireLock(path, { owner: 'run r1' }));
  const refused = startChild('hold-lock.ts', path, 'run r2');
  assert.match(await refused.nextLine(), /^refused: run r1 \(process/);
  refused.process.stdin.end();
  await refused.ended();
  lock.release();
  const next = startChild('hold-lock.ts', path, 'run r3');
  assert.equal(await next.nextLine(), 'held');
  assert.match(lockHolder(path) ?? '', /^run r3 /);
  next.process.stdin.end();
  assert.equal(await next.ended(), 0);
});

test('a holder that is killed holds nothing any more', async () => {
  const path = newPath();
  const child = startChild('hold-lock.ts', path, 'run r1');
  assert.equal(await child.nextLine(), 'held');
  assert.ok('heldBy' in acquireLock(path, { owner: 'run r2' }));
  child.process.kill('SIGKILL');
  assert.equal(await child.ended(), 'SIGKILL');
  assert.equal(lockHolder(path), null);
  held(acquireLock(path, { owner: 'run r2' })).release();
  assert.deepEqual(readdirSync(join(path, '..')), ['owner.lock']);
});

test('looking at a lock, and failing to get it, do not let go of it for its holder', async () => {
  const path = newPath();
  const lock = held(acquireLock(path, { owner: 'run r1' }));
  for (let i = 0; i < 5; i++) {
    assert.ok('heldBy' in acquireLock(path, { owner: 'again' }));
    assert.notEqual(lockHolder(path), null);
  }
  const child = startChild('hold-lock.ts', path, 'run r2');
  assert.match(await child.nextLine(), /^refused/);
  child.process.stdin.end();
  await child.ended();
  lock.release();
});

test('whoever only looks keeps nobody from the lock, however long it takes', async () => {
  const path = newPath();
  held(acquireLock(path, { owner: 'run r1' })).release();
  const look = startChild('look-at-lock.ts', path);
  assert.equal(await look.nextLine(), 'looking');
  held(acquireLock(path, { owner: 'run r2' })).release();
  assert.equal(await look.ended(), 0);
});

test('of many processes that want one lock at once exactly one has it', async () => {
  const path = newPath();
  const children = Array.from({ length: 6 }, (_, i) => startChild('hold-lock.ts', path, `run r${i}`));
  const answers = await Promise.all(children.map((child) => child.nextLine()));
  assert.equal(answers.filter((answer) => answer === 'held').length, 1, answers.join('\n'));
  for (const child of children) child.process.stdin.end();
  await Promise.all(children.map((child) => child.ended()));
});

test('a forgotten lock leaves no file, and the next holder makes it anew', () => {
  const path = newPath();
  held(acquireLock(path, { owner: 'run r1' })).release({ forget: true });
  assert.deepEqual(readdirSync(join(path, '..')), []);
  assert.equal(lockHolder(path), null);
  held(acquireLock(path, { owner: 'run r2' })).release();
});

test('a lock whose folder others remove all the time is had or refused, and nothing else', async () => {
  const path = join(scratch, 'removed', 'run', 'owner.lock');
  const takers = Array.from({ length: 3 }, () => startChild('take-and-remove.ts', path, '1500'));
  assert.deepEqual(await Promise.all(takers.map((each) => each.ended())), [0, 0, 0]);
});

test('a lock takes no room: its file is empty and the user’s alone', () => {
  const path = newPath();
  const lock = held(acquireLock(path, { owner: 'run r1' }));
  const { size, mode } = statSync(path);
  assert.deepEqual([size, mode & 0o777], [0, 0o600]);
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['owner.lock', 'owner.lock.holder']);
  lock.release();
});

test('a lock file that may not be written gives no lock', async () => {
  const path = newPath();
  held(acquireLock(path, { owner: 'run r1' })).release();
  const folder = join(path, '..');
  chmodSync(folder, 0o755);
  await withoutPrivileges(folder, () => {
    if (process.getuid?.() !== 0) chmodSync(path, 0o400);
    assert.throws(() => acquireLock(path, { owner: 'run r2' }), { name: 'UserError', code: 'lock-not-accessible' });
  });
});

test('a place where no lock can be is told by name', () => {
  const folder = join(scratch, String(++count));
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('nowhere', join(folder, 'dangling'));
  for (const path of [join(folder, 'file', 'x.lock'), join(folder, 'dangling', 'x.lock')]) {
    assert.throws(() => acquireLock(path, { owner: 'run r1' }), { name: 'UserError', code: 'lock-not-accessible' }, path);
  }
  chmodSync(folder, 0o700);
});
