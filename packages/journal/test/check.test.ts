import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';

import type { RunEvent } from '@workflow-platform/events';
import { backUpHistory, checkBlobs, checkHistory, openBlobs, openHistory, rebuildRows } from '@workflow-platform/journal';

import { STARTED, created, finished, inOrder, succeeded } from './event-builders.ts';
import { writeOldHistory } from './old-history.ts';
import { startChild } from './programs/child.ts';

const scratch = mkdtempSync(join(tmpdir(), 'history-check-'));
after(() => rmSync(scratch, { recursive: true }));

let count = 0;
const stored: RunEvent = {
  type: 'artifact.stored',
  name: 'report',
  path: 'a.md',
  digest: 'a'.repeat(64),
  sizeBytes: 3,
  retainUntilMs: null,
};

/** A history with the runs r1, r2 and r3. */
function threeRuns(): string {
  const folder = join(scratch, String(++count));
  const history = openHistory({ folder, mode: 'write' });
  for (const id of ['r1', 'r2', 'r3']) {
    history.savePlan(id, '{"steps":[]}');
    history.append(inOrder(id, [created(), STARTED, succeeded('a'), stored, finished()]));
  }
  history.close();
  return folder;
}

/** Does something to the file that no program of ours does. */
function tamper(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, 'history.db'));
  database.exec(sql);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

function findings(folder: string): string[] {
  return checkHistory(folder, { full: true }).findings.map(({ code, runId }) => `${code} ${runId}`);
}

/** All that the history says, but for the order of columns. */
function contents(folder: string): unknown {
  const database = new DatabaseSync(join(folder, 'history.db'), { readOnly: true });
  const rows = ['runs', 'events', 'plans', 'artifacts'].map((table) =>
    database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all(),
  );
  database.close();
  return rows;
}

test('a history that is as it should be has no findings, and its report counts what is there', () => {
  const folder = threeRuns();
  const report = checkHistory(folder, { full: false });
  assert.deepEqual([report.findings, report.runs, report.events, report.plans, report.runsFolded], [[], 3, 15, 1, 3]);
});

test('there is nothing wrong where there is no history, and looking makes none', () => {
  const folder = join(scratch, 'none');
  assert.deepEqual([checkHistory(folder, { full: true }).isThere, existsSync(folder)], [false, false]);
});

const tampered: {
  readonly what: string;
  readonly sql: string;
  readonly found: readonly string[];
  readonly left: readonly string[];
}[] = [
  { what: 'a status', sql: "UPDATE runs SET status = 'failed' WHERE id = 'r2'", found: ['row-wrong r2'], left: [] },
  { what: 'a count', sql: "UPDATE runs SET steps_succeeded = 9 WHERE id = 'r1'", found: ['row-wrong r1'], left: [] },
  {
    what: 'an identity',
    sql: "UPDATE runs SET workflow_id = 'x', cwd = '/y' WHERE id = 'r1'",
    found: ['row-wrong r1'],
    left: [],
  },
  { what: 'a row that is gone', sql: "DELETE FROM runs WHERE id = 'r3'", found: ['events-without-row r3'], left: [] },
  { what: 'an artifact that is gone', sql: "DELETE FROM artifacts WHERE run_id = 'r3'", found: ['artifacts-wrong r3'], left: [] },
  {
    what: 'an artifact of another digest',
    sql: "UPDATE artifacts SET digest = 'b' WHERE run_id = 'r1'",
    found: ['artifacts-wrong r1'],
    left: [],
  },
  {
    what: 'an artifact that nobody kept',
    sql: "INSERT INTO artifacts VALUES ('r1', 'x', 'y', 'z', 1, NULL, NULL)",
    found: ['artifacts-wrong r1'],
    left: [],
  },
  {
    what: 'a question that nobody asked',
    sql: "INSERT INTO questions VALUES ('r1', 'ship', 'human/approve', '{}', 1, NULL, NULL)",
    found: ['questions-wrong r1'],
    left: [],
  },
];

