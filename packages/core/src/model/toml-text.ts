// Writes values as TOML text.
// Not here: which keys a workflow has (render-workflow.ts).

import type { Json } from './json.ts';

/** Renders a key, bare where TOML allows it. */
export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

/** Renders the path of a table or a dotted key. */
export function tomlPath(path: readonly string[]): string {
  return path.map(tomlKey).join('.');
}

/** Renders text as a basic string on one line. Lone surrogates, which TOML can't hold, become U+FFFD. */
export function tomlString(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** Renders text the way a person would: over several lines when it has some. */
export function tomlText(text: string): string {
  if (!text.includes('\n') || text.length < 2) return tomlString(text);
  // Three quotes would end the string, and so would one right before the end.
  const body = escaped(text).replace(/"{3}|"$/g, (quotes) => `${quotes.slice(0, -1)}\\"`);
  return `"""\n${body}"""`;
}

/** Renders a value on one line. Null has no TOML counterpart: entries with it are left out, and lists must not hold it. */
export function tomlValue(value: Json): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return tomlNumber(value);
  if (value === null) throw new Error('broken invariant: TOML has no null');
  if (Array.isArray(value)) return `[${value.map((item: Json) => tomlValue(item)).join(', ')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, item]) => `${tomlKey(key)} = ${tomlValue(item)}`).join(', ')} }`;
}

function tomlNumber(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '0' : String(value);
  const text = String(value);
  // `1e21` is an exponent without a point, which TOML takes as a float too; a large whole number has to be one.
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function escaped(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('\\', '\\\\')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, (character) =>
      character === '\t' ? '\t' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
