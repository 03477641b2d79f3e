// Finds the JSON value in an agent's answer: agents like to put words or a fence around it.

import type { Json } from '@workflow-platform/plugin-sdk';

/** Returns the value: all of the text, else the last fenced block, else from the first bracket to the last. Undefined for none. */
export function extractJson(text: string): Json | undefined {
  const fenced = [...text.matchAll(/^[ \t]*```[^\n`]*\n([\s\S]*?)^[ \t]*```/gm)].map(([, inside]) => inside ?? '');
  const candidates = [text, ...fenced.reverse(), between(text, '{', '}'), between(text, '[', ']')];
  for (const candidate of candidates) {
    try {
      return JSON.parse(candidate) as Json;
    } catch {
      // The next one may be.
    }
  }
  return undefined;
}

function between(text: string, open: string, close: string): string {
  const [from, to] = [text.indexOf(open), text.lastIndexOf(close)];
  return from === -1 || to < from ? '' : text.slice(from, to + 1);
}
