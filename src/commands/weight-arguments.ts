import { ShiftError } from '../errors.ts';

/** Words with `=` are shares; the one word without is the route. */
export function readWeightArguments(args: readonly string[]): { route: string | undefined; words: string[] } {
  const words = args.filter((word) => word.includes('='));
  const [route, second] = args.filter((word) => !word.includes('='));
  if (second !== undefined) {
    throw new ShiftError('usage', `one route can be shifted at a time, and ${route} and ${second} were named`, {
      hint: 'name one route, and write shares with "=", for example: v2=20',
    });
  }
  return { route, words };
}
