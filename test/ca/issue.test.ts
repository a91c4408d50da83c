import { createPrivateKey, X509Certificate } from 'node:crypto';
import test from 'ava';
import forge from 'node-forge';
import { issuePair } from '../../src/ca/issue.ts';
import { SatsumaError } from '../../src/model/errors.ts';

const ca = { kind: 'ca', name: 'authority', hosts: [], days: 10 } as const;
const client = { kind: 'client', name: 'satsuma', hosts: [], days: 2 } as const;
const dayMs = 86_400_000;

async function issuerFor(days: number) {
  const { cert, key } = await issuePair({ ...ca, days });
  return { certificate: forge.pki.certificateFromPem(cert), key: createPrivateKey(key) };
}

function isAbout(t: { true(value: boolean): boolean }, actual: string, expectedMs: number) {
  t.true(Math.abs(Date.parse(actual) - expectedMs) < 60_000);
}

test('a certificate is valid from an hour ago for the requested days', async (t) => {
  const { cert, key } = await issuePair(client, await issuerFor(10));
  const certificate = new X509Certificate(cert);
  isAbout(t, certificate.validFrom, Date.now() - 3_600_000);
  isAbout(t, certificate.validTo, Date.now() + 2 * dayMs);
  t.regex(key, /^-----BEGIN PRIVATE KEY-----/);
});

test('negative days create an expired certificate', async (t) => {
  const certificate = new X509Certificate((await issuePair({ ...client, days: -1 }, await issuerFor(10))).cert);
  isAbout(t, certificate.validTo, Date.now() - dayMs);
  t.true(Date.parse(certificate.validFrom) < Date.parse(certificate.validTo));
});

test('a certificate does not outlive its authority', async (t) => {
  const { cert } = await issuePair({ ...client, days: 700 }, await issuerFor(10));
  isAbout(t, new X509Certificate(cert).validTo, Date.now() + 10 * dayMs);
});

test('an expired authority issues nothing', async (t) => {
  await t.throwsAsync(issuePair(client, await issuerFor(-1)), { instanceOf: SatsumaError, message: /expired at/ });
});

test('days must be a valid number', async (t) => {
  for (const days of [0, Number.NaN, Number.POSITIVE_INFINITY, 40_000]) {
    await t.throwsAsync(issuePair({ ...ca, days }), { instanceOf: SatsumaError, message: /"days"/ }, String(days));
  }
});

test('serials are 128 bits, positive and different', async (t) => {
  const pairs = await Promise.all([issuePair(ca), issuePair(ca), issuePair(ca)]);
  const serials = pairs.map(({ cert }) => new X509Certificate(cert).serialNumber);
  for (const serial of serials) t.regex(serial, /^[4-7][0-9A-F]{31}$/);
  t.is(new Set(serials).size, 3);
});
