import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets } from './mask-secrets.ts';

const secrets = { token: 'open"sesame', longer: 'open"sesame-2', pin: '123', none: '' };

test('outputs that hold a secret are recorded without it, and named', () => {
  const outputs = { a: 'x open"sesame y open"sesame-2', b: '{"t":"open\\"sesame"}', c: 'pin 123', d: '' };
  const { result, masked } = maskSecrets({ kind: 'succeeded', exitCode: 0, durationMs: 1, outputs }, secrets);
  assert.deepEqual(result.kind === 'succeeded' && result.outputs, { a: 'x *** y ***', b: '{"t":"***"}', c: 'pin 123', d: '' });
  assert.deepEqual(masked, ['a', 'b']);
});

test('messages of failures are recorded without secrets', () => {
  const failure = { kind: 'exit', code: 1, hint: 'refused open"sesame' } as const;
  const { result } = maskSecrets({ kind: 'failed', failure, exitCode: 1, durationMs: 1 }, secrets);
  assert.deepEqual(result.kind === 'failed' && result.failure, { kind: 'exit', code: 1, hint: 'refused ***' });
});

test('without secrets nothing is changed', () => {
  const result = { kind: 'succeeded', exitCode: 0, durationMs: 1, outputs: { a: '1' } } as const;
  assert.equal(maskSecrets(result, {}).result, result);
});
