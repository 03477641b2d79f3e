import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';

import { openHistory } from '@workflow-platform/journal';
import { smallDisk, withoutPrivileges } from '@workflow-platform/testkit';

import { created, inOrder, succeeded } from './event-builders.ts';
import { startChild } from './programs/child.ts';

const scratch = mkdtempSync(join(tmpdir(), 'history-faults-'));
chmodSync(scratch, 0o755);
after(() => rmSync(scratch, { recursive: true }));

let count = 0;
function newFolder(): string {
  const folder = join(scratch, String(++count));
  mkdirSync(folder);
  return folder;
}

/** Makes a history with one run and leaves nothing in the write-ahead log. */
function historyWithRun(folder: string): string {
  const history = openHistory({ folder, mode: 'write' });
  history.append(inOrder('r1', [created()]));
  history.close();
  const file = join(folder, 'history.db');
  const plain = new DatabaseSync(file);
  plain.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  plain.close();
  return file;
}

const modes = ['read', 'write'] as const;

test('processes that open a new history at once all write to the same one', async () => {
  const folder = join(newFolder(), 'state', 'workflow');
  const children = ['a', 'b', 'c', 'd'].map((name) => startChild('append-runs.ts', folder, name, '25'));
  for (const child of children) assert.equal(await child.nextLine(), 'ready');
  for (const child of children) child.process.stdin.write('begin\n');
  assert.deepEqual(await Promise.all(children.map((child) => child.ended())), [0, 0, 0, 0]);
  const history = openHistory({ folder, mode: 'read' });
  assert.equal(history.listRuns({ limit: 1000, status: 'succeeded' }).length, 100);
  history.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('new')),
    [],
  );
});

test('a writer that is killed at any moment loses nothing that append had returned for', async () => {
  const folder = newFolder();
  const child = startChild('append-until-killed.ts', folder);
  let last = '';
  for (let line = 0; line < 200; line++) last = await child.nextLine();
  child.process.kill('SIGKILL');
  await child.ended();
  for (let line = await child.nextLine(); line !== ''; line = await child.nextLine()) last = line;
  const history = openHistory({ folder, mode: 'write' });
  const events = history.readEvents('r1');
  assert.ok(events.length >= Number(last), `${events.length} events, ${last} were promised`);
  assert.equal(events.length % 2, 1, 'each append is whole or absent');
  assert.equal(history.readRun('r1')?.counts.succeeded, events.length - 1);
  history.append(inOrder('r1', [succeeded('c')], events.length + 1));
  history.close();
});

test('readers read while a writer holds the write lock', () => {
  const folder = newFolder();
  const file = historyWithRun(folder);
  const writer = new DatabaseSync(file);
  writer.exec("BEGIN IMMEDIATE; UPDATE runs SET status = 'failed'");
  const history = openHistory({ folder, mode: 'read' });
  assert.equal(history.readRun('r1')?.status, 'queued');
  writer.exec('ROLLBACK');
  writer.close();
  history.close();
});

test('a history of a newer version is left alone', () => {
  for (const mode of modes) {
    const folder = newFolder();
    const file = historyWithRun(folder);
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)');
    newer.close();
    const before = readFileSync(file);
    assert.throws(() => openHistory({ folder, mode }), { name: 'UserError', code: 'history-newer', message: /version 99/ });
    assert.deepEqual(readFileSync(file), before);
  }
});

test('a file that is no history is told by name and left alone', () => {
  const foreign = join(newFolder(), 'foreign.db');
  const other = new DatabaseSync(foreign);
  other.exec('CREATE TABLE mine (a); PRAGMA user_version = 1');
  other.close();
  const text = join(newFolder(), 'text');
  writeFileSync(text, 'not a database, but long enough to be taken for one: '.repeat(100));
  for (const mode of modes) {
    for (const source of [foreign, text]) {
      const folder = newFolder();
      const file = join(folder, 'history.db');
      copyFileSync(source, file);
      const before = readFileSync(file);
      const isTold = { name: 'UserError', code: 'history-damaged', message: new RegExp(folder) };
      assert.throws(() => openHistory({ folder, mode }), isTold, `${mode} ${source}`);
      assert.deepEqual(readFileSync(file), before);
    }
  }
});

