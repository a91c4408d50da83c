import { createPrivateKey, X509Certificate } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createAuthority, openAuthority } from '../../src/ca/authority.ts';
import { finishRotation, resumeRotation, startRotation, stepTo } from '../../src/ca/rotate.ts';
import { type RotationStep, readRotation, setStep } from '../../src/ca/rotation.ts';
import { certificatesIn, isSignedBy } from '../../src/runtime/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function authorityOf(t: ExecutionContext): Promise<string> {
  const dir = join(temporaryFolder(t), 'ca');
  const authority = await createAuthority(dir, { name: 'team-ca' });
  await authority.issueEngine('web-1', ['10.0.0.1', 'web-1.test']);
  await authority.issueClient('satsuma');
  return dir;
}

const leaves = ['engines/web-1', 'clients/satsuma'];
const read = (dir: string, file: string) => readFileSync(join(dir, file), 'utf8');
const certificateOf = (dir: string, leaf: string) => new X509Certificate(read(dir, `${leaf}/cert.pem`));

/** The common name of the authority that signed it. */
const signerOf = (dir: string, leaf: string) => /CN=(.*)/.exec(certificateOf(dir, leaf).issuer)?.[1];

/** Everybody believes everybody: whoever copies any of the files at any time cuts nobody off. */
function assertTrust(t: ExecutionContext, dir: string, message: string): void {
  const bundles = ['ca.pem', ...leaves.map((leaf) => `${leaf}/ca.pem`)];
  for (const bundle of bundles) {
    const authorities = certificatesIn(read(dir, bundle));
    for (const leaf of leaves) {
      const certificate = certificateOf(dir, leaf);
      t.true(
        authorities.some((each) => isSignedBy(certificate, each)),
        `${message}: ${leaf} by ${bundle}`,
      );
    }
  }
  for (const leaf of leaves) {
    t.true(certificateOf(dir, leaf).checkPrivateKey(createPrivateKey(read(dir, `${leaf}/key.pem`))), message);
  }
}

function filesIn(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map((each) => relative(dir, join(each.parentPath, each.name)));
}

const order: readonly RotationStep[] = ['engines', 'clients', 'cleanup'];

test('an authority is replaced step by step, and keys are kept', async (t) => {
  const dir = await authorityOf(t);
  const keys = leaves.map((leaf) => read(dir, `${leaf}/key.pem`));
  const before = certificateOf(dir, 'engines/web-1');
  let rotation = await startRotation(dir);
  const signers = () => leaves.map((leaf) => signerOf(dir, leaf));
  t.deepEqual(signers(), ['team-ca', 'team-ca']);
  t.is(certificatesIn(read(dir, 'engines/web-1/ca.pem')).length, 2);
  const expected = [
    ['team-ca-2', 'team-ca'],
    ['team-ca-2', 'team-ca-2'],
    ['team-ca-2', 'team-ca-2'],
  ];
  for (const [index, step] of order.entries()) {
    rotation = await stepTo(dir, rotation, step);
    assertTrust(t, dir, step);
    t.deepEqual(signers(), expected[index]);
  }
  t.is(certificatesIn(read(dir, 'ca.pem')).length, 1);
  await finishRotation(dir, rotation);
  t.is(await readRotation(dir), undefined);
  t.false(existsSync(join(dir, 'rotation')));
  assertTrust(t, dir, 'at the end');
  const after = certificateOf(dir, 'engines/web-1');
  t.is(after.subjectAltName, before.subjectAltName);
  t.deepEqual(
    leaves.map((leaf) => read(dir, `${leaf}/key.pem`)),
    keys,
    'a label signed by a client is still accepted',
  );
  t.is(statSync(join(dir, 'ca-key.pem')).mode & 0o777, 0o600);
  t.deepEqual(
    (await (await openAuthority(dir)).list()).map(({ name }) => name),
    ['team-ca-2', 'web-1', 'satsuma'],
  );
  t.is((await startRotation(dir)).second.certificate.subject.getField('CN')?.value, 'team-ca-3');
});

