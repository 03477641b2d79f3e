import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bareCatalog, parseToml, readModel, renderWorkflow, workflowJsonSchema } from '@workflow-platform/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { arbitraryWorkflow } from './arbitrary-workflow.ts';

test('reading a rendered model gives the same model, without a diagnostic', () => {
  fc.assert(
    fc.property(arbitraryWorkflow, (model) => {
      const text = renderWorkflow(model);
      const document = parseToml(text, 'workflow.toml');
      assert.deepEqual(document.diagnostics, [], text);
      const reading = readModel(document, bareCatalog);
      assert.deepEqual(reading.diagnostics, [], text);
      assert.deepEqual(reading.model, model);
      assert.equal(renderWorkflow(reading.model), text);
    }),
    { numRuns: 300 },
  );
});

test('the JSON Schema accepts every rendered model', () => {
  const accepts = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(workflowJsonSchema(bareCatalog) as object);
  fc.assert(
    fc.property(arbitraryWorkflow, (model) => {
      const text = renderWorkflow(model);
      const file = JSON.parse(JSON.stringify(parseToml(text, 'workflow.toml').root)) as unknown;
      assert.ok(accepts(file), `${JSON.stringify(accepts.errors)}\n${text}`);
    }),
    { numRuns: 200 },
  );
});
