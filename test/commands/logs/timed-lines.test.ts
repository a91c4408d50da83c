import test from 'ava';
import { TimedLines } from '../../../src/commands/logs/timed-lines.ts';

const at = (seconds: number) => `2026-11-29T10:00:0${seconds}.000000000Z`;
const fake = '2099-01-01T00:00:00.000000000Z ';

test('a line over the limit is told in parts with the time of the first, and no text in it is taken for a time', (t) => {
  const lines = new TimedLines('', 64);
  const text = 'x'.repeat(64 - 31);
  const told = lines.push(Buffer.from(`${at(1)} ${text}${fake.padEnd(64, 'y')}${fake}end\n${at(2)} next\n`));
  t.deepEqual(told, [
    { at: at(1), value: { line: text, part: 'begin' } },
    { at: at(1), value: { line: fake.padEnd(64, 'y'), part: 'middle' } },
    { at: at(1), value: { line: `${fake}end`, part: 'end' } },
    { at: at(2), value: { line: 'next' } },
  ]);
  t.is(lines.last, at(2));
});

test('a line of 20 kB is whole, and no character is cut in its middle', (t) => {
  const long = `{"text":"${'ä'.repeat(10_000)}"}`;
  t.deepEqual(new TimedLines('', 128 * 1024).push(Buffer.from(`${at(1)} ${long}\n`)), [
    { at: at(1), value: { line: long } },
  ]);
  const lines = new TimedLines('', 1_000);
  const bytes = Buffer.from(`${at(1)} ${long}\n`);
  const told = Array.from(bytes, (_, index) => lines.push(bytes.subarray(index, index + 1))).flat();
  t.is(told.map(({ value }) => value.line).join(''), long);
});

test('what was told is left out behind a new connection', (t) => {
  const lines = new TimedLines(at(1), 40);
  t.deepEqual(lines.push(Buffer.from(`${at(1)} old${fake}${fake}\n${at(2)} new\n`)), [
    { at: at(2), value: { line: 'new' } },
  ]);
});
