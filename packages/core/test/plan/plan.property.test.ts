import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  parseToml,
  type Plan,
  planLevels,
  type PlanStep,
  planWorkflow,
  readModel,
  renderToml,
  resolveParameters,
  validateWorkflow,
} from '../../src/index.ts';
import { openSha256, sha256 } from '../diagnose.ts';
import { exampleCatalog } from '../example-catalog.ts';
import { arbitraryValidWorkflow, reordered, type Table } from './arbitrary-valid-workflow.ts';

test('a workflow without mistakes always plans', () => {
  fc.assert(
    fc.property(arbitraryValidWorkflow, (table) => {
      const plan = planOf(table);
      assert.equal(plan.steps.length, Object.keys(table['steps'] as Table).length);
    }),
    { numRuns: 300 },
  );
});

test('the order of keys does not change a plan, and planning again gives the same bytes', () => {
  fc.assert(
    fc.property(arbitraryValidWorkflow, fc.nat(), (table, salt) => {
      const plan = { ...planOf(table), workflow: null, digest: null };
      assert.equal(canonicalJson({ ...planOf(table), workflow: null, digest: null }), canonicalJson(plan));
      assert.equal(canonicalJson({ ...planOf(reordered(table, salt)), workflow: null, digest: null }), canonicalJson(plan));
    }),
    { numRuns: 200 },
  );
});

test('the digest is that of the canonical JSON of all the rest, and the plan survives JSON', () => {
  fc.assert(
    fc.property(arbitraryValidWorkflow, (table) => {
      const { digest, ...rest } = planOf(table);
      assert.equal(digest, sha256(canonicalJson(rest)));
      assert.deepEqual(JSON.parse(canonicalJson(rest)), rest);
    }),
    { numRuns: 100 },
  );
});

test('steps of a plan never need each other in a circle', () => {
  fc.assert(
    fc.property(arbitraryValidWorkflow, (table) => {
      for (const steps of listsOf(planOf(table).steps)) {
        const levelOf = new Map(planLevels(steps).map(({ step, level }) => [step.id, level]));
        for (const step of steps) for (const need of step.needs) assert.ok(levelOf.get(need)! < levelOf.get(step.id)!);
      }
    }),
    { numRuns: 100 },
  );
});

function planOf(table: Table): Plan {
  const document = parseToml(renderToml(table), 'workflow.toml');
  const { model, diagnostics } = readModel(document, exampleCatalog);
  assert.ok(model !== null);
  const found = [...document.diagnostics, ...diagnostics, ...validateWorkflow(document, model, exampleCatalog)];
  assert.deepEqual(
    found.filter(({ severity }) => severity === 'error'),
    [],
  );
  const resolution = resolveParameters({ document, model, given: [], catalog: exampleCatalog });
  assert.ok(resolution.ok);
  const result = planWorkflow({
    document,
    model,
    catalog: exampleCatalog,
    parameters: resolution.parameters,
    openHash: openSha256,
  });
  assert.ok('plan' in result, JSON.stringify(result));
  return result.plan;
}

function* listsOf(steps: readonly PlanStep[]): Generator<readonly PlanStep[]> {
  yield steps;
  for (const step of steps) if (step.kind === 'group') yield* listsOf(step.steps);
}
