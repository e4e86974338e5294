import { expect, test } from 'vitest';
import { terminalSvg } from '../../docs/terminal-svg.ts';

const texts = (svg: string) =>
  [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, look, text]) => [text, look]);

test('colours, weight and place of each run', () => {
  const svg = terminalSvg('\u001B[32m✓\u001B[39m  \u001B[1mready\u001B[22m\n\u001B[2m$ run\u001B[0m now\n', {
    title: 't',
  });
  expect(texts(svg)).toEqual([
    ['✓', 'x="16" y="51" textLength="8.4" fill="#7ee787"'],
    ['ready', 'x="41.2" y="51" textLength="42" font-weight="bold"'],
    ['$ run', 'x="16" y="71" textLength="42" opacity=".65"'],
    ['now', 'x="66.4" y="71" textLength="25.2"'],
  ]);
});

test('a colour goes on over line ends, until it is reset', () => {
  const svg = terminalSvg('\u001B[91mred\nstill\u001B[0m plain', { title: 't' });
  expect(texts(svg).map(([text, look]) => [text, look!.includes('#ff7b72')])).toEqual([
    ['red', true],
    ['still', true],
    ['plain', false],
  ]);
});

test('columns of a table keep their places', () => {
  const [first, second] = texts(terminalSvg('v1    16\n', { title: 't' }));
  expect([first![0], second![0]]).toEqual(['v1', '16']);
  expect(second![1]).toContain(`x="${16 + 6 * 8.4}"`);
});

test('what XML would read as its own is escaped, and other escapes vanish', () => {
  const svg = terminalSvg('a <b> & "c"\u001B[2K\u001B[?25h\u0007', { title: '<"&>' });
  expect(svg).toContain('>a &lt;b&gt; &amp; &quot;c&quot;</text>');
  expect(svg).toContain('<title>&lt;&quot;&amp;&gt;</title>');
  expect(svg).not.toMatch(/\p{Cc}(?<!\n)/u);
});

test('the picture is as tall as its lines and as wide as the terminal', () => {
  expect(terminalSvg('a\nb\n', { title: 't', columns: 100 })).toContain('viewBox="0 0 872 92"');
});
