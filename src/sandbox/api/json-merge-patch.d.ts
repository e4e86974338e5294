declare module 'json-merge-patch' {
  const mergePatch: {
    /** RFC 7396. Changes `target`, and returns the result. */
    apply(target: unknown, patch: unknown): unknown;
  };
  export default mergePatch;
}
