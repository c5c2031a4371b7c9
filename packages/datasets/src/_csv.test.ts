import fc from "fast-check";
import { expect, test } from "vitest";
import { blank, readCsv, unreadable } from "./_csv.js";

function fileOf(text: string | Uint8Array) {
  return { path: "table.csv", bytes: Buffer.from(text as string), sha256: "" };
}

/** All cells of the wanted columns, with the line of each record. */
function cellsOf(text: string, required: readonly string[]): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  readCsv(fileOf(text), { required }, (record) => {
    const cells = required.map((_, k) => record.text(k));
    expect(required.map((_, k) => record.word(k))).toEqual(cells);
    records.push({ line: record.line, cells });
  });
  return records;
}

test("whatever is written as CSV is read again, with any line ending, in any order of columns", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.trim());
  const row = fc.array(cell, { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 12 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.constantFrom("", "\uFEFF"),
      fc.boolean(),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      (rows, end, mark, quoteAll, order) => {
        const write = (text: string) =>
          quoteAll || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const lines = [["a", "b", "c"], ...rows].map((cells) =>
          order.map((k) => write(cells[k] as string)).join(","),
        );
        const read = cellsOf(mark + lines.join(end), ["a", "b", "c"]).map(({ cells }) => cells);
        expect(read).toEqual(rows);
      },
    ),
    { numRuns: 200 },
  );
});

test("a record's line is the one on which it begins, after quoted breaks, blank lines and every line ending", () => {
  const text = 'a,b\r\n\r\n"1\n\r\n2",x\n\n3,y\r4,z\r\r"5\r6",w\n7,v';
  expect(cellsOf(text, ["a"]).map(({ line, cells }) => [line, cells[0]])).toEqual([
    [3, "1\n\r\n2"],
    [7, "3"],
    [8, "4"],
    [10, "5\r6"],
    [12, "7"],
  ]);
});

test("a digit is a whole number from -9 to 9, with or without a decimal zero", () => {
  const cells = ["1", "1.0", "-1.0", "0", "-0.0", " 3 ", "", "10", "1.5", "1.", "-", "x", "1e0", "+1"];
  const read: number[] = [];
  readCsv(fileOf(`v,w\n${cells.map((cell) => `${cell},x`).join("\n")}\n`), { required: ["v"] }, (record) =>
    read.push(record.digit(0)),
  );
  const u = unreadable;
  expect(read).toEqual([1, 1, -1, 0, 0, 3, blank, u, u, u, u, u, u, u]);
});

test("a column that the file lacks is empty if it is optional, and one of several spellings is enough", () => {
  const wanted = { required: [["x", "y"]], optional: ["z"] };
  readCsv(fileOf("y\n1"), wanted, (record) => {
    expect([record.has(0), record.has(1), record.text(0), record.text(1), record.digit(1)]).toEqual([
      true,
      false,
      "1",
      "",
      blank,
    ]);
  });
  expect(() => readCsv(fileOf("x,y\n1,2"), wanted, () => undefined)).toThrow(
    'table.csv must have one column "x" or "y", got it twice',
  );
});

test("one empty cell more than the header has is taken, any other length is refused with its line", () => {
  expect(cellsOf("a,b\n1,2,\n", ["b"])).toEqual([{ line: 2, cells: ["2"] }]);
  expect(() => cellsOf("a,b\n1,2\n1,2,3", ["b"])).toThrow(
    'table.csv row 3: row must have 2 cells as the header, got "3"',
  );
  expect(() => cellsOf("a,b\n1", ["b"])).toThrow('row must have 2 cells as the header, got "1"');
});

test.each([
  ["", "must have a header and at least one row, got an empty file"],
  ["\uFEFF\r\n\n", "must have a header and at least one row, got an empty file"],
  ['a\n"x', "must be a CSV file, got a quote that is never closed on line 2"],
  ['a\n\n"x"y', "must be a CSV file, got text after a closing quote on line 3"],
  [`a\n${"x".repeat(2 ** 20 + 1)}`, "must be a CSV file, got a cell of more than 1048576 bytes on line 2"],
  [`a\n"${"x".repeat(2 ** 20 + 1)}"`, "must be a CSV file, got a cell of more than 1048576 bytes on line 2"],
  [`a${",".repeat(5000)}`, "must be a CSV file, got more than 4096 cells on line 1"],
])("a file that is none is refused with its line: %#", (text, message) => {
  expect(() => cellsOf(text, ["a"])).toThrow(`table.csv ${message}`);
});

test("a quote inside a cell without quotes is part of its text", () => {
  expect(cellsOf('a,b\n5" wide,x"y"', ["a", "b"])[0]?.cells).toEqual(['5" wide', 'x"y"']);
});

test("time grows with the size of a file, whether it has quotes, one long line or no line feeds", () => {
  const timeOf = (text: string) => {
    const start = process.cpuUsage();
    readCsv(fileOf(text), { required: ["a"] }, (record) => record.text(0));
    return process.cpuUsage(start).user;
  };
  for (const line of ['"x",y\r', "x,y\n", '"x""x",y\n']) {
    timeOf(`a,b\r${line.repeat(20_000)}`);
    const [small, large] = [timeOf(`a,b\r${line.repeat(20_000)}`), timeOf(`a,b\r${line.repeat(200_000)}`)];
    expect(large).toBeLessThan(60 * Math.max(small, 2000));
  }
});
