// Runs every specs/*/*.session file against the real program. `node apps/cli/test/sessions.test.ts --update [NAME…]` rewrites the
// answers of those whose names contain a NAME; the difference is for people to read.

import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';
import { parseSession, renderSession, stdoutLine, type SessionPart } from './session-file.ts';

const folder = join(import.meta.dirname, '../../../specs');
const update = process.argv.includes('--update');
const chosen = process.argv.slice(2).filter((word) => !word.startsWith('-'));

for (const name of globSync('*/*.session', { cwd: folder }).sort()) {
  if (chosen.length > 0 && !chosen.some((word) => name.includes(word))) continue;
  test(`session ${name.replace('.session', '')}`, () => {
    const path = join(folder, name);
    const sandbox = createSandbox();
    try {
      const expected = readFileSync(path, 'utf8');
      const actual = renderSession(parseSession(expected).map((part) => perform(part, sandbox)));
      if (update) writeFileSync(path, actual);
      else assert.equal(actual, expected);
    } finally {
      sandbox.remove();
    }
  });
}

function perform(part: SessionPart, sandbox: Sandbox): SessionPart {
  if (part.kind === 'file') sandbox.write(part.path, part.text);
  if (part.kind !== 'command') return part;
  const { stdout, stderr, status } = sandbox.run(part.command);
  const answer = [
    ...normalize(stdout, sandbox).map(stdoutLine),
    ...normalize(stderr, sandbox).map((line) => `2> ${line}`.trimEnd()),
    ...(status === 0 ? [] : [`[exit ${status}]`]),
  ];
  while (answer.at(-1) === '') answer.pop();
  return { ...part, answer };
}

/** Puts names in the place of what differs from run to run. Columns of tables are as wide as what was replaced: blanks are joined there. */
function normalize(text: string, sandbox: Sandbox): string[] {
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const replaced = line
        .replaceAll(sandbox.folder, '<folder>')
        .replaceAll(sandbox.folder.replace(/\/work$/, ''), '<sandbox>')
        .replaceAll(/-[0-9a-f]{10}\//g, '-<hash>/')
        .replaceAll(/(-<hash>\/[\w-]+)-[0-9a-hjkmnp-tv-z]{8}\b/g, '$1-<id>')
        .replaceAll(/(-<hash>\/\.saved\/[\w-]+)-[0-9a-hjkmnp-tv-z]{8}-[0-9a-f]{8}\b/g, '$1-<id>')
        .replaceAll(`${userInfo().username}@${hostname()}`, '<user>@<host>')
        .replaceAll(` by ${userInfo().username}`, ' by <user>')
        .replaceAll(/\b[0-9a-f]{64}\b/g, '<digest>')
        .replaceAll(/\b0[0-9a-hjkmnp-tv-z]{15}\b/g, '<run>')
        .replaceAll(/\b\d+\.\d+s\b|\b\d+ms\b|\b\d+m \d\ds\b/g, '<time>')
        .replaceAll(/\b\d+s ago\b/g, '<ago>')
        .replaceAll(/ is version \d+(\.\d+)+/g, ' is version <version>')
        .replaceAll(/; found \/\S+/g, '; found <program>')
        .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g, '<date>')
        .replaceAll(/"(atMs|durationMs|createdMs|startedMs|finishedMs|endedMs|pid)": ?\d+(\.\d+)?/g, '"$1":<number>')
        .replaceAll(/"(since|until)AtMs": \d+/g, '"$1AtMs": <number>')
        .replaceAll(/-> [0-9a-f]{7,40}\b/g, '-> <commit>');
      const isRow = /^( {2}STEP|RUN |ARTIFACT |[✔✘○■·] )/.test(line);
      return replaced === line && !isRow ? line : replaced.replaceAll(/ {2,}/g, '  ').trimStart();
    });
}
