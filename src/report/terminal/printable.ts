/**
 * Text from elsewhere, such as a reply or a server's message, fit for a terminal: control characters, which could
 * move the cursor or recolour what follows, are shown as escapes.
 */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (control) => {
    if (control === '\t') return ' ';
    return `\\x${control.codePointAt(0)!.toString(16).padStart(2, '0')}`;
  });
}
