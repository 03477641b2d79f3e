// Works in a checkout as a person with an editor does until it is told to end (its standard input closes): files are changed in
// place, saved aside and renamed, made and deleted. `change-files FOLDER`; everything happens in FOLDER, and at the end it
// prints, as JSON, what each file of it must hold.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAUSE_MS = 5;
const FILES = 20;

const folder = process.argv[2] ?? '';
const contents: { [name: string]: string } = {};
mkdirSync(folder, { recursive: true });
let count = 0;

const timer = setInterval(() => {
  const name = `mine-${count % FILES}`;
  const text = `change ${count}\n`.repeat(50);
  if (count % 3 === 0) writeFileSync(join(folder, name), text);
  else {
    writeFileSync(join(folder, `${name}.tmp`), text);
    renameSync(join(folder, `${name}.tmp`), join(folder, name));
  }
  contents[name] = text;
  if (count % 7 === 0) {
    const gone = `mine-${(count + FILES / 2) % FILES}`;
    rmSync(join(folder, gone), { force: true });
    delete contents[gone];
  }
  count++;
}, PAUSE_MS);
process.stdout.write('begun\n');
process.stdin.resume().on('end', () => {
  clearInterval(timer);
  process.stdout.write(JSON.stringify(contents));
});
