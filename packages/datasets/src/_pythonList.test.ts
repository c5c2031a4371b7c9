import { expect, test } from "vitest";
import { parsePythonList } from "./_pythonList.js";

test.each([
  ["['normal']", ["normal"]],
  ["[ 'a' ,\t\"b\", ]", ["a", "b"]],
  ["[\"Kerley's\", 'say \"x\"', 'it\\'s']", ["Kerley's", 'say "x"', "it's"]],
  ["[' leading', 'trailing ']", ["leading", "trailing"]],
  ["[]", []],
  ["['']", []],
  ["[nan, None, 'a']", ["a"]],
  ["[u'\\xe1\\u00e9\\n']", ["áé"]],
])("%s is read as a list of strings", (text, expected) => {
  expect(parsePythonList(text)).toEqual(expected);
});

test.each([
  "",
  "[",
  "]",
  "normal",
  "['a'",
  "'a'",
  "['a' 'b']",
  "[a]",
  "['a\\q']",
  "[['a']]",
  "['a'] + ['b']",
  "['a'];",
  "[,]",
  "[1]",
])("%s is no list of strings", (text) => {
  expect(parsePythonList(text)).toBeNull();
});
