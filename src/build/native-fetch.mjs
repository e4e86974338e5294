// Stands in for node-fetch in the bundle.
export const { Headers, Request, Response } = globalThis;
export default globalThis.fetch;
