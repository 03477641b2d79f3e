import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { builtinParameterTypes, limitDiagnostics, parseToml, readModel, validateWorkflow } from '@workflow-platform/core';
import { builtinActions } from '@workflow-platform/executor';
import { agentReviewTemplate } from './agent-review.ts';
import { ciTemplate } from './ci.ts';
import { minimalTemplate } from './minimal.ts';

const folder = mkdtempSync(join(tmpdir(), 'templates-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const catalog = { parameterTypes: builtinParameterTypes, actions: builtinActions, validators: [], workflows: {}, files: {} };

function mistakesIn(text: string): readonly string[] {
  const document = parseToml(text, 'workflow.toml');
  const { model, diagnostics } = readModel(document, catalog);
  assert.ok(model !== null);
  const all = [...document.diagnostics, ...diagnostics, ...validateWorkflow(document, model, catalog)];
  return limitDiagnostics(all).map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`);
}

test('the templates hold no mistake, not even a warning', () => {
  assert.deepEqual(mistakesIn(minimalTemplate), []);
  assert.deepEqual(mistakesIn(agentReviewTemplate), []);
});

test('the template ci fits each kind of project', () => {
  const expected = [
    ['Makefile', 'all:\n', 'make test'],
    ['pyproject.toml', '', 'pytest'],
    ['go.mod', 'module a\n', 'go test'],
    ['Cargo.toml', '', 'cargo test'],
    ['package.json', '{"scripts":{"test":"node --test"}}', 'npm test'],
  ] as const;
  assert.deepEqual(mistakesIn(ciTemplate(folder)), []);
  for (const [name, text, command] of expected) {
    writeFileSync(join(folder, name), text);
    const template = ciTemplate(folder);
    assert.ok(template.includes(command), `${name}: ${command}`);
    assert.deepEqual(mistakesIn(template), [], name);
    // What npm installs is made once for all workspaces; elsewhere a first step fetches what is needed.
    assert.deepEqual(
      [template.includes('setup_key'), template.includes('[steps.prepare]')],
      [command === 'npm test', command !== 'npm test'],
    );
  }
});
