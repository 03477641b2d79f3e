import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { renderLeftOut, renderLogSample } from '@workflow-platform/events';
import { LogTimes } from './log-times.ts';
import { parseSince } from './parse-since.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-times-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, '1.times');

const sample = (atMs: number, offset: number, windowMs: number | null) =>
  renderLogSample({ stream: 'log', atMs, offset, windowMs });

test('a line was there by the first look that saw its end, and not before the look before', () => {
  writeFileSync(path, sample(2000, 10, null) + renderLeftOut(5) + sample(3000, 20, 1000) + sample(9000, 30, 1000));
  const times = new LogTimes(path, { span: { startedAtMs: 500, endedAtMs: 9500 }, nowMs: () => assert.fail() });
  times.refresh();
  assert.deepEqual(times.writtenAt('log', 1), { atMs: 2000, notBeforeMs: 500 });
  assert.deepEqual(times.writtenAt('log', 10), { atMs: 2000, notBeforeMs: 500 });
  assert.deepEqual(times.writtenAt('log', 11), { atMs: 3000, notBeforeMs: 2000 });
  // Nothing was written for five seconds, which somebody saw.
  assert.deepEqual(times.writtenAt('log', 30), { atMs: 9000, notBeforeMs: 8000 });
  assert.deepEqual(times.writtenAt('log', 31), { atMs: 9500, notBeforeMs: 9000 });
  assert.deepEqual(times.writtenAt('stdout', 1), { atMs: 9500, notBeforeMs: 500 });
  assert.equal(times.writtenAt('log', 1), times.writtenAt('log', 2));
});

test('where nobody looked for long, the two times are as far apart', () => {
  writeFileSync(path, sample(2000, 10, 1000) + sample(600_000, 20, null));
  const times = new LogTimes(path, { span: { startedAtMs: 500, endedAtMs: null }, nowMs: () => 601_000 });
  times.refresh();
  assert.deepEqual(times.writtenAt('log', 20), { atMs: 600_000, notBeforeMs: 2000 });
  assert.deepEqual(times.writtenAt('log', 25), { atMs: 601_000, notBeforeMs: 600_000 });
});

test('reads what was noted meanwhile, also when it caught half a line', () => {
  writeFileSync(path, `${sample(2000, 10, 1000)}log 30`);
  const times = new LogTimes(path, { span: { startedAtMs: 500, endedAtMs: null }, nowMs: () => 7000 });
  times.refresh();
  assert.equal(times.writtenAt('log', 20).atMs, 7000);
  appendFileSync(path, '00 20 1000\n');
  times.refresh();
  assert.equal(times.writtenAt('log', 20).atMs, 3000);
});

test('since a time: all that could have been written then or later', () => {
  writeFileSync(path, sample(2000, 10, null) + sample(3000, 20, 1000));
  const span = { startedAtMs: 500, endedAtMs: 4000 };
  const times = new LogTimes(path, { span, nowMs: () => assert.fail() });
  times.refresh();
  assert.deepEqual(
    [400, 2000, 2001, 3000, 3500, 4000, 4001].map((timeMs) => times.offsetAt('log', timeMs)),
    [0, 0, 10, 10, 20, 20, Infinity],
  );
});

test('`--since` takes a duration or a time', () => {
  assert.equal(parseSince('10m', 1_000_000), 400_000);
  assert.equal(parseSince('2026-01-31T14:00:00Z', 0), Date.UTC(2026, 0, 31, 14));
  assert.equal(parseSince('2026-01-31t14:00:00.25+01:00', 0), Date.UTC(2026, 0, 31, 13, 0, 0, 250));
  for (const wrong of ['yesterday', '2026-01-31', '10', '2026-13-31T14:00:00Z', '']) {
    assert.throws(() => parseSince(wrong, 0), { code: 'wrong-usage' }, wrong);
  }
});
