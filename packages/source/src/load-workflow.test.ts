import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bareCatalog, locateDiagnostics } from '@workflow-platform/core';
import { loadWorkflow } from './load-workflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'load-workflow-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a mistake in a template stands in the template, by its path from the current folder', async () => {
  mkdirSync(join(folder, 'flows/prompts'), { recursive: true });
  writeFileSync(
    join(folder, 'flows/workflow.toml'),
    'id = "x"\n[steps.a]\nargv = ["agent"]\nstdin = { template = "prompts/fix.md" }\n',
  );
  writeFileSync(join(folder, 'flows/prompts/fix.md'), 'Hello\n\né ${{ params.depth }}\n');
  const loaded = await loadWorkflow('flows/workflow.toml', { cwd: folder, env: {}, catalog: bareCatalog });
  assert.deepEqual(
    locateDiagnostics(loaded.texts, loaded.diagnostics).map(({ file, line, column, endColumn, code, related }) => ({
      file,
      line,
      column,
      endColumn,
      code,
      related: related.map((place) => [place.file, place.line, place.column]),
    })),
    [
      {
        file: 'flows/prompts/fix.md',
        line: 3,
        column: 14,
        endColumn: 19,
        code: 'name-unknown',
        related: [['flows/workflow.toml', 4, 22]],
      },
    ],
  );
});
