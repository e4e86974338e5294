/** What a judge remembers of the samples beyond their counts. */
export interface History {
  /** @param kind the version's position in the spec, or the number of versions for a failure */
  add(kind: number, time?: string, source?: string): void;
  /** The kinds so far, oldest first. */
  kinds(): Uint8Array;
  timeOf(index: number): string | undefined;
  /** For each client address, the versions that answered it, and how often one did; addresses that are not told apart count as one. */
  sources(): Iterable<SourceView>;
}

interface SourceView {
  /** The only version that answered this address, as its position in the spec; undefined where there are several. */
  only: number | undefined;
  answers: number;
}

/** @param versions how many versions there are; kinds from there on are failures */
export function createHistory(versions: number): History {
  let buffer = new Uint8Array(256);
  let length = 0;
  const times: (string | undefined)[] = [];
  const sources = new Map<string, SourceView>();

  const see = (source: string, kind: number) => {
    const view = sources.get(source);
    if (view === undefined) {
      sources.set(source, { only: kind, answers: 1 });
      return;
    }
    view.answers++;
    if (view.only !== kind) view.only = undefined;
  };

  return {
    add: (kind, time, source = '') => {
      if (length === buffer.length) buffer = enlarged(buffer);
      buffer[length++] = kind;
      if (time !== undefined) times[length - 1] = time;
      if (kind < versions) see(source, kind);
    },
    kinds: () => buffer.subarray(0, length),
    timeOf: (index) => times[index],
    sources: () => sources.values(),
  };
}

function enlarged(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(buffer.length * 2);
  larger.set(buffer);
  return larger;
}
