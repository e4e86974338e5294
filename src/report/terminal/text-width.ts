import { stripVTControlCharacters } from 'node:util';
import { eastAsianWidth } from 'get-east-asian-width';

/** How many columns of a terminal the text takes, colours not counted. Emoji that are made of several count each part. */
export function textWidth(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (/^[ -~]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) {
    if (!/[\p{Mark}\p{Control}\p{Format}]/u.test(character)) width += eastAsianWidth(character.codePointAt(0)!);
  }
  return width;
}

/** The text cut to a width, with an ellipsis, one column wide, where something is missing. Takes no colours. */
export function fitText(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (textWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return width < 1 ? '' : `${kept}${ellipsis}`;
}
