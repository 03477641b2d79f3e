// Finds the characters that may stand nowhere in a TOML text, neither in strings nor in comments: control characters but
// tab and line ends, a carriage return without a line feed, halves of surrogate pairs. The rest of the parser need not look.
// Not here: bytes that are no UTF-8 (whoever reads the file).

import type { TomlProblems } from './toml-problems.ts';

// With the flag `u` the class of surrogates matches unpaired ones only.
// oxlint-disable-next-line no-control-regex
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+|\r(?!\n)/gu;

/** Reports forbidden characters. Returns false when the text is so plainly not text that reading it has no use. */
export function checkCharacters(text: string, problems: TomlProblems): boolean {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    problems.add(
      'toml-control-character',
      nul,
      nul + 1,
      'this is not a text file: it holds a NUL character',
      'save the file as UTF-8 text',
    );
    return false;
  }
  forbidden.lastIndex = 0;
  for (let match = forbidden.exec(text); match !== null && !problems.isFull; match = forbidden.exec(text)) {
    const end = match.index + match[0].length;
    problems.add('toml-control-character', match.index, end, describe(match[0]), helpFor(match[0]));
  }
  return true;
}

function describe(found: string): string {
  const code = found.charCodeAt(0);
  if (code === 0x0d) return 'a carriage return without a line feed cannot end a line';
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code >= 0xd800) return `half of a surrogate pair (${name}) is no character`;
  return `the control character ${name} cannot stand in a TOML file`;
}

function helpFor(found: string): string {
  const code = found.charCodeAt(0);
  if (code === 0x0d) return 'save the file with line feeds or with Windows line ends';
  if (code >= 0xd800) return 'remove it';
  return `remove it, or write it as \\u${code.toString(16).toUpperCase().padStart(4, '0')} in a string with double quotes`;
}