for (const { what, sql, found, left } of tampered) {
  test(`${what} that disagrees with the events is found, and made again from them`, () => {
    const folder = threeRuns();
    const before = contents(folder);
    tamper(folder, sql);
    assert.deepEqual(findings(folder), found);
    rebuildRows(
      folder,
      found.map((text) => text.split(' ')[1]!),
    );
    assert.deepEqual(findings(folder), left);
    assert.deepEqual(contents(folder), before);
  });
}

test('what was pruned when stays known when rows are made again', () => {
  const folder = threeRuns();
  tamper(
    folder,
    "UPDATE runs SET logs_pruned_ms = 7, status = 'failed' WHERE id = 'r1'; UPDATE artifacts SET pruned_ms = 8, size_bytes = 9 WHERE run_id = 'r1'",
  );
  rebuildRows(folder, ['r1']);
  const history = openHistory({ folder, mode: 'read' });
  assert.deepEqual(
    [history.logsPrunedMs('r1'), history.artifactsOf('r1')[0]?.prunedMs, history.artifactsOf('r1')[0]?.sizeBytes],
    [7, 8, 3],
  );
  history.close();
});

test('a gap in the events is found and not papered over', () => {
  const folder = threeRuns();
  tamper(folder, "DELETE FROM events WHERE run_id = 'r2' AND seq = 3");
  const [finding] = checkHistory(folder, { full: true }).findings;
  assert.deepEqual(
    [finding?.code, finding?.what, finding?.isDerived],
    ['events-missing', 'run r2 has 4 of 5 of its events', false],
  );
});

test('a run that is listed without events is taken off the list', () => {
  const folder = threeRuns();
  tamper(folder, "DELETE FROM events WHERE run_id = 'r2'");
  assert.deepEqual(findings(folder), ['row-without-events r2', 'artifacts-without-run r2']);
  rebuildRows(folder, ['r2']);
  assert.deepEqual(findings(folder), []);
});

test('a run without its plan is found', () => {
  const folder = threeRuns();
  tamper(folder, 'DELETE FROM plans');
  assert.deepEqual(findings(folder), ['plan-missing r1', 'plan-missing r2', 'plan-missing r3']);
});

test('an event that cannot be read is found', () => {
  const folder = threeRuns();
  tamper(folder, 'PRAGMA user_version');
  const file = join(folder, 'history.db');
  const bytes = readFileSync(file);
  const place = bytes.indexOf('"step.succeeded","step"');
  bytes.write('}', place);
  writeFileSync(file, bytes);
  assert.equal(findings(folder).length, 1);
  assert.match(findings(folder)[0]!, /^event-unreadable r[123]$/);
});

test('a damaged file is told with the way out, and left as it is', () => {
  const folder = threeRuns();
  tamper(folder, 'PRAGMA user_version');
  const file = join(folder, 'history.db');
  const bytes = readFileSync(file);
  for (let page = 2; page < bytes.length / 4096; page++) bytes.fill(0xff, page * 4096, page * 4096 + 64);
  writeFileSync(file, bytes);
  const report = checkHistory(folder, { full: true });
  assert.ok(report.findings.length > 0);
  for (const { code, toDo } of report.findings)
    assert.deepEqual([code, /restore .* backup/.test(toDo)], ['history-damaged', true]);
  assert.deepEqual(readFileSync(file), bytes);
});

test('a file of a newer version is told as such', () => {
  const folder = threeRuns();
  tamper(folder, 'PRAGMA user_version = 99');
  const [finding] = checkHistory(folder, { full: false }).findings;
  assert.deepEqual(
    [finding?.code, /version 99/.test(finding?.what ?? ''), /update workflow/.test(finding?.toDo ?? '')],
    ['history-unreadable', true, true],
  );
});

