// Keeps specs/020-diagnostics.md, the table of all codes, in step with the rules. `UPDATE_FIXTURES=1 node --test` writes it anew.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { type RulePage, rules } from '../src/index.ts';

const page = new URL('../../../specs/020-diagnostics.md', import.meta.url);

test('specs/020-diagnostics.md lists every code as it is', () => {
  const rendered = renderPage();
  if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(page, rendered);
  assert.equal(readFileSync(page, 'utf8'), rendered);
});

function renderPage(): string {
  const ofRun = (code: string) => code.startsWith('param-') && !['param-unused', 'param-env-shared'].includes(code);
  const sections: [title: string, belongs: (code: string) => boolean][] = [
    ['Syntax of TOML', (code) => code.startsWith('toml-')],
    ['Expressions and `${{ }}`', (code) => /^(expression|interpolation)-/.test(code) && code !== 'expression-not-allowed'],
    ['Values given for a run', (code) => ofRun(code) || code === 'plan-value'],
    ['Form and meaning', () => true],
  ];
  const left = new Set<RulePage>(rules);
  const tables = sections.map(([title, belongs]) => {
    const own = [...left].filter(({ code }) => belongs(code));
    for (const rule of own) left.delete(rule);
    return [`## ${title}`, '', '| code | severity | what is wrong |', '| --- | --- | --- |', ...own.map(row), ''].join('\n');
  });
  return `${INTRODUCTION}\n${tables.join('\n')}`;
}

function row({ code, severity, title }: RulePage): string {
  return `| \`${code}\` | ${severity} | ${title.replaceAll('|', '\\|')} |`;
}

const INTRODUCTION = `# Diagnostics

Everything that can be wrong with a workflow file, by code. Codes are stable: they may be relied on in scripts and searched for.
\`workflow explain CODE\` shows the page of a code: why it is wrong, how to mend it, a file that breaks it and one that does not.

What can be relied on:

- All mistakes of a file are found in one go, in the order of the file; after 200, errors before warnings, the list stops and says so.
- Each has the exact characters (\`line:column\` to \`endLine:endColumn\`, counted in characters from 1, the end exclusive), also inside
  multi-line strings and templates, and where it helps the places that it has to do with: every edge of a circle, the first of two.
- \`workflow validate\` ends with status 2 when there is an error; a file with warnings only is valid.
- A valid file compiles into a plan, whatever values its parameters allow, except where \`repeat.max\` is computed (\`plan-value\`).
- Codes of checks that plugins add are \`PLUGIN/CODE\`.

This page is made from the rules (\`packages/core/test/diagnostics-page.test.ts\`).
`;
