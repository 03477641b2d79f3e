// Every example is valid, without a warning, and the small ones run.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtinParameterTypes, humanActions } from '@workflow-platform/core';
import { builtinActions } from '@workflow-platform/executor';
import { loadWorkflow } from '@workflow-platform/source';

const folder = import.meta.dirname;
const catalog = {
  parameterTypes: builtinParameterTypes,
  actions: [...builtinActions, ...humanActions],
  validators: [],
  workflows: {},
  files: {},
};

const examples = ['.', 'agents'].flatMap((part) => readdirSync(join(folder, part)).map((file) => join(part, file)));

for (const name of examples.filter((file) => file.endsWith('.toml'))) {
  test(`example ${name} holds no mistake`, async () => {
    const loaded = await loadWorkflow(join(folder, name), { cwd: folder, env: {}, catalog });
    assert.deepEqual(
      loaded.diagnostics.map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`),
      [],
    );
  });
}
