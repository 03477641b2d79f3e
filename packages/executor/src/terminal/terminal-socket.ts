// The Unix socket of a terminal: `N.tty` in the run's folder, for nobody but its owner. The address of a socket has room for about
// a hundred bytes, and the folder's path may be longer: then it is named from within the folder.
// Not here: what is said over it (terminal-frames.ts).

import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/** What every system has room for (macOS: 104, with a NUL at its end), less something to be on the safe side. */
const ADDRESS_BYTES_MAX = 100;

/** Listens there, in place of what an earlier process may have left. Resolves when others can connect. */
export async function listenAt(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  const umask = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      within(path, (address) => server.listen(address, resolve));
    });
  } finally {
    process.umask(umask);
  }
}

/** Connects. Rejects with ENOENT or ECONNREFUSED where nobody listens. */
export function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = within(path, (address) => connect(address));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** The address is used at once by both calls above, before anything else could run in the other folder. */
function within<T>(path: string, use: (address: string) => T): T {
  if (Buffer.byteLength(path) <= ADDRESS_BYTES_MAX) return use(path);
  const cwd = process.cwd();
  process.chdir(dirname(path));
  try {
    return use(basename(path));
  } finally {
    process.chdir(cwd);
  }
}