test('certificates issued during a rotation match its step', async (t) => {
  const dir = await authorityOf(t);
  const rotation = await startRotation(dir, { name: 'other-ca' });
  const issue = async (name: string) => (await openAuthority(dir)).issueEngine(name, ['10.0.0.9']);
  const early = await issue('early');
  t.regex(new X509Certificate(readFileSync(early.cert)).issuer, /CN=team-ca$/);
  t.is(certificatesIn(readFileSync(early.ca)).length, 2);
  await stepTo(dir, rotation, 'engines');
  t.regex(new X509Certificate(readFileSync(early.cert)).issuer, /CN=other-ca$/);
  t.regex(new X509Certificate(readFileSync((await issue('late')).cert)).issuer, /CN=other-ca$/);
  t.deepEqual(
    (await (await openAuthority(dir)).list()).filter(({ kind }) => kind === 'ca').map(({ name }) => name),
    ['team-ca', 'other-ca'],
  );
});

test('a crash at any point of any step leaves files that trust each other, and the step can be resumed', async (t) => {
  const dir = await authorityOf(t);
  let rotation = await startRotation(dir);
  for (const step of order) {
    const before = join(temporaryFolder(t), 'before');
    cpSync(dir, before, { recursive: true });
    rotation = await stepTo(dir, rotation, step);
    const changed = filesIn(dir).filter((file) => read(dir, file) !== read(before, file));
    // The state is the first to be written.
    const others = changed.filter((file) => file !== 'rotation/state.json');
    t.true(others.length > 0);
    for (const isTaken of [() => false, (n: number) => n % 2 === 0, (n: number) => n % 2 === 1, (n: number) => n > 1]) {
      const crashed = join(temporaryFolder(t), 'crashed');
      cpSync(before, crashed, { recursive: true });
      await setStep(crashed, rotation, step);
      for (const file of others.filter((_, n) => isTaken(n))) cpSync(join(dir, file), join(crashed, file));
      assertTrust(t, crashed, `cut off in ${step}`);
      await t.notThrowsAsync(openAuthority(crashed));
      await resumeRotation(crashed);
      assertTrust(t, crashed, `taken up in ${step}`);
      t.deepEqual(
        leaves.map((leaf) => signerOf(crashed, leaf)),
        leaves.map((leaf) => signerOf(dir, leaf)),
      );
      t.is(read(crashed, 'ca.pem'), read(dir, 'ca.pem'));
    }
  }
  // The end: the key was replaced, and the certificate was not.
  cpSync(join(dir, 'rotation/second/ca-key.pem'), join(dir, 'ca-key.pem'));
  await t.notThrowsAsync(openAuthority(dir));
  await finishRotation(dir, rotation);
  await t.notThrowsAsync(openAuthority(dir));
});

test('an aborted rotation leaves only the first authority', async (t) => {
  const dir = await authorityOf(t);
  const first = read(dir, 'ca.pem');
  const key = read(dir, 'ca-key.pem');
  const rotation = await startRotation(dir);
  const clients = await stepTo(dir, await stepTo(dir, rotation, 'engines'), 'clients');
  const back = await stepTo(dir, clients, 'abort');
  assertTrust(t, dir, 'aborting');
  t.deepEqual(
    leaves.map((leaf) => signerOf(dir, leaf)),
    ['team-ca', 'team-ca'],
  );
  t.is(certificatesIn(read(dir, 'ca.pem')).length, 2, 'engines may still show one of the second');
  await finishRotation(dir, back);
  t.is(read(dir, 'ca.pem'), first);
  t.is(read(dir, 'ca-key.pem'), key);
  assertTrust(t, dir, 'aborted');
});

test('a second rotation, a taken name and an invalid state are refused', async (t) => {
  const dir = await authorityOf(t);
  await t.throwsAsync(startRotation(dir, { name: 'team-ca' }), { code: 'invalid', message: /another name/ });
  t.is(await readRotation(dir), undefined, 'nothing was begun');
  const rotation = await startRotation(dir);
  await t.throwsAsync(startRotation(dir), { code: 'invalid' });
  await setStep(dir, rotation, 'nonsense' as RotationStep);
  await t.throwsAsync(openAuthority(dir), { code: 'invalid', message: /not the state of a rotation/ });
});
