/** What a judge remembers of the samples beyond their counts. */
export interface History {
  /** @param kind the version's position in the spec, or the number of versions for a failure */
  add(kind: number, time?: string, source?: string): void;
  /** The kinds so far, oldest first. */
  kinds(): Uint8Array;
  timeOf(index: number): string | undefined;
  /**
   * For each client address, the versions that answered it, and how often one did; samples without an address count as
   * of one.
   */
  sources(): SourceView[];
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
  const unnamed: SourceView = { only: undefined, answers: 0 };
  const sources = new Map<string, SourceView>();

  const viewOf = (source: string): SourceView => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    const view = { only: undefined, answers: 0 };
    sources.set(source, view);
    return view;
  };

  return {
    add: (kind, time, source) => {
      if (length === buffer.length) buffer = enlarged(buffer);
      buffer[length++] = kind;
      if (time !== undefined) times[length - 1] = time;
      if (kind < versions) see(source === undefined ? unnamed : viewOf(source), kind);
    },
    kinds: () => buffer.subarray(0, length),
    timeOf: (index) => times[index],
    sources: () => [unnamed, ...sources.values()].filter(({ answers }) => answers > 0),
  };
}

function see(view: SourceView, kind: number): void {
  if (view.answers === 0) view.only = kind;
  else if (view.only !== kind) view.only = undefined;
  view.answers++;
}

function enlarged(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(buffer.length * 2);
  larger.set(buffer);
  return larger;
}
