// Looks into the workspace for the texts of a step, and tells of files whose text they ask for and that are not there: such a text is
// an empty one, and in a long prompt nobody would notice.
// Not here: the looks themselves (observe.ts).

import type { Fact } from '@workflow-platform/events';
import { look } from './observe.ts';

export class FileLooks {
  readonly #say: (text: string) => void;
  readonly #missed = new Set<string>();

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Returns the answer to a query. */
  look(workspacePath: string, query: string): Fact['answer'] {
    const answer = look(workspacePath, query);
    if (answer === null && query.startsWith('file:') && !this.#missed.has(query)) {
      this.#missed.add(query);
      this.#say(`workflow: file('${query.slice('file:'.length)}') is empty: there is no such text file in the workspace\n`);
    }
    return answer;
  }
}
