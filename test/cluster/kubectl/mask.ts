/** What varies, and what stands for it. The order counts: later patterns would fit parts of what earlier ones replace. */
const texts: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000)/g, '<time>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, '<time>'],
  [/(resourceVersion[\\"]*: ?|Resource Version: +)[\\"]*\d+[\\"]*/g, '$1<version>'],
  [/https:\/\/[\d.]+:\d+/g, '<server>'],
  [/\b(10|127)\.\d+\.\d+\.\d+\b/g, '<address>'],
  [/(pod-template-hash[=:] ?)\w+/g, '$1<hash>'],
  [/(?<=:|NodePort: .*)\b3\d{4}\/TCP/g, '<node port>/TCP'],
  [/\b(LIVE|MERGED)-\d+/g, '$1-<number>'],
  [/kubectl-edit-\d+/g, 'kubectl-edit-<number>'],
  // Names of ReplicaSets, pods and slices end in letters that make no words.
  [/(?<=[a-z]-)([bcdfghjklmnpqrstvwxz2456789]{7,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5,10}\b/g, '<generated>'],
  // Whether its watch logs how it ended is a race inside kubectl.
  [/^[EWI]\d{4} .* reflector\.go:.*\n?/gm, ''],
  [/^[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, '<log> '],
  [/\+tcpshift-sandbox/g, ''],
  [/(nodePort"?: )\d+/g, '$1<node port>'],
  // The column of a table that tells an object's age.
  [/(?<= )(\d+[smhd])+(?= |$)/gm, '<age>'],
  // Widths of columns follow what was in them.
  [/(?<=\S) {2,}/g, '  '],
];

/** What kubectl printed, without what differs between any two clusters and any two folders that it runs in. */
export function masked(text: string, folder: string): string {
  return texts.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text.replaceAll(folder, '<folder>'));
}
