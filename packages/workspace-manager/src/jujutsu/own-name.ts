// Which workspace the files of a folder are recorded for: Jujutsu reads it from the folder, where a step may have put what it
// copied from the main checkout. What is recorded there would then land in the user's change.

import { join } from 'node:path';

import type { MadeWorkspace } from '../providers/provider.ts';
import { readRegularFile } from '../regular-file.ts';
import { jj } from './jj-program.ts';

/** What is wrong with a workspace that is not named as it was made. */
export const OTHER_NAME = 'its `.jj` folder says that it is another workspace';

/** Says whether Jujutsu would record the folder for the workspace of this id. */
export async function hasOwnName({ id, folder }: Pick<MadeWorkspace, 'id' | 'folder'>): Promise<boolean> {
  const name = nameIn(join(folder, '.jj/working_copy/checkout'));
  if (name !== null) return name === id;
  // A version that keeps it in another way.
  const look = ['--ignore-working-copy', 'log', '--no-graph', `--revisions=@ ~ "${id}"@`, '--template=commit_id'];
  const { code, stdout } = await jj(folder, look);
  return code === 0 && stdout === '';
}

/** Reads the name from the file, which is a protocol buffer: the last field 3 counts. Null for a file of another form. */
function nameIn(file: string): string | null {
  const bytes = Buffer.from(readRegularFile(file, 'latin1') ?? '', 'latin1');
  let name: string | null = null;
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, length = 0] = bytes.subarray(at, at + 2);
    const isShortText = (tag & 7) === 2 && tag < 128 && length < 128 && at + 2 + length <= bytes.length;
    if (!isShortText) return null;
    if (tag >> 3 === 3) name = bytes.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
  }
  return name;
}
