// What the text of a justfile tells beyond its dump: where recipes begin, the interpreter of scripts, and strings
// that the dump has in the form they take on this machine.
// Not here: everything else, which only just itself can read.

/** Returns the numbers of the lines that recipes begin in. */
export function headLines(text: string | null): ReadonlyMap<string, number> {
  const heads = new Map<string, number>();
  for (const [at, line] of (text?.split(/\r?\n/) ?? []).entries()) {
    const name = /^@?([A-Za-z_][\w-]*)(?:\s[^:=]*(?:=[^:]*)?[^:]*)?:(?!=)/.exec(line)?.[1];
    if (name !== undefined && !/^(set|alias|import|mod|export)$/.test(name) && !heads.has(name)) heads.set(name, at + 1);
  }
  return heads;
}

/** Returns the words of `set script-interpreter`, just's own where the text has none, and null without a text. */
export function scriptInterpreterOf(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const list = /^set\s+script-interpreter\s*:=\s*\[([^\]]*)\]/m.exec(text)?.[1];
  if (list === undefined) return ['sh', '-eu'];
  const words = [...list.matchAll(/'([^']*)'|"([^"\\]*)"/g)].map((match) => match[1] ?? match[2] ?? '');
  return words.length === 0 ? null : words;
}

/** Whether the text has strings that just fills in from the environment of this machine when it is asked, such as `x'~/bin'`. */
export function hasExpandedStrings(text: string | null): boolean {
  return text !== null && /^(?!\s*#).*(?:[=+/(,]|\bif)\s*x['"]/m.test(text);
}
