/** The fields of an object, or of a part of one, that nothing has been checked of. */
export type Fields = Record<string, any>;
