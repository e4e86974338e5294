import type { Reader } from '../../src/core/objects.ts';

export interface CountedReader extends Reader {
  /** Every request so far: `list Service`, `get Gateway` … */
  readonly asked: string[];
}

/** A Reader that notes what is asked of another one. */
export function countedReader(reader: Reader): CountedReader {
  const asked: string[] = [];
  return {
    asked,
    get(ref) {
      asked.push(`get ${ref.kind}`);
      return reader.get(ref);
    },
    list(kind, options) {
      asked.push(`list ${kind.kind}`);
      return reader.list(kind, options);
    },
    servedVersions(group, kind) {
      asked.push(`versions ${kind}`);
      return reader.servedVersions(group, kind);
    },
  };
}
