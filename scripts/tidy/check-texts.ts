// What no file of the product may hold: notes to ourselves, single-test switches, files too long to read, headers missing.

import type { Finding, Tree } from './tree.ts';
import { lineOf } from './tree.ts';

const LINES_MAX = 400;
// Each word has its last letter in brackets, so that this line is not a finding itself.
const NOTES = /\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/g;

export function checkTexts(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const { path, text, isTest } of tree.modules) {
    const add = (offset: number, rule: string, message: string): void => {
      findings.push({ file: path, line: lineOf(text, offset), rule, message });
    };
    for (const match of text.matchAll(NOTES)) add(match.index, 'note', `${match[0]}: finish it or file it`);
    if (isTest)
      for (const match of text.matchAll(/\b(?:test|it|describe)\.only\(|\bonly:\s*true/g))
        add(match.index, 'only', 'runs one test alone');
    const lines = text.split('\n').length;
    if (lines > LINES_MAX && !isTest) add(0, 'long', `${lines} lines; a reader finds nothing in more than ${LINES_MAX}`);
    if (!isTest && !/^(?:#!.*\n)?(?:\/\/|\/\*)/.test(text)) add(0, 'header', 'does not say what it is for');
  }
  return findings;
}
