// Processor time of this process and of the programs that it has waited for: on a busy machine the comparable figure.

import { readFileSync } from 'node:fs';

// `sysconf(_SC_CLK_TCK)` of every Linux.
const TICKS_PER_SECOND = 100;

/** Returns it in milliseconds, in steps of ten; NaN where the system keeps no such account for Node to read. */
export function cpuTimeMs(): number {
  return cpuTimeOfMs('self');
}

/** Returns the same of another process. */
export function cpuTimeOfMs(pid: number | 'self'): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return NaN;
  }
  // The name in brackets may hold anything; after it comes the third field, and 14 to 17 are what is wanted.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) * 1000) / TICKS_PER_SECOND;
}
