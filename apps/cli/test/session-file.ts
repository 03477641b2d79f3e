// The format of *.session files: what is typed and what the program answers. One file is one temporary folder and one history.
//
//   # A comment.
//   --- workflow.toml        a file of the folder, up to the next `---` alone
//   id = "a"
//   ---
//   $ workflow validate      a line for `sh`
//   what it wrote to stdout
//   1> # the same, where the line alone would be read as something else
//   2> what it wrote to stderr
//   [exit 2]                 when it is not 0
//
// Not here: running them (sessions.test.ts).

/** A part of a session, in order. */
export type SessionPart =
  | { readonly kind: 'comment'; readonly lines: readonly string[] }
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly command: string; readonly answer: readonly string[] };

/** Reads a session. */
export function parseSession(text: string): readonly SessionPart[] {
  const lines = text.replace(/\n$/, '').split('\n');
  const parts: SessionPart[] = [];
  let at = 0;
  const takeWhile = (wanted: (line: string) => boolean): string[] => {
    const start = at;
    while (at < lines.length && wanted(lines[at]!)) at += 1;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const file = /^--- (\S.*)$/.exec(line);
    if (file !== null) {
      at += 1;
      const body = takeWhile((inner) => inner !== '---');
      at += 1;
      parts.push({ kind: 'file', path: file[1]!, text: body.map((inner) => `${inner}\n`).join('') });
    } else if (line.startsWith('$ ')) {
      at += 1;
      const answer = takeWhile((inner) => !endsAnswer(inner));
      while (answer.at(-1) === '') answer.pop();
      parts.push({ kind: 'command', command: line.slice(2), answer });
    } else {
      const comment = takeWhile((inner) => !inner.startsWith('$ ') && !inner.startsWith('--- '));
      while (comment.at(-1) === '') comment.pop();
      while (comment[0] === '') comment.shift();
      if (comment.length > 0) parts.push({ kind: 'comment', lines: comment });
    }
  }
  return parts;
}

/** Returns a line of stdout as an answer has it. */
export function stdoutLine(line: string): string {
  return endsAnswer(line) || line.startsWith('1> ') ? `1> ${line}` : line;
}

function endsAnswer(line: string): boolean {
  return line.startsWith('$ ') || line.startsWith('# ') || line.startsWith('--- ');
}

/** Writes a session; parts are set apart by empty lines. */
export function renderSession(parts: readonly SessionPart[]): string {
  return parts.map((part) => `${renderPart(part)}\n`).join('\n');
}

function renderPart(part: SessionPart): string {
  switch (part.kind) {
    case 'comment':
      return part.lines.join('\n');
    case 'file':
      return `--- ${part.path}\n${part.text}---`;
    case 'command':
      return [`$ ${part.command}`, ...part.answer].join('\n');
    default:
      return part satisfies never;
  }
}
