import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderEventsPage } from './render-events-page.ts';

const page = new URL('../../../docs/events.md', import.meta.url);

test('docs/events.md has a row and an example for every event', () => {
  const text = renderEventsPage();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, text);
  assert.equal(readFileSync(page, 'utf8'), text, 'run `UPDATE_DOCS=1 node --test packages/events/test/events-page.test.ts`');
});
