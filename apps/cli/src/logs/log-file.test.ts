import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cutNotice } from '@workflow-platform/events';
import { lastLines, lineStart } from './find-line.ts';
import { LogFile } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const buffer = Buffer.alloc(1000);

const readAll = (file: LogFile, isOver: boolean): string => {
  let text = '';
  for (let chunk = file.read(buffer, isOver); chunk !== null; chunk = file.read(buffer, isOver)) text += chunk.toString('latin1');
  return text;
};

test('reads what was added since the last call, from before the file exists', () => {
  const path = join(folder, '1.log');
  const file = new LogFile(path, 1000);
  assert.equal(readAll(file, false), '');
  writeFileSync(path, 'one\n');
  assert.equal(readAll(file, false), 'one\n');
  assert.equal(readAll(file, false), '');
  file.close();
  appendFileSync(path, 'two\n');
  assert.equal(readAll(file, false), 'two\n');
  file.close();
});

test('stops at the limit until what follows is final, and then has what the file has', () => {
  const path = join(folder, '2.log');
  const notice = cutNotice(10);
  const file = new LogFile(path, 10);
  writeFileSync(path, '0123456789');
  assert.equal(readAll(file, false), '0123456789');
  appendFileSync(path, 'to be cut');
  assert.equal(readAll(file, false), '');
  assert.equal(file.unstableBytes(), 9);
  writeFileSync(path, `0123456789${notice}more`);
  assert.equal(readAll(file, false), notice);
  truncateSync(path, 10 + notice.length);
  appendFileSync(path, 'other');
  assert.equal(readAll(file, false), '');
  truncateSync(path, 10 + notice.length);
  appendFileSync(path, 'the end');
  assert.equal(readAll(file, true), 'the end');
  assert.equal(readFileSync(path, 'utf8'), `0123456789${notice}the end`);
  file.close();
});

test('a log that ended just above its limit before anybody cut it is read whole', () => {
  const path = join(folder, '3.log');
  writeFileSync(path, '0123456789ab');
  const file = new LogFile(path, 10);
  assert.equal(readAll(file, false), '0123456789');
  assert.equal(readAll(file, true), 'ab');
  file.close();
});

test('finds the last lines and beginnings of lines from the end', () => {
  const path = join(folder, '4.log');
  writeFileSync(path, Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join(''));
  const text = readFileSync(path, 'latin1');
  const file = new LogFile(path, 1e9);
  const from = (lines: number) => lastLines(file, text.length, lines);
  assert.equal(text.slice(from(2).offset), 'line 19998\nline 19999\n');
  assert.equal(from(2).found, 2);
  assert.equal(text.slice(from(15_000).offset).split('\n').length, 15_001);
  assert.deepEqual(from(20_000), { offset: 0, found: 20_000 });
  assert.deepEqual(from(30_000), { offset: 0, found: 20_000 });
  assert.deepEqual(from(0), { offset: text.length, found: 0 });
  // A last line that has no newline yet is a line.
  assert.equal(text.slice(lastLines(file, text.length - 3, 1).offset, text.length - 3), 'line 199');
  const offset = text.indexOf('line 12345') + 4;
  assert.equal(lineStart(file, offset), offset - 4);
  assert.equal(lineStart(file, offset - 4), offset - 4);
  assert.equal(lineStart(file, 3), 0);
  file.close();
});

test('a gigabyte without a newline is not searched for one', () => {
  const path = join(folder, '5.log');
  writeFileSync(path, '');
  truncateSync(path, 1024 ** 3);
  const file = new LogFile(path, 2 ** 40);
  const { offset } = lastLines(file, 1024 ** 3, 10);
  assert.ok(offset > 1024 ** 3 - 20 * 1024 ** 2 && offset < 1024 ** 3, `${offset}`);
  file.close();
});
