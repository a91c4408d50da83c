import test from 'ava';
import fc from 'fast-check';
import { boundaryIn, formParts, textOf } from '../../src/http/multipart.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function partsOf(body: Buffer | string, { size = 7, boundary = 'b' } = {}) {
  const parts: (readonly [string, boolean, string])[] = [];
  for await (const part of formParts(inPieces(Buffer.from(body), size), boundary))
    parts.push([part.name, part.isFile, await textOf(part, 10_000)]);
  return parts;
}

const part = (head: string, content: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;

test('a form is read part by part, however it is cut', async (t) => {
  const content = '--b\r\n-\r\n--\r\n\r\n--a';
  const form = `${part('name="a"', 'one')}${part('name=file; filename="x"', `x${content}`)}${part('name="c"', '')}--b--\r\nrest`;
  for (const body of [form, `before\r\n${form}`]) {
    for (let size = 1; size < 40; size += 1) {
      t.deepEqual(await partsOf(body, { size }), [
        ['a', false, 'one'],
        ['file', true, 'x--b\r\n-\r\n--\r\n\r\n--a'],
        ['c', false, ''],
      ]);
    }
  }
});

test('any content without the boundary comes as it was sent', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('\r', '\n', '-', 'b', 'x'), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (letters, size) => {
        const content = letters.join('');
        if (`\r\n${content}\r\n`.includes('\r\n--b')) return;
        t.deepEqual(await partsOf(`${part('name="a"', content)}--b--`, { size }), [['a', false, content]]);
      },
    ),
    { numRuns: 300 },
  );
});

test('what is not read of a part is passed over', async (t) => {
  const names: string[] = [];
  for await (const { name } of formParts(
    inPieces(Buffer.from(`${part('name="a"', 'x'.repeat(50))}${part('name="b"', '')}--b--`), 5),
    'b',
  ))
    names.push(name);
  t.deepEqual(names, ['a', 'b']);
});

const endless = 'x'.repeat(20_000);
for (const [title, body, message] of [
  ['ends in a part', part('name="a"', 'one'), /ends early/],
  ['is empty', '', /ends early/],
  ['has no boundary', endless, /headers that are too long/],
  ['has a header without an end', `--b\r\nX: ${endless}`, /headers that are too long/],
  ['has a part without a name', '--b\r\nX: y\r\n\r\none\r\n--b--', /has no name/],
  ['has text after a boundary', '--b x\r\n', /followed by other text/],
  ['has very many parts', `${part('name="a"', '').repeat(40)}--b--`, /more than 32 parts/],
  ['has a field that is too long', `${part('name="a"', endless)}--b--`, /"a" is larger than 10000 bytes/],
] as const) {
  test(`a form that ${title} is refused`, async (t) => {
    await t.throwsAsync(partsOf(body, { size: 512 }), { message });
  });
}

test('the boundary is read from the content type', (t) => {
  t.is(boundaryIn('multipart/form-data; boundary=abc'), 'abc');
  t.is(boundaryIn('Multipart/Form-Data; charset=utf-8; boundary="a b:c"'), 'a b:c');
  for (const type of [
    undefined,
    'multipart/form-data',
    'multipart/mixed; boundary=a',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
  ])
    t.throws(() => boundaryIn(type), { message: /must be multipart\/form-data/ });
});
