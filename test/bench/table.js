/**
 * One row a figure: `compared` is a ratio or what it stands beside, `target` what it has to reach, `met` whether it does
 * (undefined: it is only told).
 */
export function printTable(rows) {
  const shown = rows.map(({ part, what, figure, compared = '', target = '', met }) => [
    part,
    what,
    figure,
    compared,
    met === undefined ? target : `${target} ${met ? 'ok' : 'MISSED'}`,
  ]);
  const table = [['part', 'what', 'figure', 'compared', 'target'], ...shown];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) {
    console.log(
      row
        .map((cell, column) => (column === 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join('  ')
        .trimEnd(),
    );
  }
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** 12345.6 -> '12,346' */
export function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** A process's highest memory; `megabytes` is undefined where the system does not tell it. */
export function memoryRow(what, megabytes, limit, compared) {
  if (megabytes === undefined) return { what, figure: 'not known here', compared };
  const figure = `${megabytes.toFixed(0)} MB`;
  return { what, figure, compared, target: `< ${limit} MB`, met: megabytes < limit };
}
