// Kubernetes' alphabet for generated parts of names: no vowels and nothing that looks alike, so that no word appears.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short hash of plain data for a label, the same whatever the order of its fields. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(canonical(template))) hash = Math.imul(hash ^ byte, 0x01000193);
  return String(hash >>> 0).replace(/\d/g, (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]!);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
