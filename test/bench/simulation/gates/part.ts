import { scaled, type Part } from '../part.ts';
import { allCells } from './cells.ts';
import { runCell } from './run-cell.ts';
import { contradictions, effortTable, errorTable, fullTable } from './tables.ts';

/** The comparison of two versions. */
export function gatesPart(scale: number): Part {
  const cells = scaled(allCells(), scale);
  return {
    runs: cells.map(({ runs }) => runs),
    run: (index, runs, seed) => runCell({ ...cells[index]!, runs }, seed),
    report: (results) => {
      const rows = cells.map((cell, i) => ({ cell, result: results[i]! }));
      const wrong = contradictions(rows);
      return {
        tables: { 'gate errors': errorTable(rows), 'gate efforts': effortTable(rows) },
        full: fullTable(rows),
        wrong: wrong.length === 0 ? '' : fullTable(wrong),
        samples: 'simulated blocks, windows and connections',
      };
    },
  };
}
