// Colours and weights of text, switched off as a whole where they are not wanted.
// Not here: what is coloured how (the other files of this folder).

/** Wraps text in terminal codes, or returns it as it is. */
export interface Style {
  readonly enabled: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** Returns the styles, or plain text for all of them. */
export function createStyle(enabled: boolean): Style {
  const wrap = (open: number, close: number) => (text: string) =>
    enabled && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    enabled,
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    blue: wrap(34, 39),
    cyan: wrap(36, 39),
  };
}

/**
 * Decides whether a stream gets colours: FORCE_COLOR (not `0`) yes, else NO_COLOR (not empty) no, else only a terminal that
 * is not `dumb`.
 */
export function wantsColor(stream: { readonly isTTY?: boolean }, env: { readonly [name: string]: string | undefined }): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
