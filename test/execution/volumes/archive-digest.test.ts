import test from 'ava';
import { pack as createPack, type Headers } from 'tar-stream';
import { digestOf } from '../../../src/execution/volumes/archive-digest.ts';

const files: readonly (readonly [Headers, string])[] = [
  [{ name: './a', mode: 0o644, uid: 1 }, 'one'],
  [{ name: './b', mode: 0o600, uid: 2 }, 'two'],
  [{ name: './c', type: 'symlink', linkname: 'a' }, ''],
];

async function* archiveOf(entries: typeof files): AsyncGenerator<Buffer> {
  const pack = createPack();
  for (const [header, content] of entries) pack.entry(header, content);
  pack.finalize();
  for await (const bytes of pack) yield bytes as Buffer;
}

test('the digest is independent of order and times', async (t) => {
  const { digest, entries } = await digestOf(archiveOf(files));
  t.is(entries, 3);
  const later = files.map(([header, content]) => [{ ...header, mtime: new Date(86_400_000) }, content] as const);
  t.is((await digestOf(archiveOf(later.toReversed()))).digest, digest);
});

for (const [what, change] of [
  ['content', ([header]) => [header, 'tw0']],
  ['mode', ([header, content]) => [{ ...header, mode: 0o601 }, content]],
  ['owner', ([header, content]) => [{ ...header, uid: 3 }, content]],
  ['name', ([header, content]) => [{ ...header, name: './B' }, content]],
] as const satisfies readonly (readonly [
  string,
  (entry: readonly [Headers, string]) => readonly [Headers, string],
])[]) {
  test(`another ${what} changes the digest`, async (t) => {
    const [first, second, third] = files as [(typeof files)[0], (typeof files)[0], (typeof files)[0]];
    const { digest } = await digestOf(archiveOf(files));
    t.not((await digestOf(archiveOf([first, change(second), third]))).digest, digest);
  });
}

test('a duplicate file changes the digest', async (t) => {
  const { digest } = await digestOf(archiveOf([]));
  t.not((await digestOf(archiveOf([...files, ...files]))).digest, digest);
});

test('a truncated or invalid archive is an error', async (t) => {
  async function* part() {
    for await (const bytes of archiveOf(files)) yield bytes.subarray(0, 700);
  }
  await t.throwsAsync(digestOf(part()), { code: 'engine_failed' });
  async function* noise() {
    yield Buffer.alloc(2_048, 'x');
  }
  await t.throwsAsync(digestOf(noise()), { code: 'engine_failed' });
});

test('an entry with an invalid size is an error, and does not hang', async (t) => {
  await t.throwsAsync(digestOf(archiveOf([[{ name: 'a', pax: { size: 'x' } } as Headers, 'one']])), {
    code: 'engine_failed',
  });
});
