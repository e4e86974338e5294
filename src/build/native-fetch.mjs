// @ts-check
// Stands in for node-fetch in the bundle. Node loads its own fetch, which takes 15 ms, when somebody first asks for it: so nothing here does.

/** @param {ConstructorParameters<typeof globalThis.Headers>[0]} [init] */
export function Headers(init) {
  return new globalThis.Headers(init);
}

/** @type {typeof globalThis.fetch} */
const fetch = (...request) => globalThis.fetch(...request);
export default fetch;
