// Decides in which order blocks of ports are tried for a workspace. Pure.
// Not here: whether a block is free (ports-are-free.ts), the registry (port-blocks.ts).

/** How many ports a workspace has. */
export const PORT_COUNT = 10;

// Above what programs listen on by custom, below what systems hand out for outgoing connections.
const FIRST_PORT = 20_000;
const BLOCKS = 1200;

/** Where all blocks lie, for messages. */
export const PORT_RANGE = `${FIRST_PORT}-${FIRST_PORT + BLOCKS * PORT_COUNT - 1}`;

/**
 * Returns the first ports of the blocks that nobody has, in the order to try them. Begins at a place that the seed gives, so that
 * the same workspace mostly has the same ports, and users of one machine who know nothing of each other mostly have different ones.
 */
export function* decideBlocks(taken: ReadonlySet<number>, seed: number): Generator<number> {
  for (let step = 0; step < BLOCKS; step++) {
    const base = FIRST_PORT + ((seed + step) % BLOCKS) * PORT_COUNT;
    if (!taken.has(base)) yield base;
  }
}

/** Says whether a number is the first port of a block. */
export function isBlock(port: number): boolean {
  const offset = port - FIRST_PORT;
  return Number.isInteger(offset) && offset >= 0 && offset < BLOCKS * PORT_COUNT && offset % PORT_COUNT === 0;
}
