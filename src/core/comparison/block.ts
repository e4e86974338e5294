/** One of the two versions of a comparison. */
export type ComparedVersion = 'old' | 'new';

/** Connections of one version in the block at hand. */
interface Side {
  connections: number;
  /** Bad ones of them, for each way to be bad. */
  bad: Float64Array;
}

/**
 * Gathers connections until there is at least one of each version, and then gives the share of bad ones of new less that of
 * old, for each way to be bad; until then undefined. What makes up a block follows from the versions alone, never from how
 * connections ended.
 */
export function startBlock(ways: number): (version: ComparedVersion, bad: readonly boolean[]) => number[] | undefined {
  const block: Record<ComparedVersion, Side> = {
    old: { connections: 0, bad: new Float64Array(ways) },
    new: { connections: 0, bad: new Float64Array(ways) },
  };
  return (version, bad) => {
    const side = block[version];
    side.connections++;
    for (let i = 0; i < ways; i++) if (bad[i]!) side.bad[i]!++;
    if (block.old.connections === 0 || block.new.connections === 0) return undefined;
    const differences = bad.map((_, i) => share(block.new, i) - share(block.old, i));
    clear(block.old);
    clear(block.new);
    return differences;
  };
}

function share({ connections, bad }: Side, way: number): number {
  return bad[way]! / connections;
}

function clear(side: Side): void {
  side.connections = 0;
  side.bad.fill(0);
}
