import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentOutput } from './recent-output.ts';

test('little output is kept whole', () => {
  const recent = new RecentOutput();
  recent.push(Buffer.from('half a line'));
  recent.push(Buffer.from(' and the rest\n'));
  assert.equal(recent.read().toString(), 'half a line and the rest\n');
});

test('of much output the last 64 KiB are kept, from the beginning of a line', () => {
  const recent = new RecentOutput();
  for (let line = 0; line < 20_000; line += 1) recent.push(Buffer.from(`line ${line}\n`));
  const kept = recent.read().toString();
  assert.match(kept, /^line \d+\n/);
  assert.ok(kept.endsWith('line 19999\n'));
  assert.ok(kept.length <= 64 * 1024 && kept.length > 64 * 1024 - 12);
});
