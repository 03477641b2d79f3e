// Names content by its hash.

/** SHA-256 in lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  // Loaded at first use: the module takes longer to load than most files take to validate.
  return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex');
}
