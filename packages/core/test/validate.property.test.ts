import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { bareCatalog, parseToml, planWorkflow, readModel, renderWorkflow, rules, validateWorkflow } from '../src/index.ts';
import { openSha256 } from './diagnose.ts';
import { exampleCatalog } from './example-catalog.ts';
import { arbitraryWorkflow } from './model/arbitrary-workflow.ts';

const folder = new URL('../testdata/rules/', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.toml') && !name.startsWith('toml-') && !name.startsWith('expression-too'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const codes = new Set(rules.map(({ code }) => code));

test('any model is validated without a throw, each mistake at a place inside the text', () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (model) => check(renderWorkflow(model))),
    { numRuns: 300 },
  );
});

test('files mixed of lines of others are validated and planned without a throw', () => {
  const lines = fixtures.flatMap((text) => text.split(/(?<=\n)(?=\[)/));
  const anyFile = fc
    .array(fc.constantFrom(...lines), { minLength: 1, maxLength: 12 })
    .map((parts) => `id = "mixed"\n${parts.join('')}`);
  fc.assert(
    fc.property(anyFile, (text) => check(text)),
    { numRuns: 500 },
  );
});

test('a fixture with any stretch taken out is validated and planned without a throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...fixtures),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 40 }),
      (text, at, length) => {
        const start = Math.floor(at * text.length);
        check(text.slice(0, start) + text.slice(start + length));
      },
    ),
    { numRuns: 500 },
  );
});

function check(text: string): void {
  const document = parseToml(text, 'workflow.toml');
  for (const catalog of [bareCatalog, exampleCatalog]) {
    const { model, diagnostics } = readModel(document, catalog);
    if (model === null) continue;
    const found = validateWorkflow(document, model, catalog);
    assert.deepEqual(validateWorkflow(document, model, catalog), found);
    for (const { code, span, message, related } of found) {
      assert.ok(codes.has(code) || code.includes('/'), code);
      assert.ok(message.length > 0 && !message.endsWith('.') && !message.includes('undefined'), message);
      for (const place of [span, ...related.map((other) => other.span)]) {
        const length = place.file === undefined ? text.length : (catalog.files[place.file]?.text.length ?? -1);
        assert.ok(place.start >= 0 && place.start <= place.end && place.end <= length, `${code}: ${JSON.stringify(place)}`);
      }
    }
    const isValid = [...document.diagnostics, ...diagnostics, ...found].every(({ severity }) => severity !== 'error');
    const values = Object.fromEntries(model.parameters.map(({ name, default: fallback = null }) => [name, fallback]));
    const result = planWorkflow({ document, model, catalog, parameters: { values, secrets: [] }, openHash: openSha256 });
    if ('diagnostics' in result && isValid) assert.ok(result.diagnostics.every(({ code }) => code === 'plan-value'));
  }
}
