/** Text from elsewhere as part of one line of a message: no line ends, and no full stop that the message would repeat. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
}

/** What a message of another program says first; the rest of it is for people who debug that program. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
