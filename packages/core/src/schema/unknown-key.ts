// What to say about a key that the format does not have: what was probably meant.
// Not here: the words of other tools (peer-keys.ts).

import { suggest } from '../diagnostic/suggest.ts';
import { homesOf } from './all-keys.ts';
import { peerAdvice } from './peer-keys.ts';
import type { TableNode } from './shape.ts';

/** Tables with more keys than this are not listed. */
const LISTED_MAX = 20;

/** What to say, and the key of the table that was meant, when it is sure enough to take it as given. */
export interface UnknownKeyAdvice {
  readonly help: string;
  readonly meant: string | null;
}

/** Returns the advice for an unknown key of a table. */
export function adviseOnUnknownKey(table: TableNode, key: string): UnknownKeyAdvice {
  const known = Object.keys(table.keys);
  const snake = snakeCase(key);
  if (snake !== key && Object.hasOwn(table.keys, snake)) {
    return { help: `write \`${snake}\`: keys are in small letters, with \`_\` between words`, meant: snake };
  }
  const peer = peerAdvice(table.name, snake);
  if (peer !== null) return peer;
  const near = suggest(key, known);
  if (near !== null) return { help: `did you mean \`${near}\`?`, meant: near };
  return { help: whereItBelongs(table, snake, known), meant: null };
}

function whereItBelongs(table: TableNode, key: string, known: readonly string[]): string {
  const [place, ...others] = new Set(homesOf(key).map((home) => home.tablePlace));
  if (place !== undefined && others.length === 0) {
    return place === '' ? `\`${key}\` belongs at the top of the file` : `\`${key}\` belongs in \`[${place}]\``;
  }
  if (known.length <= LISTED_MAX) return `${table.title} has the keys ${known.map((name) => `\`${name}\``).join(', ')}`;
  return `\`workflow explain ${table.name}s\` lists the keys of ${table.title}`;
}

/** `maxParallel`, `max-parallel` and `MAX_PARALLEL` are `max_parallel`. */
function snakeCase(key: string): string {
  const isUpper = key === key.toUpperCase();
  const spaced = isUpper ? key : key.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return spaced.replace(/[-. ]/g, '_').toLowerCase();
}
