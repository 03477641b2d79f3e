// Runs a program of an action to its end and returns what it wrote.

import { spawn } from 'node:child_process';
import { delimiter, isAbsolute } from 'node:path';
import { ActionError } from '@workflow-platform/plugin-sdk';

/** Returns stdout. Throws an ActionError with the program's own words when it fails. */
export async function runTool(
  program: string,
  argv: readonly string[],
  cwd: string,
  more: { readonly [name: string]: string } = {},
): Promise<Buffer> {
  // A relative folder of PATH would be one of the workspace.
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute).join(delimiter);
  const env = { ...process.env, PATH: path, LC_ALL: 'C.UTF-8', ...more };
  const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env });
  const out: Buffer[] = [];
  let outBytes = 0;
  let remark = '';
  child.stdout.on('data', (chunk: Buffer) => {
    outBytes += chunk.length;
    if (outBytes > outputBytesMax) child.kill('SIGKILL');
    else out.push(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (remark = (remark + text).slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(new ActionError(error.code === 'ENOENT' ? `\`${program}\` is not installed or not on the PATH` : error.message));
    });
    child.on('close', resolve);
  });
  if (outBytes > outputBytesMax)
    throw new ActionError(`\`${program}\` wrote more than ${outputBytesMax} bytes: there is too much to summarise`);
  if (code !== 0) throw new ActionError(`\`${program} ${argv.join(' ')}\` failed: ${remark.trim() || `exit status ${code}`}`);
  return Buffer.concat(out);
}

const outputBytesMax = 256 * 1024 * 1024;
