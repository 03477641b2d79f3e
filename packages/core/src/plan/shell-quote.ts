// Quotes text so that a POSIX shell reads it as one word, character by character.
// Not here: values in scripts, which are never made into shell text (rewrite-script.ts).

/** Returns the text in single quotes, or as it is when it has nothing to quote. It must not hold a NUL, which no argument can. */
export function shellQuote(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
