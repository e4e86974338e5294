/** A strategic merge patch that cannot be applied; the API server answers 422 with this message. */
export class PatchError extends Error {}
