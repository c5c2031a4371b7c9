const maxAge = 120;
const daysPerYear = 365.25;
const yearsOf: Readonly<Record<string, number>> = {
  "": 1,
  Y: 1,
  M: 1 / 12,
  W: 7 / daysPerYear,
  D: 1 / daysPerYear,
};

/** Counts a cell that was set to null, with its value. */
export type Note = (code: string, value: string) => void;

/** Sentences for the cells that are set to null. */
export const cellMessages = {
  ageOutOfRange: "ages over 120 years were set to null",
  ageUnreadable: "ages that are no number were set to null",
  dateUnreadable: "dates that are no day of the calendar left the age null",
  sexUnknown: "sexes other than female and male were set to null",
  viewUnknown: "views that the collection does not have were set to null",
};

const knownAges = new Map<string, number>(
  Array.from({ length: maxAge + 1 }, (_, years) => [String(years), years] as const),
);

/** `63`, `063Y`, `011M`, `003W` or `020D` in years; null and a note if it makes no sense. */
export function ageOf(text: string, note: Note): number | null {
  const known = knownAges.get(text);
  if (known !== undefined) return known;
  const match = /^(\d{1,4})(?:\.0+)?([YMWD]?)$/i.exec(text);
  if (match === null) {
    note("ageUnreadable", text);
    return null;
  }
  return ageInRange(Number(match[1]) * (yearsOf[(match[2] as string).toUpperCase()] as number), text, note);
}

/** An age in days, as years; null and a note if it makes no sense. */
export function ageOfDays(text: string, note: Note): number | null {
  const match = /^(\d{1,6})(?:\.\d+)?$/.exec(text);
  if (match !== null) return ageInRange(Number(text) / daysPerYear, text, note);
  note("ageUnreadable", text);
  return null;
}

/** An age from 0 to 120 years; null and a note otherwise. */
export function ageInRange(years: number, text: string, note: Note): number | null {
  if (years >= 0 && years <= maxAge) return years;
  note("ageOutOfRange", text);
  return null;
}

/** A day written `20130517`, `2013-05-17` or `2013-05-17 08:30…` as days since 1970; NaN if there is no such day. */
export function dayOf(text: string): number {
  const match = /^(\d{4})(?:(\d{2})(\d{2})(?:\.0)?|-(\d{2})-(\d{2})(?:[ T].{0,20})?)$/.exec(text);
  if (match === null) return Number.NaN;
  const [year, month, day] = [match[1], match[2] ?? match[4], match[3] ?? match[5]].map(Number) as [
    number,
    number,
    number,
  ];
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  const isThere = year >= 1800 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isThere ? time / 86_400_000 : Number.NaN;
}

/** Age in years between two days; null and a note if a day or the age makes no sense. */
export function ageBetween(birth: string, examination: string, note: Note): number | null {
  const days = dayOf(examination) - dayOf(birth);
  if (!Number.isNaN(days)) return ageInRange(days / daysPerYear, `${birth} to ${examination}`, note);
  note("dateUnreadable", `${birth} to ${examination}`);
  return null;
}

const sexes: Readonly<Record<string, "F" | "M">> = {
  F: "F",
  M: "M",
  FEMALE: "F",
  MALE: "M",
};

/** `F` or `M`; null and a note if it is neither. */
export function sexOf(text: string, note: Note): "F" | "M" | null {
  if (text === "F" || text === "M") return text;
  const key = text.toUpperCase();
  if (Object.hasOwn(sexes, key)) return sexes[key] as "F" | "M";
  note("sexUnknown", text);
  return null;
}

/** A view of the collection; null and a note if it has no such view. */
export function viewOf(text: string, words: readonly string[], note: Note): string | null {
  if (words.includes(text)) return text;
  note("viewUnknown", text);
  return null;
}

/** Whether a text names a file in a folder and nothing else. */
export function isFileName(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with a control character is what this looks for
  return text !== "" && text !== "." && text !== ".." && !/[\\/:\x00-\x1f\x7f\uFFFD]/.test(text);
}
