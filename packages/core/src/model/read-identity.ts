// Takes the name and version of a workflow from its `id` and `version`.
// Not here: how they must look (schema/formats.ts).

import type { Reading } from '../schema/reading.ts';

/** What a workflow without a readable id is called, so that the rest of it can be checked. */
const UNNAMED = 'unnamed';

/** Returns the id without a version, and the version from whichever key has it. */
export function readIdentity(
  reading: Reading,
  read: { readonly id: string | null; readonly version: string | null },
): { id: string; version: string | null } {
  const [id = UNNAMED, idVersion = null] = read.id === null ? [] : read.id.split('@');
  if (idVersion !== null && read.version !== null && idVersion !== read.version) {
    const span = reading.document.spanOf(['version'], 'value');
    const start = id.length;
    reading.error('bad-version', `\`version\` is ${read.version}, but \`id\` ends in @${idVersion}`, {
      help: 'write the version in one of them',
      span,
      related: [{ span: reading.document.spanInString(['id'], start, read.id!.length), message: 'the other version' }],
    });
  }
  return { id, version: read.version ?? idVersion };
}
