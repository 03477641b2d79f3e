import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { parseMessage } from './parse-message.ts';
import { parseRequest } from './parse-request.ts';
import { messageSchema, requestSchema } from './schemas.ts';

const ajv = new Ajv2020({ strict: true });
const isMessage = ajv.compile(messageSchema);
const isRequest = ajv.compile(requestSchema);

const word = fc.constantFrom(
  'output',
  'log',
  'artifact',
  'session',
  'usage',
  'result',
  'success',
  'failure',
  'quota',
  '2026-11-26T15:00:00Z',
  '2026-11-26',
  'info',
  'fatal',
  'a',
  'a-b',
  '1a',
  '',
  'é',
);
const value = fc.oneof(word, fc.constantFrom<unknown>(null, true, 0, -1, 1.5, [], {}));
const messageLike = fc.dictionary(
  fc.constantFrom(
    'type',
    'name',
    'value',
    'level',
    'message',
    'path',
    'status',
    'resetAt',
    'kind',
    'id',
    'input_tokens',
    'cost_usd',
    'extra',
  ),
  value,
  { maxKeys: 5 },
);

it('the engine takes a message exactly when the published schema does', () => {
  fc.assert(
    fc.property(messageLike, (fields) => {
      assert.equal(parseMessage(JSON.stringify(fields)).ok, isMessage(fields), JSON.stringify(fields));
    }),
    { numRuns: 5000 },
  );
});

it('an action takes a request exactly when the published schema does', () => {
  const whole = { protocol: 1, action: 'a', inputs: {}, workspace: '/w', run: { id: 'r', workflow: 'w' }, step: 's', attempt: 1 };
  fc.assert(
    fc.property(
      fc.subarray(Object.keys(whole), { minLength: 5 }),
      fc.constantFrom(...Object.keys(whole), 'session'),
      value,
      (keys, changed, to) => {
        const request = {
          ...Object.fromEntries(Object.entries(whole).filter(([key]) => keys.includes(key))),
          [changed]: to,
          later: 1,
        };
        assert.equal(parseRequest(JSON.stringify(request)).ok, isRequest(request), JSON.stringify(request));
      },
    ),
    { numRuns: 2000 },
  );
  assert.equal(parseRequest(JSON.stringify(whole)).ok, true);
});

it('says what is wrong with text that is no message at all', () => {
  for (const line of ['', 'Traceback (most recent call last):', '[]', '3', '{"type":"output"', 'null']) {
    const parsed = parseMessage(line);
    assert.equal(parsed.ok, false);
    assert.match(parsed.ok ? '' : parsed.problem, /not (JSON|a JSON object)/);
  }
});

it('an action that is turned away for a quota may tell when there is more', () => {
  const told = { type: 'result', status: 'quota' };
  const cases: readonly [object, boolean][] = [
    [told, true],
    [{ ...told, resetAt: '2026-11-26T15:00:00Z', message: 'limit reached' }, true],
    [{ ...told, resetAt: '2026-11-26T15:00:00.5+01:00' }, true],
    [{ ...told, resetAt: '3pm' }, false],
    [{ ...told, resetAt: 1_795_350_000 }, false],
    [{ ...told, status: 'failure', resetAt: '2026-11-26T15:00:00Z' }, false],
  ];
  for (const [message, isFit] of cases) {
    assert.equal(parseMessage(JSON.stringify(message)).ok, isFit, JSON.stringify(message));
    assert.equal(isMessage(message), isFit, JSON.stringify(message));
  }
});
