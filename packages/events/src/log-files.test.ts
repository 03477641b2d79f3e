import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cutEndNotice,
  isCutEndNotice,
  leftOutOf,
  logBytesMaxDefault,
  logLimitOf,
  parseLogSamples,
  renderLeftOut,
  renderLogLimit,
  renderLogSample,
} from './log-files.ts';

test('a limit holds for the attempts from its number on', () => {
  const text = `${renderLogLimit(1, 100)}${renderLogLimit(4, 200)}`;
  assert.deepEqual(
    [1, 3, 4, 9].map((attemptNo) => logLimitOf(text, attemptNo)),
    [100, 100, 200, 200],
  );
  assert.equal(logLimitOf(null, 1), logBytesMaxDefault);
  assert.equal(logLimitOf(renderLogLimit(2, 100), 1), logBytesMaxDefault);
});

test('lines that a full disk cut short count as not there', () => {
  const whole = renderLogSample({ stream: 'log', atMs: 1000, offset: 10, windowMs: 5 });
  const other = renderLogSample({ stream: 'stdout', atMs: 2000, offset: 20, windowMs: null });
  assert.deepEqual(parseLogSamples(`${whole}log 15${other}${renderLeftOut(3)}${other}log 3000 1`), [
    { stream: 'log', atMs: 1000, offset: 10, windowMs: 5 },
    { stream: 'stdout', atMs: 2000, offset: 20, windowMs: null },
  ]);
  assert.equal(leftOutOf(`${renderLeftOut(3)}${whole}${renderLeftOut(7)}left-out 9`), 7);
  assert.equal(logLimitOf('1 10', 1), logBytesMaxDefault);
});

test('the notice before the end is known again', () => {
  assert.ok(isCutEndNotice(`${cutEndNotice(12, { isExact: true })}end`));
  assert.ok(isCutEndNotice(cutEndNotice(12, { isExact: false })));
  assert.ok(!isCutEndNotice('workflow: 12 bytes'));
});