test('a backup is a history of its own: whole, private, and good to be put in the place of the first', () => {
  const folder = threeRuns();
  const target = join(folder, 'copy.db');
  assert.equal(backUpHistory(folder, target).runs, 3);
  assert.equal(statSync(target).mode & 0o777, 0o600);
  const restored = join(scratch, String(++count));
  openHistory({ folder: restored, mode: 'write' }).close();
  for (const suffix of ['-wal', '-shm']) rmSync(join(restored, `history.db${suffix}`), { force: true });
  copyFileSync(target, join(restored, 'history.db'));
  assert.deepEqual(findings(restored), []);
  assert.deepEqual(contents(restored), contents(folder));
  const history = openHistory({ folder: restored, mode: 'write' });
  history.append(inOrder('r4', [created()]));
  history.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('new-')),
    [],
  );
});

test('a history of version 1 is backed up, too', () => {
  const folder = join(scratch, String(++count));
  writeOldHistory(folder);
  assert.equal(backUpHistory(folder, join(folder, 'copy.db')).runs, 1);
});

test('a backup replaces nothing, and a place that cannot be had is told by name', () => {
  const folder = threeRuns();
  const target = join(folder, 'mine');
  writeFileSync(target, 'mine');
  assert.throws(() => backUpHistory(folder, target), { name: 'UserError', code: 'file-exists' });
  assert.equal(readFileSync(target, 'utf8'), 'mine');
  assert.throws(() => backUpHistory(folder, join(folder, 'no', 'such')), { name: 'UserError', code: 'unwritable-file' });
  assert.throws(() => backUpHistory(join(scratch, 'nothing'), join(folder, 'x')), { name: 'UserError', code: 'no-history' });
});

test('a backup that is made while engines write holds only whole appends, and every one that was there before', async () => {
  const folder = threeRuns();
  const child = startChild('append-until-killed.ts', folder.replace(/\d+$/, 'busy'));
  const busy = folder.replace(/\d+$/, 'busy');
  for (let line = 0; line < 20; line++) await child.nextLine();
  for (let round = 0; round < 5; round++) {
    const least = Number(await child.nextLine());
    const target = join(busy, `copy-${round}.db`);
    backUpHistory(busy, target);
    const copy = new DatabaseSync(target, { readOnly: true });
    const events = Number(copy.prepare('SELECT count(*) AS count FROM events').get()?.['count']);
    const counted = Number(copy.prepare('SELECT steps_succeeded AS count FROM runs').get()?.['count']);
    copy.close();
    assert.ok(events >= least, `${events} events, ${least} were there`);
    assert.deepEqual([events % 2, counted], [1, events - 1]);
  }
  child.process.kill('SIGKILL');
  await child.ended();
});

test('files of the store are compared with what runs keep: missing, damaged, unused', async () => {
  const folder = join(scratch, String(++count), 'blobs');
  const blobs = openBlobs(folder);
  const put = async (text: string) => {
    writeFileSync(join(scratch, 'source'), text);
    return { ...(await blobs.put(join(scratch, 'source'))), runId: 'r1' };
  };
  const [whole, cut, changed, unused] = [await put('whole'), await put('cut'), await put('changed'), await put('unused')];
  for (const { digest } of [cut, changed]) chmodSync(blobs.pathOf(digest), 0o600);
  writeFileSync(blobs.pathOf(cut.digest), 'c');
  writeFileSync(blobs.pathOf(changed.digest), 'CHANGED');
  const missing = { digest: 'f'.repeat(64), sizeBytes: 1, runId: 'r2' };
  const expected = [whole, cut, changed, missing];
  const quick = await checkBlobs({ folder, blobs, full: false }, expected);
  assert.deepEqual([quick.missing, quick.damaged, quick.unused.count], [[missing], [cut], 1]);
  assert.equal(quick.unused.sizeBytes, unused.sizeBytes);
  const full = await checkBlobs({ folder, blobs, full: true }, expected);
  assert.deepEqual([full.missing, full.damaged, full.count], [[missing], [cut, changed], 4]);
});
