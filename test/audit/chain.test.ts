import test from 'ava';
import { ChainCheck, canonicalJson, linkAfter, verdictOf } from '../../src/audit/chain.ts';
import { type AuditBlock, emptyHead } from '../../src/model/audit.ts';
import { entry } from './entries.ts';

function chain(length: number): AuditBlock[] {
  const blocks: AuditBlock[] = [];
  for (let number = 1; number <= length; number++) {
    const entries = [entry({ target: `web-${number}`, request: 'a' }), entry({ who: null, request: 'b' })];
    const at = '2026-11-29T06:00:00.000Z';
    blocks.push(linkAfter(blocks.at(-1) ?? emptyHead, { at, server: 'one', entries, lost: 0 }));
  }
  return blocks;
}

function problemOf(blocks: readonly AuditBlock[], whole = chain(5)): string | null {
  const check = new ChainCheck(emptyHead);
  for (const each of blocks) check.take(each);
  const { number = 0, hash = '' } = whole.at(-1) ?? {};
  return verdictOf(check, { ...emptyHead, number, hash }).problem;
}

test('a chain is valid independent of the order of fields', (t) => {
  t.is(problemOf(chain(5)), null);
  const turned = chain(5).map((each) => Object.fromEntries(Object.entries(each).reverse()) as unknown as AuditBlock);
  t.is(problemOf(turned), null);
  t.is(problemOf(JSON.parse(JSON.stringify(chain(5)))), null);
});

test('a changed, missing, moved or added entry is detected', (t) => {
  const blocks = chain(5);
  const [first, second, third, ...rest] = blocks as [AuditBlock, AuditBlock, AuditBlock, ...AuditBlock[]];
  const changed = { ...second, entries: second.entries.map((each) => ({ ...each, who: 'somebody else' })) };
  t.regex(problemOf([first, changed, third, ...rest]) ?? '', /block 2 was changed/);
  t.regex(problemOf([first, { ...second, lost: 3 }, third, ...rest]) ?? '', /block 2 was changed/);
  t.regex(
    problemOf([first, { ...second, entries: second.entries.slice(1) }, third, ...rest]) ?? '',
    /block 2 was changed/,
  );
  t.regex(problemOf([first, { ...second, entries: second.entries.toReversed() }, third]) ?? '', /block 2 was changed/);
  t.regex(problemOf([first, third, ...rest]) ?? '', /block 2 is missing/);
  t.regex(problemOf([second, third, ...rest]) ?? '', /block 1 is missing/);
  t.regex(problemOf([first, third, second, ...rest]) ?? '', /block 2 is missing, or in another place/);
  t.regex(problemOf([first, first, second]) ?? '', /block 2 is missing/);
  t.regex(problemOf(blocks.slice(0, 4)) ?? '', /block 5 is missing: there are 5/);
});

test('a chain that was recreated from a changed block on has another head', (t) => {
  const [first, second, ...rest] = chain(5) as [AuditBlock, AuditBlock, ...AuditBlock[]];
  const forged = [first];
  for (const { hash: _, ...each } of [{ ...second, entries: [] }, ...rest])
    forged.push(linkAfter(forged.at(-1) ?? emptyHead, each));
  t.is(forged.length, 5);
  t.regex(problemOf(forged) ?? '', /block 6 is missing/);
});

test('canonical JSON sorts names by code unit, and keeps lists', (t) => {
  t.is(canonicalJson({ b: [2, { d: null, c: 'é\n' }], a: true }), '{"a":true,"b":[2,{"c":"é\\n","d":null}]}');
});
