import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';

import { openHistory } from '@workflow-platform/journal';

import { MIGRATIONS, SCHEMA_VERSION } from '../src/schema.ts';
import { created, inOrder } from './event-builders.ts';
import { writeOldHistory } from './old-history.ts';
import { startChild } from './programs/child.ts';

const scratch = mkdtempSync(join(tmpdir(), 'history-migration-'));
after(() => rmSync(scratch, { recursive: true }));

let count = 0;
const newFolder = (): string => join(scratch, String(++count));

/** Everything that version 1 had in it. */
function assertWhole(folder: string): void {
  const history = openHistory({ folder, mode: 'read' });
  try {
    assert.equal(history.readRun('r1')?.status, 'succeeded');
    assert.deepEqual(
      history.readEvents('r1').map(({ seq, event }) => `${seq} ${event.type}`),
      ['1 run.created', '2 run.started', '3 step.succeeded', '4 run.finished'],
    );
    assert.equal(history.readPlan('r1'), '{"steps":[]}');
    assert.deepEqual(history.artifactsOf('r1'), [
      { name: 'report', path: 'a.md', digest: 'x', sizeBytes: 3, retainUntilMs: 99, prunedMs: null },
    ]);
    assert.equal(history.logsPrunedMs('r1'), null);
  } finally {
    history.close();
  }
}

function versionOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    assert.deepEqual(database.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']]);
    return database.prepare('PRAGMA user_version').get()?.['user_version'];
  } finally {
    database.close();
  }
}

for (const mode of ['read', 'write'] as const) {
  test(`a history of version 1 that is opened to ${mode} has everything it had`, () => {
    const folder = newFolder();
    const file = writeOldHistory(folder);
    openHistory({ folder, mode }).close();
    assert.equal(versionOf(file), SCHEMA_VERSION);
    assertWhole(folder);
  });
}

test('processes that meet a history of version 1 at once migrate it once and all write to it', async () => {
  const folder = newFolder();
  const file = writeOldHistory(folder);
  const children = Array.from({ length: 8 }, (_, index) => startChild('append-runs.ts', folder, `w${index}`, '5'));
  for (const child of children) assert.equal(await child.nextLine(), 'ready');
  for (const child of children) child.process.stdin.write('begin\n');
  assert.deepEqual(await Promise.all(children.map((child) => child.ended())), Array(8).fill(0));
  assert.equal(versionOf(file), SCHEMA_VERSION);
  const history = openHistory({ folder, mode: 'read' });
  assert.equal(history.listRuns({ limit: 100 }).length, 8 * 5 + 1);
  history.close();
  assertWhole(folder);
});

const statements = MIGRATIONS.slice(1).join('').split(';').length - (MIGRATIONS.length - 1);
for (let number = 1; number <= statements; number++) {
  test(`a process that is killed behind statement ${number} of a migration leaves the history as it was, and the next one migrates it`, async () => {
    const folder = newFolder();
    const file = writeOldHistory(folder);
    assert.equal(await startChild('migrate-until-killed.ts', file, String(number)).ended(), 'SIGKILL');
    assert.equal(versionOf(file), 1);
    assertWhole(folder);
    assert.equal(versionOf(file), SCHEMA_VERSION);
  });
}

test('an engine of the version before goes on writing after a newer program migrated its history', () => {
  const folder = newFolder();
  const file = writeOldHistory(folder);
  const engine = new DatabaseSync(file);
  const insert = engine.prepare('INSERT INTO events (run_id, seq, at_ms, body) VALUES (?, ?, ?, ?)');
  openHistory({ folder, mode: 'write' }).close();
  insert.run('r1', 5, 5000, '{"type":"run.resumed","engine":{"version":"0","host":"h","pid":1},"by":"ana"}');
  engine.exec("UPDATE runs SET status = 'running', finished_ms = NULL WHERE id = 'r1'");
  engine.close();
  const history = openHistory({ folder, mode: 'read' });
  assert.equal(history.readEvents('r1').length, 5);
  assert.equal(history.readRun('r1')?.status, 'running');
  history.close();
});

test('a new history is made in one go, and gives freed room back piece by piece', () => {
  const folder = newFolder();
  const history = openHistory({ folder, mode: 'write' });
  history.append(inOrder('r1', [created()]));
  history.close();
  const database = new DatabaseSync(join(folder, 'history.db'), { readOnly: true });
  assert.equal(database.prepare('PRAGMA auto_vacuum').get()?.['auto_vacuum'], 2);
  database.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('new')),
    [],
  );
});
