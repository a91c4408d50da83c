import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

const folder = 'src/store/redis/scripts';

const announce = readFileSync(join(folder, 'announce.lua'), 'utf8');

for (const file of readdirSync(folder).filter((each) => each !== 'announce.lua')) {
  const text = readFileSync(join(folder, file), 'utf8');
  const header = text.slice(0, text.indexOf(']]'));
  const code = text.slice(header.length);
  const hasEvent = code.includes('announce(');
  const numbers = (pattern: RegExp, where: string) => [...where.matchAll(pattern)].map(([, number]) => Number(number));

  test(`${file} is named after its number of keys`, (t) => {
    const [, count] = file.match(/^[a-z-]+-(\d+|n)\.lua$/) ?? [];
    if (count === 'n') t.regex(code, /#KEYS/);
    else t.is(Math.max(...numbers(/KEYS\[(\d+)\]/g, code)), Number(count));
    if (hasEvent)
      t.regex(header, /\[1\] +the counter of versions\n +\[2\] +the change feed\n +\[3\] +the state of the feed\n/);
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
    t.is(hasEvent, !/^ {2}Event +none/m.test(header), 'the event');
  });

  test(`${file} uses declared keys only`, (t) => {
    for (const [call, command, key] of code.matchAll(/redis\.call\('([A-Z]+)'(?:, (\w+\[?))?/g)) {
      if (command !== 'TIME') t.is(key, 'KEYS[', call);
    }
  });

  test(`${file} writes a version together with its event`, (t) => {
    if (file !== 'trial-5.lua') t.notRegex(code, /'INCR', KEYS\[1\]|XADD/);
    t.is(code.match(/nextVersion\(\)/g)?.length ?? 0, hasEvent ? 1 : 0);
    t.is(code.match(/announce\(/g)?.length ?? 0, hasEvent ? 1 : 0);
  });
}

test('announce.lua writes the entries before the version, and nothing before the entries', (t) => {
  const writes = [...announce.matchAll(/redis\.call\('([A-Z]+)', KEYS\[(\d)\]/g)].map(
    ([, command, key]) => `${command} ${key}`,
  );
  const own = writes.slice(writes.indexOf('XADD 2'));
  t.deepEqual(own, ['XADD 2', 'SET 1', 'HSETNX 3']);
});
