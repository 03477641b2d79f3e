// Keeps the memory of a process small that reads a large file.

const LARGE_BYTES = 256 << 10;

/**
 * Tells V8 what comes: nearly all that is made of a large file lives on. V8 would take that for a reason to let the space for
 * young objects grow to 64 MB, which pays only where most objects die young. Costs no time: bench/plan.ts.
 */
export function spareMemory(sizeBytes: number): void {
  if (sizeBytes >= LARGE_BYTES) process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}
