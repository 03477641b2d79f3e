// Writes plain values as TOML text: the way back of the parser. Tables get headers, what stands inside arrays is inline.
// Not here: keeping comments and layout of an existing text.

import { isTomlDateTime } from './date-time.ts';
import type { TomlDateTime, TomlValue } from './document.ts';

type Table = { readonly [key: string]: TomlValue };

/**
 * Renders a table as TOML text; parsing the text gives an equal value. An object with a prototype, `kind: 'date-time'` and a
 * `text` counts as a date. Halves of surrogate pairs, which no TOML text can hold, become U+FFFD.
 */
export function renderToml(root: Table): string {
  const lines: string[] = [];
  renderBody(root, [], lines);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Renders a key the way it stands before `=` or in a header: bare where it can be. */
export function renderTomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : renderString(key);
}

/** Renders the path of a table, or a dotted key. */
export function renderTomlPath(path: readonly string[]): string {
  return path.map(renderTomlKey).join('.');
}

/** Renders text the way a person would: over several lines when it has some. */
export function renderTomlText(text: string): string {
  return text.includes('\n') ? renderText(text) : renderString(text);
}

/** Renders a value on one line, as it stands behind `=`. */
export function renderTomlValue(value: TomlValue): string {
  switch (typeof value) {
    case 'string':
      return renderString(value);
    case 'number':
      return renderNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (isArray(value)) return `[${value.map(renderTomlValue).join(', ')}]`;
      if (isTomlDateTime(value)) return value.text;
      return renderInline(value);
  }
}

function renderBody(table: Table, path: readonly string[], lines: string[]): void {
  const entries = Object.entries(table);
  for (const [key, value] of entries) {
    if (isTable(value) || isArrayOfTables(value)) continue;
    const text = typeof value === 'string' ? renderTomlText(value) : renderTomlValue(value);
    lines.push(`${renderTomlKey(key)} = ${text}`);
  }
  for (const [key, value] of entries) {
    if (isTable(value)) renderTable(value, [...path, renderTomlKey(key)], lines);
    else if (isArrayOfTables(value)) {
      for (const element of value) {
        openSection(`[[${[...path, renderTomlKey(key)].join('.')}]]`, lines);
        renderBody(element, [...path, renderTomlKey(key)], lines);
      }
    }
  }
}

function renderTable(table: Table, path: readonly string[], lines: string[]): void {
  const values = Object.values(table);
  const holdsOnlyTables = values.length > 0 && values.every((value) => isTable(value) || isArrayOfTables(value));
  // `[steps]` need not stand above `[steps.build]`.
  if (!holdsOnlyTables) openSection(`[${path.join('.')}]`, lines);
  renderBody(table, path, lines);
}

function openSection(header: string, lines: string[]): void {
  if (lines.length > 0) lines.push('');
  lines.push(header);
}

function renderInline(table: Table): string {
  const entries = Object.entries(table).map(([key, value]) => `${renderTomlKey(key)} = ${renderTomlValue(value)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function renderNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  // Digits alone would be an integer, and this one a float cannot tell from its neighbours.
  return Number.isSafeInteger(value) || /[.e]/.test(text) ? text : `${text}.0`;
}

function renderString(text: string): string {
  return `"${wellFormed(text).replace(/["\\]|[\0-\x1f\x7f]/g, escapeCharacter)}"`;
}

function renderText(text: string): string {
  const escaped = wellFormed(text).replace(/\\|"(?="")|"$|[\0-\x08\x0b-\x1f\x7f]/g, escapeCharacter);
  return `"""\n${escaped}"""`;
}

const named: { readonly [character: string]: string } = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

function escapeCharacter(character: string): string {
  return named[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}

function isArray(value: TomlValue): value is readonly TomlValue[] {
  return Array.isArray(value);
}

function isTable(value: TomlValue): value is Table {
  return typeof value === 'object' && !isArray(value) && !isDate(value);
}

function isDate(value: TomlValue): value is TomlDateTime {
  return isTomlDateTime(value);
}

function isArrayOfTables(value: TomlValue): value is readonly Table[] {
  return isArray(value) && value.length > 0 && value.every(isTable);
}
