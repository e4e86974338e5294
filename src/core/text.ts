/** Text from elsewhere as part of one line of a message: no line ends, and no full stop that the message would repeat. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
}
