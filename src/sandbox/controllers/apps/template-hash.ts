// Kubernetes' alphabet for generated parts of names: no vowels and nothing that looks alike, so that no word appears.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short hash of plain data for a label: the same whatever the order of its fields, and with or without empty ones. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(canonical(template)))) hash = Math.imul(hash ^ byte, 0x01000193);
  return String(hash >>> 0).replace(/\d/g, (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]!);
}

/** Fields in order, without those that say nothing: clients send `resources: {}` or leave it out, and mean the same. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .map(([name, field]) => [name, canonical(field)] as const)
    .filter(([, field]) => !saysNothing(field))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields);
}

function saysNothing(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
