import type { Style } from './style.ts';

export interface IntervalPlot {
  /** The asked share and how far the true one may lie from it, in [0, 1]. */
  share: number;
  tolerance: number;
  observed: number;
  interval: { low: number; high: number };
}

const signs = {
  unicode: { line: '━', point: '●', asked: '┆', edges: ['│', '│'], beyond: ['◂', '▸'] },
  ascii: { line: '-', point: 'o', asked: '.', edges: ['|', '|'], beyond: ['<', '>'] },
} as const;

/**
 * A plot `width` characters long of an interval around the observed share, between the edges of the tolerance, which
 * stand at a quarter and at three quarters of it. What lies outside is shown as an arrow at that end.
 */
export function intervalPlot(plot: IntervalPlot, width: number, { unicode, dim, cyan }: Style): string {
  const { share, tolerance, observed, interval } = plot;
  const sign = unicode ? signs.unicode : signs.ascii;
  const cell = (value: number) => Math.round(((value - share) / tolerance / 4 + 0.5) * (width - 1));
  const cells = Array.from<string>({ length: width }).fill(' ');
  const put = (at: number, text: string) => {
    if (cells[at] !== undefined) cells[at] = text;
  };
  put(cell(share), dim(sign.asked));
  for (let at = Math.max(0, cell(interval.low)); at <= Math.min(width - 1, cell(interval.high)); at += 1)
    put(at, cyan(sign.line));
  put(cell(share - tolerance), dim(sign.edges[0]));
  put(cell(share + tolerance), dim(sign.edges[1]));
  if (cell(interval.low) < 0) put(0, cyan(sign.beyond[0]));
  if (cell(interval.high) > width - 1) put(width - 1, cyan(sign.beyond[1]));
  put(cell(observed), cyan(sign.point));
  return cells.join('');
}
