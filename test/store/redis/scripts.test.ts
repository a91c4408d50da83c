import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

const folder = 'src/store/redis/scripts';

for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), 'utf8');
  const header = text.slice(0, text.indexOf(']]'));
  const code = text.slice(header.length);
  const numbers = (pattern: RegExp, where: string) => [...where.matchAll(pattern)].map(([, number]) => Number(number));

  test(`${file} is named after its number of keys`, (t) => {
    const [, count] = file.match(/^[a-z-]+-(\d+|n)\.lua$/) ?? [];
    if (count === 'n') t.regex(code, /#KEYS/);
    else t.is(Math.max(...numbers(/KEYS\[(\d+)\]/g, code)), Number(count));
  });

  test(`${file} has a header that lists its keys, arguments, results and event`, (t) => {
    t.true(text.startsWith('--[[\n'));
    for (const word of ['KEYS', 'Returns', 'Event']) t.regex(header, new RegExp(`^ {2}${word} `, 'm'));
    const [keysListed = '', argumentsListed = ''] = (header.split('Returns')[0] ?? '').split(/^ {2}ARGV/m);
    for (const key of numbers(/KEYS\[(\d+)\]/g, code)) t.true(keysListed.includes(`[${key}]`), `KEYS[${key}]`);
    for (const argument of numbers(/ARGV\[(\d+)\]/g, code)) {
      t.true(argumentsListed.includes(`[${argument}]`), `ARGV[${argument}]`);
    }
    const returned = [...code.matchAll(/return (?:\{ )?'([a-z]+)'/g)].map(([, result]) => result);
    for (const result of returned) t.true(header.includes(`'${result}'`), `result ${result}`);
    t.is(code.includes("'XADD'"), !/^ {2}Event +none/m.test(header), 'the event');
  });

  test(`${file} touches declared keys only`, (t) => {
    for (const [call, command, key] of code.matchAll(/redis\.call\('([A-Z]+)'(?:, (\w+\[?))?/g)) {
      if (command !== 'TIME') t.is(key, 'KEYS[', call);
    }
  });

  test(`${file} writes a version and its event together`, (t) => {
    const versions = code.match(/'INCR', KEYS\[1\]/g)?.length ?? 0;
    t.is(versions, code.match(/'XADD', KEYS\[2\]/g)?.length ?? 0);
  });
}
