import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cutNotice, stdoutLimitOf } from '@workflow-platform/events';
import { conversationBytesMax } from '../plugin/read-conversation.ts';
import { fileBytesMax } from './collect-outputs.ts';
import { OutputLimit } from './output-limit.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-limit-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'log');

test('leaves a file alone that is short enough, and one that is not there', () => {
  rmSync(path, { force: true });
  const limit = new OutputLimit(path, 10);
  assert.equal(limit.look(), 0);
  writeFileSync(path, '0123456789');
  assert.equal(limit.look(), 10);
  limit.finish();
  assert.equal(readFileSync(path, 'utf8'), '0123456789');
});

test('keeps the beginning and the end, and says how much lay between', () => {
  writeFileSync(path, `begin${'-'.repeat(200_000)}`);
  const limit = new OutputLimit(path, 100);
  assert.equal(limit.look(), 200_005);
  const { size } = statSync(path);
  assert.ok(size < 300);
  appendFileSync(path, 'x'.repeat(200_000));
  assert.equal(limit.look(), 400_005);
  appendFileSync(path, 'end');
  limit.finish();
  const text = readFileSync(path, 'utf8');
  assert.match(
    text,
    /^begin-{95}\nworkflow: the output is longer than 100 bytes; only its end follows\nworkflow: at least 334372 bytes were left out, this is the end\nx+end$/,
  );
  assert.equal(text.length < 70_000, true);
});

test('counts exactly when nothing could be written beside the only cut', () => {
  writeFileSync(path, 'x'.repeat(100_000));
  const limit = new OutputLimit(path, 10);
  limit.finish();
  assert.match(readFileSync(path, 'utf8'), /\nworkflow: 34454 bytes were left out, this is the end\nx{65536}$/);
});

test('leaves a file alone that is longer by less than the notice', () => {
  writeFileSync(path, 'begin+');
  const limit = new OutputLimit(path, 6);
  assert.equal(limit.look(), 6);
  appendFileSync(path, 'end');
  assert.equal(limit.look(), 9);
  limit.finish();
  assert.equal(readFileSync(path, 'utf8'), 'begin+end');
});

test('what stands below the notice never changes, wherever an engine dies', () => {
  writeFileSync(path, `begin${'-'.repeat(1000)}`);
  const notice = cutNotice(5);
  let memory = 0;
  const leftOut = { recall: () => memory, note: (bytes: number) => void (memory = bytes) };
  new OutputLimit(path, 5, leftOut).look();
  assert.equal(readFileSync(path, 'utf8'), `begin${notice}`);
  assert.equal(memory, 1000);
  appendFileSync(path, 'some more');
  const next = new OutputLimit(path, 5, leftOut);
  next.finish();
  const finished = `begin${notice}workflow: at least 1000 bytes were left out, this is the end\nsome more`;
  assert.equal(readFileSync(path, 'utf8'), finished);
  // That engine died before it recorded the end of the attempt.
  new OutputLimit(path, 5, leftOut).finish();
  assert.equal(readFileSync(path, 'utf8'), finished);
});

test('goes on where an earlier one stopped', () => {
  writeFileSync(path, 'x'.repeat(1000));
  new OutputLimit(path, 100).look();
  appendFileSync(path, 'more');
  const next = new OutputLimit(path, 100);
  next.look();
  next.finish();
  const text = readFileSync(path, 'utf8');
  assert.equal(text.split('only its end follows').length, 2);
  assert.match(text, /more$/);
});

test('says so in the same place whatever is written meanwhile', async () => {
  const notice = '\nworkflow: the output is longer than 100 bytes; only its end follows\n';
  for (let round = 0; round < 20; round += 1) {
    writeFileSync(path, '');
    const file = openSync(path, 'a');
    const writer = spawn('sh', ['-c', 'i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i + 1)); done'], {
      stdio: ['ignore', file, 'inherit'],
    });
    const gone = once(writer, 'exit');
    const limit = new OutputLimit(path, 100);
    while (writer.exitCode === null) {
      limit.look();
      await new Promise(setImmediate);
    }
    await gone;
    closeSync(file);
    limit.finish();
    const text = readFileSync(path, 'utf8');
    assert.equal(text.slice(100, 100 + notice.length), notice);
    assert.match(text, /\nworkflow: (at least )?\d+ bytes were left out, this is the end\n[^]*\n$/);
  }
});

test('captured stdout is refused for its length before it is cut, however short logs are to be', () => {
  assert.ok(stdoutLimitOf(0) > conversationBytesMax && stdoutLimitOf(0) > fileBytesMax);
  assert.equal(stdoutLimitOf(2 ** 40), 2 ** 40);
});
