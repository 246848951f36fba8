import { expect, it } from "vitest";
import { toCsvLine } from "#lib/images/csv-text.ts";

it("quotes texts, leaves numbers and nothing bare, and disarms formulas", () => {
  expect(toCsvLine([3, null, 'a "b", c', "=1+1", "-x"])).toBe('3,,"a ""b"", c","\'=1+1","\'-x"\r\n');
});
