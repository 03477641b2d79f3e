// Finds processes that tests started and left running: they carry the test run's marker in their environment.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Returns a line for each living process whose environment holds the marker, apart from this one. Kills them. */
export function leftProcesses(marker: string): string[] {
  const left = existsSync('/proc/self/environ') ? fromProc(marker) : fromPs(marker);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

function fromProc(marker: string): { pid: number; command: string }[] {
  const found: { pid: number; command: string }[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(marker)) continue;
      found.push({ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() });
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  return found;
}

/** macOS: `ps -E` prints the environment behind the command. */
function fromPs(marker: string): { pid: number; command: string }[] {
  const listing = execFileSync('ps', ['-A', '-E', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 << 20 });
  return listing
    .split('\n')
    .filter((line) => line.includes(marker))
    .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && Number(match[1]) !== process.pid)
    .map((match) => ({ pid: Number(match?.[1]), command: (match?.[2] ?? '').slice(0, 120) }));
}
