import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptRow } from '../attempts.ts';
import type { Screen } from '../context.ts';
import type { LogTimes, WrittenAt } from '../logs/log-times.ts';
import { createLogPrinter, type LogLook } from './log-lines.ts';
import { createStyle } from './style.ts';

const attempt: AttemptRow = { step: 'build', attempt: 2, attemptNo: 7, startedAtMs: 0, endedAtMs: null, isUnreadable: false };
const at = (atMs: number, notBeforeMs = atMs): WrittenAt => ({ atMs, notBeforeMs });

/** Prints pieces and returns what came of it; `writtenAt` tells when what ends at an offset was there. */
function printed(look: LogLook, pieces: readonly string[], writtenAt: (endOffset: number) => WrittenAt = () => at(0)): string {
  let text = '';
  const screen = { style: createStyle(false), write: (data: string | Uint8Array) => (text += Buffer.from(data).toString()) };
  const times = { writtenAt: (_stream: string, endOffset: number) => writtenAt(endOffset) };
  const printer = createLogPrinter(screen as unknown as Screen, look, {
    attempt,
    stream: 'log',
    times: times as unknown as LogTimes,
  });
  let offset = 0;
  for (const piece of pieces) {
    printer.print(Buffer.from(piece), offset);
    offset += Buffer.byteLength(piece);
  }
  printer.end();
  return text;
}

const lines = { kind: 'lines', colors: false, times: false, labelWidth: null } as const;

test('bytes stay what they are', () => {
  assert.equal(printed({ kind: 'bytes' }, ['a\u001b[31m', '\r\nb']), 'a\u001b[31m\r\nb');
});

test('lines of several steps bear their names, whatever the pieces are', () => {
  const look = { ...lines, labelWidth: 10 };
  for (const pieces of [['one\ntwo\n\nlast'], ['on', 'e\ntw', 'o\n\nla', 'st']]) {
    assert.equal(printed(look, pieces), 'build #2   | one\nbuild #2   | two\nbuild #2   | \nbuild #2   | last\n');
  }
});

test('text that is special to String.replace is none here', () => {
  assert.equal(printed({ ...lines, labelWidth: 0 }, ["$& $' $1\n$$\n"]), "build #2 | $& $' $1\nbuild #2 | $$\n");
});

test('a time is rounded up to a second, and marked where nobody looked for long', () => {
  const look = { ...lines, times: true };
  const writtenAt = (endOffset: number) => (endOffset <= 4 ? at(1_000_001, 999_900) : at(2_000_000, 1_000_001));
  assert.equal(printed(look, ['one\ntwo\n'], writtenAt), '1970-01-01T00:16:41Z one\n≤1970-01-01T00:33:20Z two\n');
});

test('a line that is too long to wait for stays one line alone, and is several beside others', () => {
  const piece = 'é'.repeat(100_000);
  const alone = printed({ ...lines, times: true }, [piece, piece, piece, '\nnext\n']);
  assert.equal(alone, `1970-01-01T00:00:00Z ${piece.repeat(3)}\n1970-01-01T00:00:00Z next\n`);
  const beside = printed({ ...lines, labelWidth: 0 }, [piece, piece, piece, '\n']);
  assert.ok(beside.split('\n').every((line) => line === '' || /^build #2 \| é*$/.test(line)));
  assert.equal(beside.replaceAll(/build #2 \| |\n/g, ''), piece.repeat(3));
});

test('what is no text is told as it is in JSON', () => {
  let text = '';
  const screen = { write: (data: string) => (text += data) } as unknown as Screen;
  const times = { writtenAt: () => at(1000, 500) } as unknown as LogTimes;
  const printer = createLogPrinter(screen, { kind: 'json', runId: 'r' }, { attempt, stream: 'stdout', times });
  printer.print(Buffer.from([0x61, 0x0a, 0xff, 0x0a]), 10);
  printer.end();
  const about = { run: 'r', step: 'build', attempt: 2, stream: 'stdout' };
  const when = { time: '1970-01-01T00:00:01.000Z', notBefore: '1970-01-01T00:00:00.500Z' };
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
    [
      { ...about, offset: 10, bytes: 2, ...when, text: 'a\n' },
      { ...about, offset: 12, bytes: 2, ...when, base64: '/wo=' },
    ],
  );
});
