// The reference of all keys as a page of the documentation.
// Not here: what there is to say about a key (describe-key.ts).

import { allKeys } from './all-keys.ts';
import { describeKey } from './describe-key.ts';

/** Renders the reference of all keys as Markdown: a table for each table of the format. */
export function renderKeyReference(): string {
  const sections = new Map<string, string[]>();
  for (const { place, tablePlace, key } of allKeys()) {
    const { type, doc, required, default: fallback, values, notAvailable } = describeKey(place.split('.'))!;
    const rows = sections.get(tablePlace) ?? [];
    sections.set(tablePlace, rows);
    const allowed = values === null ? type : values.map((value) => `\`"${value}"\``).join(', ');
    const absent = required ? 'required' : fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``;
    const remark = notAvailable === null ? '' : ` *Not available in this release: ${notAvailable}.*`;
    rows.push(`| \`${key}\` | ${allowed} | ${absent} | ${`${doc}${remark}`.replaceAll('|', '\\|')} |`);
  }
  return [...sections]
    .map(([place, rows]) => {
      const title = place === '' ? '## Top of the file' : `## \`[${place}]\``;
      return `${title}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('\n');
}
