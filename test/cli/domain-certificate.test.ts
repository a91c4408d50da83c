import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Domain } from '../../src/api/domain.ts';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { domainCommands } from '../../src/cli/domain-commands.ts';
import type { Io } from '../../src/cli/io.ts';

/** What the server is asked for, and what is printed. */
async function add(...args: readonly string[]) {
  const bodies: unknown[] = [];
  const out: string[] = [];
  const certificate = { domain: 'a.test', names: ['a.test'], fingerprint: 'f', expires_at: '2027-01-02T00:00:00.000Z' };
  const data = { name: 'a.test', rules: [{ path: '/', service: 'web', port: 80, ready: 1 }], certificate };
  const api = async (_: string, __: string, body: unknown) => {
    bodies.push(body);
    return { data: data as unknown as Domain };
  };
  const io = { stdout: (text: string) => out.push(text.trimEnd()), stderr: () => undefined } as unknown as Io;
  const error = await domainCommands(api as unknown as ApiClient, io)
    .parseAsync(['add', 'a.test', 'web', ...args], { from: 'user' })
    .then(() => undefined)
    .catch((thrown: Error) => thrown);
  return { bodies, out, error };
}

test('a certificate and its key are read from files, and its end is printed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
  writeFileSync(certificate, 'CERT');
  writeFileSync(key, 'KEY');
  const { bodies, out, error } = await add('--certificate', certificate, '--key', key);
  t.is(error, undefined);
  t.deepEqual(bodies, [{ name: 'a.test', service: 'web', certificate: 'CERT', key: 'KEY' }]);
  t.deepEqual(out, ['a.test/ leads to web:80', 'its certificate is valid until 2027-01-02T00:00:00.000Z']);
});

test('a certificate without its key is refused before anything is asked for', async (t) => {
  const { bodies, error } = await add('--certificate', 'c.pem');
  t.regex(error?.message ?? '', /say both --certificate FILE and --key FILE/);
  t.deepEqual(bodies, []);
});
