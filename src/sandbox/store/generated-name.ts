const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
// Of the 63 characters that fit everywhere, the suffix takes five.
const longestPrefix = 58;

/** A name for `generateName`: the prefix, cut to fit, and five random characters. */
export function generatedName(prefix: string, random: () => number = Math.random): string {
  const pick = (): string => suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length));
  return prefix.slice(0, longestPrefix) + Array.from({ length: 5 }, pick).join('');
}
