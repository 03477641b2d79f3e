import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openQuotaBoard, type QuotaBoard } from './quota-board.ts';

const folder = mkdtempSync(join(tmpdir(), 'quota-board-'));
const boards: QuotaBoard[] = [];
after(() => {
  for (const board of boards) board.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(name: string, onProblem: (message: string) => void = assert.fail): QuotaBoard {
  const board = openQuotaBoard(join(folder, name), onProblem);
  boards.push(board);
  return board;
}

test('what one run tells another one reads, the last word first, until it is forgotten', () => {
  const [one, other] = [open('shared.db'), open('shared.db')];
  assert.equal(one.look('claude'), null);
  one.tell('claude', { untilMs: 5000, runId: 'r1' });
  one.tell('claude', { untilMs: 9_795_719_600_000, runId: 'r1' });
  assert.deepEqual(other.look('claude'), { untilMs: 9_795_719_600_000, runId: 'r1' });
  assert.equal(other.look('codex'), null);
  other.forget('claude');
  assert.equal(one.look('claude'), null);
});

test('of many runs that wait for the same time one may try', () => {
  const runs = Array.from({ length: 20 }, (_one, index) => ({ board: open('claims.db'), runId: `r${index}` }));
  runs[0]?.board.tell('claude', { untilMs: 1000, runId: 'r0' });
  const claim = (nowMs: number): string[] =>
    runs.filter(({ board, runId }) => board.claim('claude', { untilMs: nowMs + 60, runId }, nowMs)).map(({ runId }) => runId);
  assert.deepEqual(claim(999), ['r0'], 'who said so knows best');
  runs[0]?.board.tell('claude', { untilMs: 1000, runId: 'gone' });
  assert.deepEqual(claim(1000), ['r0']);
  assert.deepEqual(claim(1060), ['r0']);
  runs[0]?.board.tell('claude', { untilMs: 2000, runId: 'gone' });
  assert.deepEqual(claim(1999), []);
  runs[0]?.board.forget('claude');
  assert.equal(claim(1999).length, 20, 'there is quota again: nobody has to wait for anybody');
  assert.equal(runs[0]?.board.look('claude'), null);
});

test('only the owner can read the file', () => {
  open('private.db').look('claude');
  assert.equal(statSync(join(folder, 'private.db')).mode & 0o777, 0o600);
});

test('a file that is no board is as good as none, and that is said once', () => {
  writeFileSync(
    join(folder, 'broken.db'),
    'this is no database at all, and long enough for a header to be read from it. '.repeat(20),
  );
  const problems: string[] = [];
  const board = open('broken.db', (message) => problems.push(message));
  assert.equal(board.look('claude'), null);
  board.tell('claude', { untilMs: 1, runId: 'r1' });
  assert.equal(board.claim('claude', { untilMs: 1, runId: 'r1' }, 0), true);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /broken\.db: file is not a database/);
});
