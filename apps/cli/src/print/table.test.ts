import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStyle } from './style.ts';
import { renderTable } from './table.ts';

const style = createStyle(false);
const header = ['RUN', 'STATUS', 'TIME'];
const rows = [[{ text: '01kd' }, { text: 'succeeded' }, { text: '1.2s', right: true }]];

test('columns are as wide as their widest cell', () => {
  assert.deepEqual(renderTable(rows, { header, columns: Infinity, style }), ['RUN   STATUS     TIME', '01kd  succeeded  1.2s']);
});

test('a narrow terminal does without the columns that are needed least', () => {
  assert.deepEqual(renderTable(rows, { header, columns: 18, style, dispensable: [2] }), ['RUN   STATUS', '01kd  succeeded']);
  assert.deepEqual(renderTable(rows, { header, columns: 10, style, dispensable: [2, 1] }), ['RUN', '01kd']);
});
