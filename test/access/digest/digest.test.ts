import test from 'ava';
import { digestHashes, isAnswered } from '../../../src/access/digest/digest.ts';
import { parseDigest } from '../../../src/access/digest/digest-header.ts';

/** The example of RFC 7616, 3.9.1. */
const fields = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  qop: 'auth',
} as const;
const responses = {
  MD5: '8ca523f5e9506fed4657c9700eebdbec',
  'SHA-256': '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
} as const;
const kept = digestHashes('Mufasa', 'http-auth@example.org', 'Circle of Life');
const header = (algorithm: keyof typeof responses) =>
  `Digest username="Mufasa", realm="${fields.realm}", uri="${fields.uri}", algorithm=${algorithm}, nonce="${fields.nonce}", ` +
  `nc=00000001, cnonce="${fields.cnonce}", qop=auth, response="${responses[algorithm]}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

for (const algorithm of ['MD5', 'SHA-256'] as const) {
  test(`the example of RFC 7616 is answered right, ${algorithm}`, (t) => {
    const parsed = parseDigest(header(algorithm));
    t.deepEqual(parsed, { ...fields, algorithm, response: responses[algorithm] });
    if (!parsed) return;
    t.true(isAnswered({ ...parsed, method: 'GET' }, kept));
    t.false(isAnswered({ ...parsed, method: 'POST' }, kept));
    t.false(isAnswered({ ...parsed, method: 'GET', uri: '/dir/' }, kept));
    t.false(isAnswered({ ...parsed, method: 'GET', nc: '00000002' }, kept));
    t.false(isAnswered({ ...parsed, method: 'GET' }, digestHashes('Mufasa', fields.realm, 'another')));
    t.false(isAnswered({ ...parsed, method: 'GET' }, undefined));
  });
}

const without = (name: string) => header('MD5').replace(new RegExp(`${name}="?[^",]*"?,?`), '');
for (const [name, text] of [
  ['another scheme', 'Basic TXVmYXNhOnNlY3JldA=='],
  ['no response', without(' response')],
  ['no nonce', without(' nonce')],
  ['no count', without(' nc')],
  ['a field twice', `${header('MD5')}, realm="other"`],
  ['an unknown algorithm', header('MD5').replace('algorithm=MD5', 'algorithm=SHA-512')],
  ['another quality of protection', header('MD5').replace('qop=auth', 'qop=auth-int')],
  ['a quote that does not end', header('MD5').slice(0, -1)],
  ['too much', `${header('MD5')}, x="${'y'.repeat(5_000)}"`],
] as const) {
  test(`a header with ${name} is none`, (t) => {
    t.is(parseDigest(text), undefined);
  });
}

test('a quoted text has what is escaped', (t) => {
  t.is(parseDigest(header('MD5').replace('"Mufasa"', '"Mu\\"fa\\\\sa"'))?.username, 'Mu"fa\\sa');
});

test('a header of nothing but spaces costs nothing, and some spaces do no harm', (t) => {
  const fields = ['username="u"', 'realm="r"', 'nonce="n"', 'uri="/"', 'qop=auth', 'nc=00000001', 'cnonce="c"'];
  const header = (between: string) => `Digest ${[...fields, `response="${'0'.repeat(32)}"`].join(between)}`;
  t.like(parseDigest(header(' ,\t ')), { username: 'u', realm: 'r', uri: '/' });
  for (const between of [`,${' '.repeat(9)}`, `${' '.repeat(9)},`]) t.is(parseDigest(header(between)), undefined);
  t.is(parseDigest(`Digest ${' '.repeat(4_000)}`), undefined);
});
