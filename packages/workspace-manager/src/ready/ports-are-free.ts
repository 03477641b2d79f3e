// Finds out whether ports are free: by what the kernel says where it does (Linux), else by listening on them. To ask takes a
// tenth of a millisecond; to load what listens, ten.

import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';

/** Says whether nothing listens on any of `count` ports from `base` on, at 127.0.0.1 or at any other address of this machine. */
export async function portsAreFree(
  base: number,
  count: number,
  taken: ReadonlySet<number> | null = portsInUse(),
): Promise<boolean> {
  const ports = Array.from({ length: count }, (_, offset) => base + offset);
  if (taken !== null) return !ports.some((port) => taken.has(port));
  const servers = await Promise.all(ports.map(listen));
  await Promise.all(servers.map(close));
  return servers.every((server) => server !== null);
}

/** Ports that something listens on, or null where the kernel does not say. Format of the tables: proc_net_tcp of the kernel's documentation. */
export function portsInUse(): ReadonlySet<number> | null {
  let tables: string;
  try {
    tables = readFileSync('/proc/net/tcp', 'latin1') + tableOfIpv6();
  } catch {
    return null;
  }
  // The state 0A is LISTEN.
  return new Set(
    Array.from(tables.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A /gm), ([, port]) => Number.parseInt(port!, 16)),
  );
}

function tableOfIpv6(): string {
  try {
    return readFileSync('/proc/net/tcp6', 'latin1');
  } catch {
    return ''; // A kernel without IPv6.
  }
}

function listen(port: number): Promise<Server | null> {
  const server = process.getBuiltinModule('node:net').createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server | null): Promise<void> {
  return new Promise((closed) => (server === null ? closed() : server.close(() => closed())));
}
