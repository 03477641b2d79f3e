// The pages of the mistakes that reading a TOML text finds.
// Not here: where each is found (toml-*.ts), the pages of other rules.

import type { RulePage } from '../diagnostic/rule-page.ts';

/** A page for each code that `parseToml` reports. */
export const tomlRules: readonly RulePage[] = [
  page(
    'toml-control-character',
    'a character that no TOML file may hold',
    `Control characters, other than tab and line end, may stand nowhere in a TOML file: not in text, not in comments. They cannot be
seen in an editor and often come from a copied terminal screen or from a file that is no text at all. A carriage return
counts as one unless a line feed follows it. Remove the character; where it is meant, write it as an escape in double quotes.`,
    step('run = "echo \u0007"'),
    step('run = "echo \\u0007"'),
  ),
  page(
    'toml-unclosed-string',
    'text whose closing quotes are missing',
    `A string in single or double quotes ends on the line it starts on. Text of several lines stands between three quotes and goes
on until the same three come again. When those never come, reading goes on at the next table header, or at the line that
looks like the start of the next text.`,
    step('run = "make'),
    step('run = "make"'),
  ),
  page(
    'toml-bad-escape',
    'a backslash that starts no escape',
    `In double quotes a backslash starts an escape: \`\\n\`, \`\\t\`, \`\\"\`, \`\\\\\`, \`\\b\`, \`\\f\`, \`\\r\`, \`\\e\`, \`\\x41\`, \`\\u00e9\`, \`\\U0001F600\`. Regular
expressions and Windows paths are full of backslashes that mean none of these: double them, or use single quotes, in which a
backslash is just a backslash.`,
    step(`run = "grep '\\d' notes"`),
    step(`run = "grep '\\\\d' notes"`),
  ),
  page(
    'toml-missing-key',
    'a line without a key',
    'Every line is `key = value`, a `[table]` or a comment. Here the key is missing, or a part of it before or after a dot.',
    file('= "Example"'),
    file('name = "Example"'),
  ),
  page(
    'toml-bad-key',
    'a key that needs quotes',
    `Without quotes a key consists of the letters a-z and A-Z, digits, \`_\` and \`-\`; dots divide it into the names of tables. Anything else,
blanks and accented letters too, needs quotes around that part of the key. Triple quotes cannot hold a key. What another language
takes for a comment is no key either: comments begin with \`#\`.`,
    'id = "example"\n\n[steps.build all]\nrun = "make"\n',
    'id = "example"\n\n[steps.build-all]\nrun = "make"\n',
  ),
  page(
    'toml-missing-equals',
    'a key without `=`',
    'Between a key and its value stands `=`. Other formats have a colon or a blank there; TOML has not.',
    file('name: "Example"'),
    file('name = "Example"'),
  ),
  page(
    'toml-missing-value',
    'a key without a value',
    'The value stands on the same line as its key. An empty text is `""`, an empty list `[]`; a key that has no value is left out.',
    file('description ='),
    file('description = "Builds it"'),
  ),
  page(
    'toml-bad-value',
    'something that is no value',
    'A value is text in quotes, a number, `true` or `false`, a date, a list in `[ ]` or a table in `{ }`. TOML has no null: leave the key out.',
    step('run = "make"\nretry = { max = 2, jitter = True }'),
    step('run = "make"\nretry = { max = 2, jitter = true }'),
  ),
  page(
    'toml-unquoted-text',
    'text without quotes',
    'Text always stands in quotes: double ones, in which a backslash starts an escape, or single ones, in which nothing has a special meaning.',
    step('run = cargo build'),
    step('run = "cargo build"'),
  ),
  page(
    'toml-bad-number',
    'something that begins like a number but is none',
    `Numbers are written \`42\`, \`-7\`, \`1_000\`, \`0xff\`, \`0.5\`, \`1e9\`. They have no leading zeros, no unit, and digits on both sides of the
dot; integers fit in 64 bits. Durations, sizes and versions are text and stand in quotes.`,
    step('run = "make"\ntimeout = 10m'),
    step('run = "make"\ntimeout = "10m"'),
  ),
  page(
    'toml-bad-date',
    'a date or time that does not exist',
    'What looks like a date or a time without quotes has to be one: the month has that day, the day that hour.',
    file('description = 2026-02-30'),
    file('description = "2026-02-30"'),
  ),
  page(
    'toml-junk-after-value',
    'something behind a value',
    `Behind a value only a comment may stand. Most often two lines have run together, or quotes inside a text have ended it early: inside
double quotes they are written \`\\"\`.`,
    step('run = "echo "hello""'),
    step('run = "echo \\"hello\\""'),
  ),
  page(
    'toml-missing-comma',
    'two elements without a comma between them',
    'Commas divide the elements of `[ ]` and the keys of `{ }`, also when each stands on a line of its own.',
    step('argv = ["make" "test"]'),
    step('argv = ["make", "test"]'),
  ),
  page(
    'toml-extra-comma',
    'a comma without an element before it',
    'A comma follows an element. One comma may follow the last one, but two in a row, or one at the start, may not stand.',
    step('argv = ["make",, "test"]'),
    step('argv = ["make", "test"]'),
  ),
  page(
    'toml-unclosed-array',
    'a list whose `]` is missing',
    'A list goes on until its `]`, over several lines if need be. The next line that can only be a new key or a header shows that it is missing.',
    step('argv = ["make", "test"\ntimeout = "10m"'),
    step('argv = ["make", "test"]\ntimeout = "10m"'),
  ),
  page(
    'toml-unclosed-inline-table',
    'an inline table whose `}` is missing',
    'A table in braces goes on until its `}`, over several lines if need be, with commas between its keys.',
    step('env = { RUST_LOG = "info"\nrun = "make"'),
    step('env = { RUST_LOG = "info" }\nrun = "make"'),
  ),
  page(
    'toml-wrong-bracket',
    'a bracket closed by one of another kind',
    'What `[` opens, `]` closes; what `{` opens, `}` closes.',
    step('argv = ["make"}'),
    step('argv = ["make"]'),
  ),
  page(
    'toml-unclosed-header',
    'a table header whose `]` is missing',
    'The header of a table stands between `[` and `]`, that of an element of an array of tables between `[[` and `]]`, on a line of its own.',
    'id = "example"\n\n[steps.build\nrun = "make"\n',
    step('run = "make"'),
  ),
  page(
    'toml-duplicate-key',
    'a key defined twice',
    'A key has one value. Remove one of the two lines, or rename the key; the file does not say which of them was meant.',
    step('run = "make"\ntimeout = "1m"\ntimeout = "2m"'),
    step('run = "make"\ntimeout = "2m"'),
  ),
  page(
    'toml-duplicate-table',
    'a table defined twice',
    'The header of a table stands once. Two steps need two names; two halves of one step belong below one header.',
    step('run = "make"\n\n[steps.build]\nrun = "make test"'),
    step('run = "make"\n\n[steps.test]\nrun = "make test"'),
  ),
  page(
    'toml-dotted-key-conflict',
    'a dotted key that reaches into a table with a header',
    'A table is written in one way: with a header, or with dotted keys. Once it has a header, further keys stand below that header.',
    'id = "example"\n\n[steps.build.env]\nA = "1"\n\n[steps.build]\nrun = "make"\nenv.B = "2"\n',
    'id = "example"\n\n[steps.build.env]\nA = "1"\nB = "2"\n\n[steps.build]\nrun = "make"\n',
  ),
  page(
    'toml-inline-table-extended',
    'a key added to an inline table',
    'A table in braces is complete where its `}` stands. Write further keys between the braces, or the whole table below a header.',
    step('run = "make"\nenv = { A = "1" }\nenv.B = "2"'),
    step('run = "make"\nenv = { A = "1", B = "2" }'),
  ),
  page(
    'toml-not-a-table',
    'a key below something that is no table',
    'Only a table holds keys. Here the same name already stands for text, a number, a list or something else, or `[[ ]]` meets a single table.',
    file('workspace = "copy"\n\n[workspace]\nkeep = "always"'),
    file('\n[workspace]\nprovider = "copy"\nkeep = "always"'),
  ),
  page(
    'toml-too-deep',
    'nesting that goes too deep',
    'Tables, lists and dotted keys may nest 128 levels deep. No workflow needs more; a file that has more was made to break something.',
    step(`argv = ${'['.repeat(129)}${']'.repeat(129)}`),
    step('argv = ["make"]'),
  ),
  page(
    'toml-too-many-mistakes',
    'more mistakes than are worth listing',
    'After a hundred mistakes reading stops. Fix the first ones, or look whether this is the file that was meant.',
    step(`argv = [${','.repeat(101)}]`),
    step('argv = ["make"]'),
  ),
];

function page(code: string, title: string, explanation: string, bad: string, good: string): RulePage {
  return { code, severity: 'error', title, explanation: explanation.replaceAll('\n', ' '), bad, good };
}

/** A whole file around lines at its top. */
function file(lines: string): string {
  return `id = "example"\n${lines}\n\n[steps.build]\nrun = "make"\n`;
}

/** A whole file around the lines of its step. */
function step(lines: string): string {
  return `id = "example"\n\n[steps.build]\n${lines}\n`;
}
