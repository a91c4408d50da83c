import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { chainsOf } from '../../../src/execution/archives/archived-images.ts';
import { readArchive } from '../../../src/execution/archives/read-archive.ts';
import { writeArchive } from '../../../src/execution/archives/write-archive.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { archiveOf, digest, type Entry, entriesOf, imageEntries, inPieces } from './archives.ts';

const { signal } = new AbortController();
const layers = ['a'.repeat(300_000), 'b'.repeat(50), 'c'.repeat(700_001)];
const diffIds = layers.map((layer) => `sha256:${digest(layer)}`);

for (const [what, form] of [['as it is', (bytes: Buffer) => bytes] as const, ['with gzip', gzipSync] as const]) {
  test.serial(`an archive is read ${what}, and rewritten without the known layers`, async (t) => {
    const entries = imageEntries('web:2', layers);
    const archive = await readArchive(inPieces(form(await archiveOf(entries))), signal);
    t.teardown(() => archive.close());
    const [image] = archive.images;
    t.deepEqual(image?.tags, ['web:2']);
    t.deepEqual(
      image?.layers.map(({ chainId }) => chainId),
      chainsOf(diffIds),
    );
    t.is(image?.id, `sha256:${entries.at(-2)?.name.slice(0, 64)}`);
    const whole = await entriesOf(writeArchive(archive, new Set()));
    t.deepEqual(
      [...whole].map(([name, bytes]) => [name, String(bytes)]),
      entries.map(({ name, text = '' }) => [name, String(text)]),
    );
    const known = archive.knownEntries((chainId) => chainsOf(diffIds.slice(0, 2)).includes(chainId));
    t.is(known.size, 2);
    const part = await entriesOf(writeArchive(archive, known));
    t.deepEqual(
      [...whole.keys()].filter((name) => !part.has(name)),
      [...known],
    );
    t.is(String(part.get('manifest.json')), String(whole.get('manifest.json')));
  });
}

test.serial('a chain identifies a layer together with those below it', (t) => {
  const [first = '', second = ''] = diffIds;
  t.deepEqual(chainsOf([first, second]), [first, `sha256:${digest(`${first} ${second}`)}`]);
  t.deepEqual(chainsOf([]), []);
});

test.serial('a layer stored as a link is its target, which stays while one path needs it', async (t) => {
  const twice = imageEntries('web:2', ['a', 'b', 'a ']);
  const target = twice.find(({ name }) => name.endsWith('layer.tar'))?.name ?? '';
  const linked = twice.map((entry): Entry => {
    if (entry.text !== 'a ') return entry;
    return { name: entry.name, type: 'symlink', linkname: `../${target}` };
  });
  const archive = await readArchive(inPieces(await archiveOf(linked)), signal);
  t.teardown(() => archive.close());
  const [image] = archive.images;
  t.is(image?.layers[2]?.path, target);
  const first = image?.layers[0]?.chainId;
  t.is(archive.knownEntries((chainId) => chainId === first).size, 0);
  t.deepEqual([...archive.knownEntries(() => true)].length, 2);
});

async function refused(t: ExecutionContext, source: AsyncIterable<Buffer>, message: RegExp) {
  await t.throwsAsync(readArchive(source, signal), { instanceOf: SatsumaError, code: 'invalid', message });
}

const image = imageEntries('web:2', layers);
const hostile: readonly (readonly [string, readonly Entry[], RegExp])[] = [
  ['an entry above it', [{ name: '../../etc/passwd', text: 'x' }], /"\.\.\/\.\.\/etc\/passwd" leads out of it/],
  ['an absolute entry', [{ name: '/etc/passwd', text: 'x' }], /leads out of it/],
  ['a link above it', [{ name: 'a/x', type: 'symlink', linkname: '../../etc' }], /is a link that leads out/],
  ['an absolute link', [{ name: 'x', type: 'symlink', linkname: '/etc/passwd' }], /is a link that leads out/],
  ['a hard link above it', [{ name: 'x', type: 'link', linkname: '../etc/passwd' }], /is a link that leads out/],
  ['a device', [{ name: 'x', type: 'block-device', devmajor: 8, devminor: 0 }], /neither a file nor a folder/],
  ['a long name', [{ name: 'x'.repeat(3_000), text: 'x' }], /leads out of it/],
  ['no manifest', image.slice(0, -1), /has no "manifest.json"/],
  ['a manifest that is none', [{ name: 'manifest.json', text: '{' }], /manifest.json is no JSON/],
  ['an empty manifest', [{ name: 'manifest.json', text: '[]' }], /no list of images/],
  [
    'a missing configuration',
    image.filter(({ name }) => !/^[0-9a-f]+\.json$/.test(name)),
    /it has no "[0-9a-f]+\.json"/,
  ],
  ['a missing layer', image.filter(({ text }) => text !== layers[1]), /which manifest.json names/],
];
for (const [what, entries, message] of hostile) {
  test.serial(`an archive with ${what} is refused`, async (t) => {
    await refused(t, inPieces(await archiveOf(entries)), message);
  });
}

test.serial('an invalid or truncated archive is refused', async (t) => {
  const whole = await archiveOf(image);
  await refused(t, inPieces(Buffer.alloc(0)), /it is empty/);
  await refused(t, inPieces(Buffer.from('hello '.repeat(1_000))), /it is no tar archive, or it is damaged/);
  await refused(t, inPieces(whole.subarray(0, 200_000)), /it ends too early|has no "manifest.json"/);
  await refused(
    t,
    inPieces(gzipSync(whole).subarray(0, 200)),
    /its compression with gzip is damaged, or it ends too early/,
  );
  await refused(t, inPieces(Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(5_000, 7)])), /cannot be loaded/);
});

test.serial('an endless header is not buffered', async (t) => {
  const endless = (await archiveOf([{ name: 'x', text: 'x' }])).subarray(0, 512);
  // A header of pax, which says how long it is.
  endless.write('x', 156);
  endless.write('77777777777\0', 124);
  endless.write(' '.repeat(8), 148);
  const sum = endless.reduce((total, byte) => total + byte, 0);
  endless.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  let sent = 0;
  async function* pour(): AsyncGenerator<Buffer> {
    yield endless;
    for (; sent < 1_000; sent++) yield Buffer.alloc(64 * 1024, 'z');
  }
  await refused(t, pour(), /a header that is too long/);
  t.true(sent < 100, String(sent));
});

test.serial('errors of the source are rethrown', async (t) => {
  const whole = await archiveOf(image);
  async function* broken(): AsyncGenerator<Buffer> {
    yield whole.subarray(0, 1_000);
    throw new SatsumaError('engine_unreachable', 'gone');
  }
  await t.throwsAsync(readArchive(broken(), signal), { code: 'engine_unreachable' });
});

for (const [name, begin] of [
  ['bzip2', '425a6839'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['lz4', '04224d18'],
] as const) {
  test.serial(`an archive compressed with ${name} is refused with a remedy`, async (t) => {
    const bytes = Buffer.concat([Buffer.from(begin, 'hex'), Buffer.alloc(1_000, 7)]);
    const error = await t.throwsAsync(readArchive(inPieces(bytes), signal), {
      instanceOf: SatsumaError,
      code: 'invalid',
    });
    t.regex(error?.message ?? '', new RegExp(`compressed with ${name}: decompress it first`));
  });
}
