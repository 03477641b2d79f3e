// Counts the lines that hold a mark. Needs no node_modules: the engine answers the import of the SDK.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError, definePlugin } from '@workflow-platform/plugin-sdk';

export default definePlugin({
  actions: {
    async count({ folder, marks, most }, context) {
      const places = [];
      for (const file of await textFiles(folder)) {
        const lines = (await readFile(file, 'utf8')).split('\n');
        lines.forEach((text, index) => {
          if (marks.some((mark) => text.includes(mark))) places.push({ file, line: index + 1, text: text.trim() });
        });
      }
      context.log(`${places.length} places in ${folder}`);
      context.output('count', places.length);
      context.output('places', places);
      await writeFile('todo-report.txt', places.map(({ file, line, text }) => `${file}:${line}: ${text}\n`).join(''));
      context.artifact('todo-report', 'todo-report.txt');
      if (most !== undefined && places.length > most)
        throw new ActionError(`${places.length} places, at most ${most} are allowed`);
    },
  },
});

async function textFiles(folder) {
  const files = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await textFiles(path)));
    else if (entry.isFile() && /\.(?:[cm]?[jt]s|py|sh|md|toml)$/.test(entry.name)) files.push(path);
  }
  return files.sort();
}
