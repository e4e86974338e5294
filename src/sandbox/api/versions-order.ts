const versionPattern = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const stages = ['alpha', 'beta', undefined];

/** Orders version names as the API server prefers them: v2, v1, v1beta2, v1beta1, v1alpha1, then all others by name. */
export function byPreference(a: string, b: string): number {
  const [left, right] = [versionPattern.exec(a), versionPattern.exec(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a.localeCompare(b);
  const stage = stages.indexOf(right[2]) - stages.indexOf(left[2]);
  return stage || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0);
}
