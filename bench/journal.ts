// What the history costs beside the least that SQLite can do: a prepared INSERT and a commit with the same settings.
//   node bench/journal.ts
// Not here: whole runs (steps.ts).

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';
import { acquireLock, newRunId, openHistory } from '@workflow-platform/journal';

import { measureInTurns } from './lib/in-turns.ts';
import { describeMachine } from './lib/measure.ts';

const scratch = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'bench-journal-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));
process.stdout.write(`${describeMachine()}\n`);

const bare = new DatabaseSync(join(scratch, 'bare.db'));
bare.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (run_id TEXT, seq INTEGER, at_ms INTEGER, body TEXT, PRIMARY KEY (run_id, seq)) STRICT, WITHOUT ROWID',
);
const insert = bare.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
const [begin, commit] = [bare.prepare('BEGIN IMMEDIATE'), bare.prepare('COMMIT')];
const unsynced = new DatabaseSync(join(scratch, 'unsynced.db'));
unsynced.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE events (run_id TEXT, seq INTEGER, at_ms INTEGER, body TEXT, PRIMARY KEY (run_id, seq)) STRICT, WITHOUT ROWID',
);
const insertUnsynced = unsynced.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');

let seq = 0;
let bareSeq = 0;
const folder = join(scratch, 'workflow');
const history = openHistory({ folder, mode: 'write' });
const runId = newRunId(Date.now(), new Uint8Array(4));
history.append([envelope(created())]);

function envelope(event: RunEvent): EventEnvelope {
  return { runId, seq: ++seq, atMs: 1_795_343_228_007, event };
}
function created(): RunEvent {
  seq = 0;
  const by = { user: 'ana', host: 'desk', cwd: '/home/ana/src/shop' };
  const workflow = { id: 'bench', version: null, name: null };
  return {
    type: 'run.created',
    workflow,
    source: '/x',
    fileDigest: 'f',
    planDigest: 'd',
    params: {},
    by,
    parent: null,
    workspaceId: null,
  };
}
function pair(): EventEnvelope[] {
  const step = `step-${seq}`;
  return [
    envelope({ type: 'step.succeeded', step, attempt: 1, exitCode: 0, durationMs: 5, outputs: {} }),
    envelope({ type: 'step.attempt-started', step: `step-${seq + 1}`, attempt: 1, attemptNo: seq }),
  ];
}
function bareAppend(count: number): void {
  const body = JSON.stringify({ type: 'step.succeeded', step: 'step-100', attempt: 1, exitCode: 0, durationMs: 5, outputs: {} });
  begin.run();
  for (let i = 0; i < count; i++) insert.run(runId, ++bareSeq, 1_795_343_228_007, body);
  commit.run();
}

await measureInTurns('One append of a step’s two events (its end and the next one’s start)', 600, [
  { name: 'bare SQLite: two INSERTs, one commit', work: () => bareAppend(2) },
  { name: '**append**', work: () => history.append(pair()) },
  { name: 'bare, not synced', work: () => insertUnsynced.run(runId, ++bareSeq, 1, 'x'.repeat(120)) },
]);
await measureInTurns('One append of 100 events', 200, [
  { name: 'bare SQLite: 100 INSERTs, one commit', work: () => bareAppend(100) },
  { name: '**append**', work: () => history.append(Array.from({ length: 50 }, pair).flat()) },
]);
const events = history.readEvents(runId).length;
await measureInTurns(`Reading ${events} events of a run`, 20, [
  { name: 'bare SELECT, bodies parsed', work: () => readBare() },
  { name: '**readEvents**', work: () => history.readEvents(runId) },
]);
function readBare(): unknown {
  const rows = bare.prepare('SELECT seq, at_ms, body FROM events WHERE run_id = ? AND seq <= ? ORDER BY seq').all(runId, events);
  return rows.map((row) => JSON.parse(String(row['body'])));
}

history.close();
const small = join(scratch, 'small', 'workflow');
const first = openHistory({ folder: small, mode: 'write' });
for (let i = 0; i < 20; i++) {
  const id = newRunId(Date.now(), new Uint8Array([0, 0, 0, i]));
  first.append([{ runId: id, seq: 1, atMs: 1, event: created() }]);
}
first.close();
let made = 0;
await measureInTurns('Opening and closing', 60, [
  { name: 'bare: open read-only, one SELECT', work: openBare },
  { name: '**read: the list of runs**', work: () => using('read', small, (opened) => opened.listRuns({ limit: 10 })) },
  { name: '**write: nothing written**', work: () => using('write', small, () => {}) },
  { name: '**write: a new history**', work: () => using('write', join(scratch, `new-${made++}`), () => {}) },
  { name: '**a lock, taken and let go**', work: lockOnce },
]);
function openBare(): void {
  const database = new DatabaseSync(join(small, 'history.db'), { readOnly: true });
  database.prepare('SELECT * FROM runs ORDER BY id DESC LIMIT 10').all();
  database.close();
}
function using(mode: 'read' | 'write', at: string, use: (opened: ReturnType<typeof openHistory>) => unknown): void {
  const opened = openHistory({ folder: at, mode });
  use(opened);
  opened.close();
}
function lockOnce(): void {
  const lock = acquireLock(join(scratch, 'a.lock'), { owner: 'run x' });
  if ('release' in lock) lock.release();
}
bare.close();
unsynced.close();
