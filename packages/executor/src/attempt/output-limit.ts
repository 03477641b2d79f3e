// Keeps a file that an attempt writes from growing without end: its beginning stays, its end is put behind it when the attempt is
// over, and what lay between is left out. The attempt itself notices nothing, as it appends.
//
//   BEGINNING                            up to the limit
//   BEGINNING NOTICE …                   cut: what comes behind the notice is cut back at every look
//   BEGINNING NOTICE NOTICE-OF-END END   the attempt is over
//
// Invariant: neither the beginning nor a notice that stands ever moves or changes, whenever an engine dies: the first notice is written
// over what stood there before anything is cut off, and the next engine finds it. Readers follow up to there and wait for the rest.
// Not here: when it is looked at (output-watch.ts), the words (events, log-files.ts).

import { appendFileSync, closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { cutEndNotice, cutNotice, isCutEndNotice } from '@workflow-platform/events';

/** Of what was left out, so much of the end is kept. */
const tailBytes = 64 * 1024;

/** What has to outlive an engine: how much was left out before it died. */
export interface LeftOutMemory {
  recall(): number;
  note(bytes: number): void;
}

export class OutputLimit {
  readonly #path: string;
  readonly #bytesMax: number;
  readonly #memory: LeftOutMemory | null;
  /** Up to here the file stays: its beginning and the notice. Null while nothing was left out. */
  #keptBytes: number | null = null;
  #leftOutBytes = 0;
  #tail: Buffer = Buffer.alloc(0);
  #sizeBytes = 0;
  /** Nothing was cut while something could be written at the same moment, which then is in no count. */
  #isExact = true;
  /** An engine before this one had put the end behind already. */
  #isFinished = false;

  constructor(path: string, bytesMax: number, memory: LeftOutMemory | null = null) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    this.#memory = memory;
  }

  /** All that was written as far as is known, left out or not. */
  get writtenBytes(): number {
    const noticeBytes = this.#keptBytes === null ? 0 : this.#keptBytes - this.#bytesMax;
    return this.#sizeBytes - noticeBytes + this.#leftOutBytes;
  }

  /** Up to here the file will stay as it is. */
  get stableBytes(): number {
    return Math.min(this.#sizeBytes, this.#keptBytes ?? this.#bytesMax);
  }

  /** Looks at the file, cuts it when it has become too long, and returns what was written in all. */
  look(): number {
    this.#look({ isLive: true });
    return this.writtenBytes;
  }

  /** Puts the end of what was left out behind the beginning; the attempt is over. */
  finish(): void {
    this.#look({ isLive: false });
    if (this.#keptBytes === null || this.#isFinished) return;
    const missing = Math.max(0, this.#leftOutBytes - this.#tail.length);
    appendFileSync(this.#path, Buffer.concat([Buffer.from(cutEndNotice(missing, { isExact: this.#isExact })), this.#tail]));
    this.#isFinished = true;
  }

  #look({ isLive }: { readonly isLive: boolean }): void {
    this.#sizeBytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (!this.#isFinished && this.#sizeBytes > (this.#keptBytes ?? this.#bytesMax)) this.#cut(isLive);
  }

  #cut(isLive: boolean): void {
    const file = openSync(this.#path, 'r+');
    try {
      this.#keptBytes ??= this.#giveNotice(file);
      if (this.#keptBytes === null || this.#isFinished) return;
      if (this.#takeSurplus(file, this.#keptBytes) > this.#keptBytes) {
        // What is written between the last look and this is lost.
        ftruncateSync(file, this.#keptBytes);
        this.#isExact &&= !isLive;
      }
      this.#sizeBytes = this.#keptBytes;
      this.#memory?.note(this.#leftOutBytes);
    } finally {
      closeSync(file);
    }
  }

  /**
   * Says in the file itself that it goes no further, so that it is known whatever becomes of this process. Returns what stays;
   * null as long as the notice would replace what is not there yet: the step could write in that place at the same moment.
   */
  #giveNotice(file: number): number | null {
    const notice = Buffer.from(cutNotice(this.#bytesMax));
    const keptBytes = this.#bytesMax + notice.length;
    const there = readAt(file, this.#bytesMax, notice.length);
    if (there.length < notice.length) return null;
    if (there.equals(notice)) {
      // An engine before this one had given it. What it had kept of the end died with it.
      this.#leftOutBytes = this.#memory?.recall() ?? 0;
      this.#isExact = false;
      this.#isFinished = isCutEndNotice(readAt(file, keptBytes, 128).toString('latin1'));
      return keptBytes;
    }
    this.#keepEnd(there);
    this.#leftOutBytes = there.length;
    // In place: appended, it could come behind something that the step writes at the same moment.
    writeSync(file, notice, 0, notice.length, this.#bytesMax);
    return keptBytes;
  }

  /** Takes the end of what is beyond over, until nothing more comes. Returns how long the file is. */
  #takeSurplus(file: number, keptBytes: number): number {
    for (let seenBytes = keptBytes; ;) {
      const { size } = fstatSync(file);
      if (size <= seenBytes) return size;
      const length = Math.min(size - seenBytes, tailBytes);
      this.#keepEnd(readAt(file, size - length, length));
      this.#leftOutBytes += size - seenBytes;
      seenBytes = size;
    }
  }

  #keepEnd(bytes: Buffer): void {
    this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-tailBytes);
  }
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
}
