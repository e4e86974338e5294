import { scaled, type Part } from '../part.ts';
import { allCells } from './cells.ts';
import { runCell } from './run-cell.ts';
import { contradictions, fullTable, peerTable, planeTable, questionTable } from './tables.ts';

/** The judge of a split. */
export function splitsPart(scale: number): Part {
  const cells = scaled(allCells(), scale);
  return {
    runs: cells.map(({ runs }) => runs),
    run: (index, runs, seed) => runCell({ ...cells[index]!, runs }, seed),
    report: (results) => {
      const rows = cells.map((cell, i) => ({ cell, result: results[i]! }));
      const wrong = contradictions(rows);
      return {
        tables: { questions: questionTable(rows), peers: peerTable(rows), planes: planeTable(rows) },
        full: fullTable(rows),
        wrong: wrong.length === 0 ? '' : fullTable(wrong),
        samples: 'simulated connections',
      };
    },
  };
}
