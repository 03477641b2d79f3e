// Every rule page keeps its word: what it calls bad gives its code, what it calls good does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainRule, rules } from '../src/index.ts';
import { parameterRules } from '../src/schema/shape-rules.ts';
import { diagnose } from './diagnose.ts';

/** Codes of plugins and of values given for a run: no text of a file alone gives them. */
const NOT_OF_A_FILE = new Set(['validator-failed', ...parameterRules.map(({ code }) => code)]);

for (const rule of rules) {
  if (NOT_OF_A_FILE.has(rule.code)) continue;
  test(`${rule.code}: the bad example of the page breaks the rule and the good one keeps it`, () => {
    assert.ok(codesOf(rule.bad).includes(rule.code), `bad gives: ${codesOf(rule.bad).join(', ') || 'nothing'}`);
    // Pages on expressions leave out declarations that would hide the point, so only mistakes of their own kind count.
    const family = /^(expression|interpolation)-/.exec(rule.code)?.[0] ?? '';
    const isWrong = ({ severity, code }: { severity: string; code: string }) =>
      code === rule.code || (severity === 'error' && code.startsWith(family));
    assert.deepEqual(diagnose(rule.good).filter(isWrong), []);
  });
}

test('every code is there once, with a page that says something', () => {
  const codes = rules.map((rule) => rule.code);
  assert.deepEqual(codes, [...new Set(codes)]);
  assert.ok(codes.length >= 40, `there are ${codes.length}`);
  for (const rule of rules) {
    assert.match(rule.code, /^[a-z][a-z0-9-]*$/);
    assert.ok(rule.title.length > 10 && !rule.title.endsWith('.'), rule.code);
    assert.ok(rule.explanation.length > 40 && rule.explanation.endsWith('.'), rule.code);
    assert.equal(explainRule(rule.code), rule);
  }
  assert.equal(explainRule('no-such-code'), null);
});

function codesOf(text: string): string[] {
  return diagnose(text).map(({ code }) => code);
}
