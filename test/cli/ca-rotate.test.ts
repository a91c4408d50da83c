import { cpSync, existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../../src/ca/authority.ts';
import { fingerprintOfIssuer, signerNameOf } from '../../src/ca/rotate.ts';
import { activeIssuer } from '../../src/ca/rotation.ts';
import { knowingRoutes } from '../../src/cli/api-client.ts';
import { caCommands } from '../../src/cli/ca-commands.ts';
import { IncompleteOperation } from '../../src/cli/exit-codes.ts';
import { certificatesIn, factsOf, fingerprintOf } from '../../src/runtime/certificates.ts';
import { listen } from '../engines/stub-engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

interface Status {
  readonly rotation: { readonly step: string } | null;
  readonly left: readonly string[];
  readonly copy: readonly { readonly engine: string; readonly line: string }[];
  readonly certificates: readonly { readonly kind: string; readonly name: string; readonly shows: string }[];
}

/** An authority, two engines that read their files when they are restarted, and a server that reads its files when it is told to. */
async function stage(t: ExecutionContext) {
  const dir = join(temporaryFolder(t), 'ca');
  const authority = await createAuthority(dir, { name: 'team-ca' });
  const client = await authority.issueClient('satsuma');
  const engines = await Promise.all(
    ['web-1', 'web-2'].map(async (id) => {
      const files = await authority.issueEngine(id, ['127.0.0.1', `${id}.test`]);
      const tls = () => ({ ca: readFileSync(files.ca), cert: readFileSync(files.cert), key: readFileSync(files.key) });
      const server = https.createServer({ ...tls(), requestCert: true }, (_, response) => response.end('OK'));
      const port = await listen(t, server);
      return { id, addr: `https://127.0.0.1:${port}`, restart: () => server.setSecureContext(tls()) };
    }),
  );
  /** What the server has read of its files. */
  let known = { ca: '', cert: '' };
  const follow = () => {
    known = { ca: readFileSync(client.ca, 'utf8'), cert: readFileSync(client.cert, 'utf8') };
  };
  follow();
  let isAway = false;
  const api = knowingRoutes(async (_, path) => {
    if (isAway) throw new Error('no Satsuma answers');
    if (path === 'apiv1/engines') return { ok: true, data: engines.map(({ id, addr }) => ({ id, addr })) };
    const authorities = certificatesIn(known.ca);
    const [shown] = certificatesIn(known.cert);
    const facts = shown && factsOf('ssl-cert', shown, authorities);
    const server = {
      ...{ id: '0123456789', host: 'one', trusts: authorities.map(fingerprintOf), api: null },
      client: facts && {
        fingerprint: facts.fingerprint,
        authority: facts.authority ?? null,
        not_after: facts.notAfter,
      },
    };
    return { ok: true, data: { servers: [server], engines: [] } };
  });
  const run = async (...words: string[]): Promise<string> => {
    let out = '';
    const stdout = (text: string) => {
      out += text;
    };
    const command = caCommands(api, { stdout, stderr: stdout, control() {}, pipe: () => Promise.resolve(true) });
    for (const one of [command, ...command.commands]) one.exitOverride();
    await command.parseAsync([...words, '--dir', dir], { from: 'user' });
    return out;
  };
  const rotate = async (...words: string[]) => JSON.parse(await run('rotate', '--json', ...words)) as Status;
  const status = async () => JSON.parse(await run('status', '--json')) as Status;
  const refused = async (message: RegExp, ...words: string[]) => {
    const error = await t.throwsAsync(run('rotate', ...words), { instanceOf: IncompleteOperation });
    t.regex(error?.message ?? '', message);
    t.is(error?.exitCode, 1);
  };
  const away = (is: boolean) => {
    isAway = is;
  };
  return { dir, engines, client, follow, run, rotate, status, refused, away };
}

test('a rotation goes on only if engines and servers are ready for it, by what they show over TLS', async (t) => {
  const { dir, engines, client, follow, run, rotate, status, refused } = await stage(t);
  t.like(await status(), { rotation: null, left: [], copy: [] });
  const [trust] = [await rotate()];
  t.like(trust, { rotation: { step: 'trust' }, copy: [] });
  t.deepEqual(trust.left, ['server one/01234567 does not trust team-ca-2 yet']);
  await refused(/step trust is not over.*does not trust team-ca-2/s);
  follow();
  const second = await rotate();
  t.is(second.rotation?.step, 'engines');
  t.deepEqual(second.left, [
    'engine web-1 shows a certificate of team-ca',
    'engine web-1 does not accept client certificates of team-ca-2',
    'engine web-2 shows a certificate of team-ca',
    'engine web-2 does not accept client certificates of team-ca-2',
  ]);
  t.is(
    second.copy[0]?.line,
    `tar -C ${dir}/engines/web-1 -c ca.pem cert.pem key.pem | ssh 127.0.0.1 'sudo mkdir -p /etc/docker/satsuma && ` +
      `sudo tar -C /etc/docker/satsuma -x --no-same-owner && sudo systemctl restart docker'`,
  );
  engines[0]?.restart();
  await refused(/engine web-2 shows a certificate of team-ca\n/);
  t.like(await status(), { copy: { length: 1, 0: { engine: 'web-2' } } });
  engines[1]?.restart();
  t.deepEqual((await status()).left, []);
  t.regex(await run('status'), /step 2 of 4, engines\.[\s\S]*web-1 +team-ca-2 +team-ca-2 +team-ca,team-ca-2/);
  t.like(await rotate(), {
    rotation: { step: 'clients' },
    left: ['server one/01234567 shows a client certificate of team-ca'],
  });
  await refused(/shows a client certificate of team-ca/);
  follow();
  const cleanup = await rotate();
  t.is(cleanup.rotation?.step, 'cleanup');
  t.deepEqual(cleanup.left, [
    'engine web-1 still accepts client certificates of team-ca',
    'engine web-2 still accepts client certificates of team-ca',
    'server one/01234567 still trusts team-ca',
  ]);
  await t.throwsAsync(run('rotate', '--abort'), { code: 'invalid', message: /too late/ });
  follow();
  for (const { restart } of engines) restart();
  t.like(await rotate(), { rotation: null, left: [], copy: [] });
  const { trusted } = await activeIssuer(dir);
  t.deepEqual(
    certificatesIn(readFileSync(client.ca)).map(fingerprintOf),
    trusted.map((each) => fingerprintOfIssuer(each)),
  );
  t.is(await signerNameOf(client.cert, 'client', trusted), 'team-ca-2');
});

test('a rotation is aborted, and ends when no engine shows a certificate of the second authority', async (t) => {
  const { engines, follow, run, rotate, refused, dir } = await stage(t);
  await t.throwsAsync(run('rotate', '--abort'), { code: 'invalid', message: /No rotation/ });
  await rotate();
  t.like(await rotate('--abort'), { rotation: null }, 'nobody has anything of the second yet');
  await rotate();
  follow();
  await rotate();
  engines[0]?.restart();
  const aborting = await rotate('--abort');
  t.is(aborting.rotation?.step, 'abort');
  t.deepEqual(aborting.left, ['engine web-1 shows a certificate of team-ca-2']);
  t.deepEqual(
    aborting.copy.map(({ engine }) => engine),
    ['web-1'],
  );
  await refused(/engine web-1 shows a certificate of team-ca-2/);
  engines[0]?.restart();
  t.like(await rotate(), { rotation: null, left: [] });
  t.is(certificatesIn(readFileSync(join(dir, 'ca.pem'))).length, 1);
});

test('without a server nothing is known, and only --force goes on', async (t) => {
  const { rotate, refused, away, run } = await stage(t);
  away(true);
  await rotate();
  await refused(/engines and servers are not known: no Satsuma answers/);
  t.like(await rotate('--force'), { rotation: { step: 'engines' } });
  t.regex(await run('status'), /Left to do:\n {2}engines and servers are not known/);
  for (const step of ['clients', 'cleanup', undefined]) t.is((await rotate('--force')).rotation?.step, step);
});

test('a step that a crash cut off is taken up by the next run', async (t) => {
  const { dir, follow, rotate, status, engines } = await stage(t);
  await rotate();
  follow();
  const before = join(temporaryFolder(t), 'before');
  cpSync(join(dir, 'engines'), before, { recursive: true });
  await rotate();
  // As if only the state had been written.
  cpSync(before, join(dir, 'engines'), { recursive: true });
  t.is((await status()).left.length, 4);
  await t.throwsAsync(rotate(), { instanceOf: IncompleteOperation });
  for (const { restart } of engines) restart();
  t.like(await rotate(), { rotation: { step: 'clients' } });
  t.true(existsSync(join(dir, 'rotation/state.json')));
});
