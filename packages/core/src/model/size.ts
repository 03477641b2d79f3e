// Amounts of bytes as text: "512MiB", "2GiB", "10MB". Bytes inside.
// Not here: which keys hold one (schema/).

const UNITS: { readonly [unit: string]: number } = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** ECMAScript regular expression that exactly the sizes match. */
export const SIZE_PATTERN = '^[0-9]{1,15}(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$';

/** Longer texts are no slips of the pen, and the expression below takes time in the square of their length. */
const GUESSED_LENGTH_MAX = 40;

/** In words, for messages. */
export const SIZE_RULE = 'a whole number with a unit (B, kB, MB, GB, TB, KiB, MiB, GiB or TiB), as in "2GiB"';

const whole = new RegExp(SIZE_PATTERN);

/** Returns the bytes of a size, or null when the text is none or the amount is beyond counting. */
export function parseSize(text: string): number | null {
  if (!whole.test(text)) return null;
  const [, digits, unit] = /^([0-9]+)(.*)$/.exec(text)!;
  const bytes = Number(digits) * UNITS[unit!]!;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Guesses the size that a text such as `2 gib`, `2G` or `512m` was meant to be, or null. */
export function guessSize(text: string): string | null {
  if (text.length > GUESSED_LENGTH_MAX) return null;
  const match = /^\s*([0-9]+)\s*([A-Za-z]*)\s*$/.exec(text);
  if (match === null) return null;
  const [, digits, word] = match;
  const letters = word!.toLowerCase();
  if (letters === '') return null;
  const unit = Object.keys(UNITS).find(
    (candidate) => candidate.toLowerCase() === letters || candidate.toLowerCase() === `${letters}ib`,
  );
  return unit === undefined ? null : `${digits}${unit}`;
}
