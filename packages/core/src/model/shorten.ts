// Keeps texts of users readable inside messages.
// Not here: messages themselves.

const LENGTH_MAX = 60;

/** Returns the text, or its beginning when it is long. Never cuts a character in two. */
export function shorten(text: string): string {
  if (text.length <= LENGTH_MAX) return text;
  return `${text.slice(0, LENGTH_MAX - 3).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Returns the text shortened and on one line. */
export function shortenLine(text: string): string {
  return shorten(text.replace(/\p{Cc}+/gu, ' '));
}
