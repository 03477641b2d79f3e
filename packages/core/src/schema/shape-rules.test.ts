import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareCatalog } from '../model/parameter-types.ts';
import { readModel } from '../model/read-model.ts';
import { parseToml } from '../parse/toml-parser.ts';
import { parameterRules, shapeRules } from './shape-rules.ts';

function codesOf(text: string): string[] {
  const document = parseToml(text, 'workflow.toml');
  assert.deepEqual(document.diagnostics, [], 'the example is valid TOML');
  return readModel(document, bareCatalog).diagnostics.map((diagnostic) => diagnostic.code);
}

for (const { code, bad, good } of shapeRules) {
  test(`the page of ${code} shows a file that breaks the rule and one that keeps all rules`, () => {
    assert.ok(codesOf(bad).includes(code), `expected ${code} among ${codesOf(bad).join(', ')}`);
    assert.deepEqual(codesOf(good), []);
  });
}

for (const { code, bad, good } of parameterRules) {
  test(`the page of ${code} shows files without mistakes: the values are what is wrong`, () => {
    assert.deepEqual([codesOf(bad), codesOf(good)], [[], []]);
  });
}

test('each code has one page', () => {
  const codes = [...shapeRules, ...parameterRules].map((rule) => rule.code);
  assert.deepEqual(codes, [...new Set(codes)]);
});
