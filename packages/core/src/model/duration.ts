// Lengths of time as text: "10m", "1h30m", "250ms". Milliseconds inside.
// Not here: which keys hold one and within which range (schema/).

const UNITS = [
  { unit: 'd', ms: 86_400_000, names: ['day', 'days'] },
  { unit: 'h', ms: 3_600_000, names: ['hour', 'hours', 'hr', 'hrs'] },
  { unit: 'm', ms: 60_000, names: ['min', 'mins', 'minute', 'minutes'] },
  { unit: 's', ms: 1000, names: ['sec', 'secs', 'second', 'seconds'] },
  { unit: 'ms', ms: 1, names: ['msec', 'msecs', 'millisecond', 'milliseconds'] },
] as const;

/** ECMAScript regular expression that all durations match, short enough for the messages of editors. */
export const DURATION_PATTERN = '^([0-9]{1,12}(ms|s|m|h|d))+$';

/** Longer texts are no slips of the pen, and the expression below takes time in the square of their length. */
const GUESSED_LENGTH_MAX = 40;

/** In words, for messages. */
export const DURATION_RULE = 'a number with a unit (ms, s, m, h or d), as in "10m", "1h30m" or "250ms"';

/** Each unit at most once, the largest first. */
const whole = /^(?=.)(\d{1,12}d)?(\d{1,12}h)?(\d{1,12}m)?(\d{1,12}s)?(\d{1,12}ms)?$/;

/** Returns the milliseconds of a duration, or null when the text is none. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/([0-9]+)(ms|[dhms])/g)) {
    total += Number(digits) * UNITS.find((candidate) => candidate.unit === unit)!.ms;
  }
  return total;
}

/** Renders milliseconds in the one canonical form: 90000 is `1m30s`, 0 is `0s`. */
export function renderDuration(ms: number): string {
  let left = ms;
  let text = '';
  for (const { unit, ms: unitMs } of UNITS) {
    const count = Math.floor(left / unitMs);
    if (count > 0) text += `${count}${unit}`;
    left -= count * unitMs;
  }
  return text === '' ? '0s' : text;
}

/** Guesses the duration that a text such as `10 min`, `1.5h` or `30` was meant to be, or null. */
export function guessDuration(text: string): string | null {
  if (text.length > GUESSED_LENGTH_MAX) return null;
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*$/.exec(text);
  if (match === null) return null;
  const [, digits, word] = match;
  const name = word!.toLowerCase();
  const unit =
    name === '' ? UNITS[3] : UNITS.find((candidate) => candidate.unit === name || candidate.names.includes(name as never));
  if (unit === undefined) return null;
  const ms = Math.round(Number(digits) * unit.ms);
  return Number.isSafeInteger(ms) ? renderDuration(ms) : null;
}
