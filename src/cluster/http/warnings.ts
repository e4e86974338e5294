/** The texts of Warning headers, unquoted: `299 - "text"`, several in one value or several values. Source: RFC 9111, section 5.5 of RFC 7234. */
export function warningTexts(values: readonly string[]): string[] {
  const matches = values.flatMap((value) => [...value.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)]);
  return matches.map((match) => match[1]!.replace(/\\(.)/g, '$1'));
}
