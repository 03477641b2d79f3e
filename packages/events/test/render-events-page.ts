// Renders docs/events.md from the examples, so that the page cannot fall behind the vocabulary.
// Not here: the check that the file is up to date (events-page.test.ts).

import { eventExamples } from '@workflow-platform/events';

/** Returns the text of docs/events.md. */
export function renderEventsPage(): string {
  const entries = Object.entries(eventExamples);
  const rows = entries.map(([type, { meaning }]) => `| [\`${type}\`](#${type.replaceAll('.', '')}) | ${meaning} |`);
  const sections = entries.map(([type, { meaning, event }]) => {
    const envelope = JSON.stringify({ runId: '01jd3k8fz2m7q9xv', seq: 12, atMs: 1_795_341_600_000, event });
    return `## ${type}\n\n${meaning}\n\n\`\`\`json\n${envelope}\n\`\`\`\n`;
  });
  return `${head}\n| event | meaning |\n| --- | --- |\n${rows.join('\n')}\n\n${sections.join('\n')}`;
}

const head = `# Events of a run

A run is what its events say. The journal stores them, \`workflow run --json\` prints them (one envelope a line), every screen is a fold
of them. An envelope carries \`runId\`, \`seq\` (from 1, without gaps), \`atMs\` (milliseconds since the epoch) and the \`event\`. A step is
named by its reference: \`build\`, \`checks.unit\` (a step of a group), \`turns[2].fix\` (the second turn of a loop), \`lint[src/app.ts]\` (an
item of a \`foreach\`). Readers ignore members they do not know; events are added, never changed.

This page is made from \`packages/events/src/examples.ts\`: \`UPDATE_DOCS=1 node --test packages/events/test/events-page.test.ts\`.
`;
