import type { Reader } from '../objects.ts';

/** A Reader that asks for nothing twice. It serves one operation: what changes later it does not see. */
export function readOnce(reader: Reader): Reader {
  const answers = new Map<string, Promise<unknown>>();
  const remembered = <T>(question: readonly unknown[], ask: () => Promise<T>): Promise<T> => {
    const key = JSON.stringify(question);
    const answer = (answers.get(key) as Promise<T> | undefined) ?? ask();
    answers.set(key, answer);
    return answer;
  };
  return {
    get(ref) {
      const { apiVersion, kind, namespace, name } = ref;
      return remembered(['get', apiVersion, kind, namespace, name], () => reader.get(ref));
    },
    list(asked, options = {}) {
      const { apiVersion, kind } = asked;
      const { namespace, labelSelector, fieldSelector } = options;
      const question = ['list', apiVersion, kind, namespace, labelSelector, fieldSelector];
      return remembered(question, () => reader.list(asked, options));
    },
    servedVersions: (group, kind) => remembered(['versions', group, kind], () => reader.servedVersions(group, kind)),
  };
}
