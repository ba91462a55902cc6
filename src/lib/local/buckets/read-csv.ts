/** @returns rows of fields; a field in quotes may hold delimiters and line ends; lines with nothing on them are left out. */
export function readCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  let any = false;
  const endField = () => {
    row.push(field);
    field = '';
  };
  const endRow = () => {
    if (any) {
      endField();
      rows.push(row);
    }
    row = [];
    field = '';
    any = false;
  };
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  for (let index = start; index < text.length; index += 1) {
    const char = text[index]!;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[index + 1] === '"') {
        field += '"';
        index += 1;
      } else quoted = false;
    } else if (char === '\n' || char === '\r') {
      endRow();
    } else {
      any = true;
      if (char === delimiter) endField();
      else if (char === '"' && field === '') quoted = true;
      else field += char;
    }
  }
  endRow();
  return rows;
}
