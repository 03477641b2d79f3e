import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderKeyReference } from '../../src/index.ts';

const committed = new URL('../../../../docs/workflow-keys.md', import.meta.url);

const HEAD = `# Keys of a workflow file

Every key of \`workflow.toml\`. \`workflow explain steps.retry\` shows one of them with its example, \`workflow schema\` prints the same as a
JSON Schema for editors. This page is made from the description of the format that the reader itself uses.

`;

test('docs/workflow-keys.md is what the format gives; UPDATE=1 node --test on this file writes it anew', () => {
  const text = `${HEAD}${renderKeyReference()}`;
  if (process.env['UPDATE'] === '1') writeFileSync(committed, text);
  assert.equal(readFileSync(committed, 'utf8'), text);
});