test('a damaged history is told as such, when it is opened or when the damage is met', () => {
  const folder = newFolder();
  const file = historyWithRun(folder);
  truncateSync(file, 4096);
  assert.throws(
    () => {
      const history = openHistory({ folder, mode: 'read' });
      try {
        history.readEvents('r1');
      } finally {
        history.close();
      }
    },
    { name: 'UserError', code: 'history-damaged' },
  );
});

test('an empty file is no history to a reader, and becomes one for a writer', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'history.db'), '');
  const reader = openHistory({ folder, mode: 'read' });
  assert.deepEqual(reader.listRuns({ limit: 1 }), []);
  const writer = openHistory({ folder, mode: 'write' });
  writer.append(inOrder('r1', [created()]));
  assert.equal(reader.listRuns({ limit: 1 }).length, 1);
  writer.close();
  reader.close();
});

test('a state folder that cannot be is told by name', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => openHistory({ folder: join(folder, 'file', 'workflow'), mode: 'write' }), {
    name: 'UserError',
    code: 'history-not-accessible',
  });
  mkdirSync(join(folder, 'history.db'));
  for (const mode of modes) assert.throws(() => openHistory({ folder, mode }), { name: 'UserError', code: 'history-damaged' });
});

test('a folder without permission to write is told by name', async () => {
  const folder = newFolder();
  await withoutPrivileges(folder, () => {
    chmodSync(folder, 0o500);
    const isTold = { name: 'UserError', code: 'history-not-accessible', message: new RegExp(folder) };
    assert.throws(() => openHistory({ folder: join(folder, 'workflow'), mode: 'write' }), isTold);
    assert.throws(() => openHistory({ folder, mode: 'write' }), isTold);
    assert.deepEqual(openHistory({ folder, mode: 'read' }).listRuns({ limit: 1 }), []);
    chmodSync(folder, 0o700);
  });
});

test('a history on a read-only disk can be read, and refuses to be written', (t) => {
  const disk = smallDisk(t, 4_000_000);
  if (disk === null) return;
  historyWithRun(disk.path);
  for (const suffix of ['-wal', '-shm']) rmSync(join(disk.path, `history.db${suffix}`), { force: true });
  disk.makeReadOnly();
  const history = openHistory({ folder: disk.path, mode: 'read' });
  assert.equal(history.readEvents('r1').length, 1);
  history.close();
  assert.throws(() => openHistory({ folder: disk.path, mode: 'write' }).append(inOrder('r2', [created()])), {
    name: 'UserError',
    code: 'history-not-accessible',
  });
});

test('a disk that fills up refuses whole appends and keeps all before; with room again the run goes on', (t) => {
  const disk = smallDisk(t, 2_000_000);
  if (disk === null) return;
  const history = openHistory({ folder: disk.path, mode: 'write' });
  history.append(inOrder('r1', [created()]));
  disk.fill(40_000);
  let seq = 1;
  const appendPair = (): void => {
    history.append(inOrder('r1', [succeeded('a'), { ...succeeded('b'), outputs: { text: 'x'.repeat(9000) } } as never], seq + 1));
    seq += 2;
  };
  assert.throws(
    () => {
      for (let i = 0; i < 1000; i++) appendPair();
    },
    { name: 'UserError', code: 'disk-full' },
  );
  assert.equal(history.readEvents('r1').length, seq);
  assert.equal(history.readRun('r1')?.counts.succeeded, seq - 1);
  disk.empty();
  appendPair();
  assert.equal(history.readEvents('r1').length, seq);
  history.close();
});

test('a full disk refuses a new history and leaves no file behind', (t) => {
  const disk = smallDisk(t, 1_000_000);
  if (disk === null) return;
  disk.fill();
  assert.throws(() => openHistory({ folder: join(disk.path, 'workflow'), mode: 'write' }), {
    name: 'UserError',
    code: 'disk-full',
  });
  disk.empty();
  assert.deepEqual(
    readdirSync(disk.path).filter((name) => name !== 'workflow'),
    [],
  );
  const history = openHistory({ folder: join(disk.path, 'workflow'), mode: 'write' });
  assert.deepEqual(
    readdirSync(join(disk.path, 'workflow')).filter((name) => name.includes('new')),
    [],
  );
  history.close();
});
