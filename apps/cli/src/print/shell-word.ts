// Text as one word of a shell, for commands that are shown to be typed.
// Not here: commands that are run (core: shell-quote.ts).

import { harmless } from './harmless.ts';

/** Quotes the text where a shell would take it apart. */
export function shellWord(text: string): string {
  const safe = harmless(text);
  return /^[\w./@:-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
