// Reads when there is quota again from what an agent or a service says: a date and time, seconds since 1970, a duration ("in 3h
// 12m"), a time of day with or without a date and a zone ("3pm (Europe/Berlin)", "Oct 7, 1am").
// Not here: finding the text (quota-failure.ts).

/**
 * Returns the time in milliseconds since the epoch, or null when the text says none that makes sense. It was said at `saidAtMs`;
 * where it names no zone, it is meant in `localZone`.
 */
export function parseResetTime(text: string, saidAtMs: number, localZone = zoneOfMachine()): number | null {
  const said = text.slice(0, TEXT_MAX);
  const atMs =
    fromDateTime(said, localZone) ?? fromEpoch(said) ?? fromClock(said, saidAtMs, localZone) ?? fromDuration(said, saidAtMs);
  return atMs === null || Number.isNaN(atMs) || atMs > saidAtMs + AHEAD_MS_MAX ? null : atMs;
}

/** Whatever a pattern caught beyond that is no time. */
const TEXT_MAX = 200;
const DAY_MS = 86_400_000;
/** A quota that comes back later than that is a number of something else. */
const AHEAD_MS_MAX = 400 * DAY_MS;
/** A time of day that has just passed is meant as that, not as tomorrow's. */
const JUST_PASSED_MS = 600_000;

interface Day {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function zoneOfMachine(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `2026-11-26T15:00:00Z`, `2026-11-26 15:00:00.5+01:00`, and without a zone. */
function fromDateTime(text: string, localZone: string): number | null {
  const found = /\b(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z\b|[+-]\d{2}:?\d{2})?/.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second = '0', offset] = found;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  if (offset === undefined) return atZone(date, clock, zoneIn(text, localZone));
  return asUtc(date, clock) - (offset === 'Z' ? 0 : offsetMs(offset));
}

/** Seconds, or milliseconds when it has 13 digits. */
function fromEpoch(text: string): number | null {
  const found = /(?<![\d.])(\d{10}|\d{13})(?:\.\d+)?(?!\d)/.exec(text)?.[1];
  if (found === undefined) return null;
  return found.length === 13 ? Number(found) : Number(found) * 1000;
}

const UNITS: { readonly [unit: string]: number } = { w: 7 * DAY_MS, d: DAY_MS, h: 3_600_000, m: 60_000, s: 1000 };

/** `3h 12m`, `3 days 28 minutes`, `1h2m3.5s`; a number alone is seconds, as in `Retry-After`. */
function fromDuration(text: string, saidAtMs: number): number | null {
  const parts = text.matchAll(
    /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|w(?:eeks?)?|d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])/gi,
  );
  let totalMs: number | null = null;
  for (const [, amount, unit = ''] of parts) {
    const unitMs = /^(ms|milli)/i.test(unit) ? 1 : (UNITS[unit[0]?.toLowerCase() ?? ''] ?? 0);
    totalMs = (totalMs ?? 0) + Number(amount) * unitMs;
  }
  if (totalMs === null) {
    const seconds = /^\s*(?:(?:in|after)\s)?\s*(\d{1,7}(?:\.\d+)?)[\s.!)]*$/i.exec(text)?.[1];
    if (seconds === undefined) return null;
    totalMs = Number(seconds) * 1000;
  }
  return saidAtMs + Math.ceil(totalMs);
}

/** `3pm`, `3:30 PM (UTC)`, `15:00`, `Oct 7, 1am (Europe/Amsterdam)`, `7 October 2026 at 13:00`. */
function fromClock(text: string, saidAtMs: number, localZone: string): number | null {
  const clock = clockIn(text);
  if (clock === null) return null;
  const zone = zoneIn(text, localZone);
  if (zone === null) return null;
  const today = dayOf(saidAtMs, zone);
  const named = dayIn(text, today.year);
  if (named === null) {
    const atMs = atZone(today, clock, zone);
    if (atMs === null || atMs > saidAtMs - JUST_PASSED_MS) return atMs;
    return atZone({ ...today, day: today.day + 1 }, clock, zone);
  }
  const atMs = atZone(named.date, clock, zone);
  const isOver = atMs !== null && !named.hasYear && atMs < saidAtMs - DAY_MS;
  return isOver ? atZone({ ...named.date, year: named.date.year + 1 }, clock, zone) : atMs;
}

function clockIn(text: string): Clock | null {
  const half = /\b(1[0-2]|0?[1-9])(?::([0-5]\d))?(?::([0-5]\d))?\s*([ap])\.?m\b/i.exec(text);
  if (half !== null) {
    const [, hour, minute = '0', second = '0', part = ''] = half;
    const isAfternoon = part.toLowerCase() === 'p';
    return { hour: (Number(hour) % 12) + (isAfternoon ? 12 : 0), minute: Number(minute), second: Number(second) };
  }
  const full = /\b([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?![\d:])/.exec(text);
  if (full === null) return null;
  return { hour: Number(full[1]), minute: Number(full[2]), second: Number(full[3] ?? 0) };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function dayIn(text: string, thisYear: number): { readonly date: Day; readonly hasYear: boolean } | null {
  const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
  const day = '(\\d{1,2})(?:st|nd|rd|th)?';
  const year = '(?:,?\\s+(\\d{4}))?';
  const monthFirst = new RegExp(`\\b${month}\\s+${day}\\b${year}`, 'i').exec(text);
  const dayFirst = monthFirst ?? new RegExp(`\\b${day}\\s+${month}${year}`, 'i').exec(text);
  if (dayFirst === null) return null;
  const [first = '', second = '', named] = dayFirst.slice(1);
  const [monthName, dayNumber] = monthFirst === null ? [second, first] : [first, second];
  const date = {
    year: Number(named ?? thisYear),
    month: MONTHS.indexOf(monthName.toLowerCase()) + 1,
    day: Number(dayNumber),
  };
  return { date, hasYear: named !== undefined };
}

/** The zone that a text names: `(Europe/Berlin)`, `UTC`, `+01:00`; null for a name that nobody knows. */
function zoneIn(text: string, localZone: string): string | null {
  const named =
    /\(([A-Za-z]+(?:[_/+-][A-Za-z0-9_+-]+)*)\)/.exec(text)?.[1] ??
    /\b([A-Z][A-Za-z]+\/[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z_]+)?)\b/.exec(text)?.[1] ??
    /\b(UTC|GMT)\b/.exec(text)?.[1] ??
    /\d\s*([+-]\d{2}:\d{2})(?!\d)/.exec(text)?.[1];
  if (named === undefined) return localZone;
  try {
    return Intl.DateTimeFormat('en', { timeZone: named }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** When the clocks of a zone show that. In the hour that is skipped or doubled when they are changed, one of the two. */
function atZone(date: Day, clock: Clock, zone: string | null): number | null {
  if (zone === null) return null;
  const wallMs = asUtc(date, clock);
  const firstMs = wallMs - zoneOffsetMs(wallMs, zone);
  return wallMs - zoneOffsetMs(firstMs, zone);
}

function asUtc({ year, month, day }: Day, { hour, minute, second }: Clock): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function dayOf(atMs: number, zone: string): Day {
  const wall = new Date(atMs + zoneOffsetMs(atMs, zone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** How far the clocks of a zone are ahead of UTC then. */
function zoneOffsetMs(atMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(atMs);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return offsetMs(name.replace(/^GMT/, ''));
}

/** `+01:00`, `-0530`; nothing is none. */
function offsetMs(text: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})/.exec(text);
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
}
