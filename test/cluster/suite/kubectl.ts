import { execa } from 'execa';

/** Runs kubectl on the cluster that KUBECONFIG names; resolves with its stdout. Rejects with execa's error, whose message holds stderr. */
export async function kubectl(...args: string[]): Promise<string> {
  return (await execa('kubectl', args)).stdout;
}

/** Applies YAML from a string. */
export async function applyText(text: string, ...args: string[]): Promise<string> {
  return (await execa('kubectl', ['apply', '-f', '-', ...args], { input: text })).stdout;
}

/** The object as the API server has it. */
export async function getObject(...args: string[]): Promise<any> {
  return JSON.parse(await kubectl('get', ...args, '-o', 'json'));
}

/** The first condition of this type that an object's status holds, wherever its kind keeps conditions; undefined where there is none. */
export function conditionOf(object: any, type: string): any {
  const parents = (object.status?.parents ?? []).flatMap((parent: any) => parent.conditions ?? []);
  return [...(object.status?.conditions ?? []), ...parents].find((condition: any) => condition.type === type);
}
