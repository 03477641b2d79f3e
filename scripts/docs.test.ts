// Every workflow that a document shows is one that the validator takes.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bareCatalog, humanActions, parseToml, readModel, validateWorkflow } from '@workflow-platform/core';
import { builtinActions } from '@workflow-platform/executor';

const root = join(import.meta.dirname, '..');
const catalog = { ...bareCatalog, actions: [...builtinActions, ...humanActions] };

for (const file of globSync(['README.md', 'docs/*.md', 'specs/*.md'], { cwd: root }).sort()) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const match of text.matchAll(/^```toml\n([\s\S]*?)^```/gm)) {
    const source = match[1] ?? '';
    // A fence that does not begin with an id is a fragment, shown to explain a key.
    if (!/^id = /m.test(source)) continue;
    const line = text.slice(0, match.index).split('\n').length + 1;
    test(`${file}:${line} shows a workflow without mistakes`, () => {
      const document = parseToml(source, file);
      const { model, diagnostics } = readModel(document, catalog);
      assert.ok(model);
      const all = [...document.diagnostics, ...diagnostics, ...validateWorkflow(document, model, catalog)];
      assert.deepEqual(
        all.map(({ code, message, severity }) => ({ code, message, severity })),
        [],
      );
    });
  }
}
