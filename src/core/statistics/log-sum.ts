/** ln Σ eˣ without overflow. */
export function logSum(exponents: readonly number[]): number {
  const most = Math.max(...exponents);
  // Nothing but zeros, or an infinite term: neither has a ratio to the rest.
  if (!Number.isFinite(most)) return most;
  return most + Math.log(exponents.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

/** ln Σ w·eˣ without overflow: of a capital whose parts w grew by the factors eˣ. */
export function logMean(exponents: ArrayLike<number>, weights: readonly number[]): number {
  let most = -Infinity;
  for (let i = 0; i < weights.length; i++) most = Math.max(most, exponents[i]!);
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * Math.exp(exponents[i]! - most);
  return most + Math.log(sum);
}
