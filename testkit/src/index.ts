// For tests only: fakes, builders, the simulator, and machines that misbehave.

export type { SmallDisk } from './small-disk.ts';
export { smallDisk } from './small-disk.ts';
export { withoutPrivileges } from './without-privileges.ts';
