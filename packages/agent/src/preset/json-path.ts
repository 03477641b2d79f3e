// The path language of presets: `item.text`, `content[0].text`, `content[*].text`, `content[type=text].text`, `models.*.cost`.
// A path may mean several values; one that leads nowhere means none.

import type { Json } from '@workflow-platform/plugin-sdk';

type Segment =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  /** All elements of a list, all values of a table. */
  | { readonly kind: 'all' }
  /** The elements of a list whose key has this value. */
  | { readonly kind: 'where'; readonly name: string; readonly value: string };

const names = '[A-Za-z0-9_-]+';
const segment = new RegExp(`(?:^|\\.)(${names}|\\*)|\\[(?:(\\d+)|(\\*)|(${names})=([^\\]]*))\\]`, 'y');

/** Returns a function that finds the values, or null for a text that is no path. */
export function parsePath(path: string): ((value: Json) => readonly Json[]) | null {
  const segments: Segment[] = [];
  segment.lastIndex = 0;
  for (let at = 0; at < path.length; at = segment.lastIndex) {
    const match = segment.exec(path);
    if (match === null) return null;
    const [, name, index, all, key, value] = match;
    if (name !== undefined) segments.push(name === '*' ? { kind: 'all' } : { kind: 'key', name });
    else if (index !== undefined) segments.push({ kind: 'index', index: Number(index) });
    else if (all !== undefined) segments.push({ kind: 'all' });
    else segments.push({ kind: 'where', name: key ?? '', value: value ?? '' });
  }
  if (segments.length === 0) return null;
  return (root) => segments.reduce<readonly Json[]>((values, one) => values.flatMap((value) => step(value, one)), [root]);
}

function step(value: Json, one: Segment): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const list = Array.isArray(value) ? (value as readonly Json[]) : null;
  switch (one.kind) {
    case 'key':
      return list === null ? entry(value as { readonly [key: string]: Json }, one.name) : [];
    case 'index':
      return list?.slice(one.index, one.index + 1) ?? [];
    case 'all':
      return list ?? Object.values(value as { readonly [key: string]: Json });
    case 'where':
      return (list ?? []).filter((element) =>
        step(element, { kind: 'key', name: one.name }).some((found) => typeof found !== 'object' && String(found) === one.value),
      );
  }
}

function entry(table: { readonly [key: string]: Json }, name: string): readonly Json[] {
  const value = Object.hasOwn(table, name) ? table[name] : undefined;
  return value === undefined ? [] : [value];
}
