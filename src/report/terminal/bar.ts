const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar `width` characters long of which `share`, in [0, 1], is filled: to an eighth of a character in Unicode, to a
 * whole one in ASCII. Any share above 0 shows, and only a whole one fills the bar.
 */
export function bar(share: number, width: number, unicode: boolean): string {
  const steps = unicode ? 8 : 1;
  const whole = width * steps;
  const exact = Math.round(share * whole);
  const filled = share <= 0 ? 0 : share >= 1 ? whole : Math.min(Math.max(exact, 1), whole - 1);
  if (!unicode) return '#'.repeat(filled).padEnd(width, '.');
  return `${'█'.repeat(Math.floor(filled / 8))}${eighths[filled % 8]}`.padEnd(width);
}
