import { spawn } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority, CertificateFiles } from '../../src/ca/authority.ts';
import { LabError } from './lab-error.ts';
import { labEnvironment } from './machine.ts';
import { waitUntil } from './processes.ts';
import { tlsRequest } from './tls-request.ts';

export const registryPort = 5000;

/** The credentials for a registry with authentication. */
export const registryLogin = { username: 'satsuma', password: 'the password of the lab' } as const;
/** The same in the format of `htpasswd -B`. */
const htpasswd = 'satsuma:$2b$04$YbZNgBzaTpyYyHf/6l7D8.ea3tvKHjzy2Zcm1RO19YB5Z7Ppprefm\n';

interface RegistryPlace {
  readonly dir: string;
  readonly address: string;
  readonly switchPid: number;
  /** It requires `registryLogin`. */
  readonly asksForLogin: boolean;
}

/** Starts a registry at `address` on the lab's switch, with a certificate of the lab's CA, and waits for it. */
export async function startRegistry(
  { dir, address, switchPid, asksForLogin }: RegistryPlace,
  authority: Authority,
  client: CertificateFiles,
): Promise<void> {
  const files = await authority.issueEngine('registry', [address]);
  const config = join(dir, 'config.yml');
  await mkdir(join(dir, 'storage'), { recursive: true });
  await writeFile(join(dir, 'htpasswd'), htpasswd);
  await writeFile(config, registryConfig(address, dir, files, asksForLogin));
  const log = await open(join(dir, 'registry.log'), 'a');
  try {
    const args = [
      '--net',
      '--pid',
      '-t',
      String(switchPid),
      'sh',
      '-c',
      'cd / && { setsid docker-registry serve "$1" & }',
    ];
    const stdio = ['ignore', log.fd, log.fd] as const;
    const child = spawn('nsenter', [...args, 'sh', config], { env: labEnvironment, detached: true, stdio: [...stdio] });
    await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  } finally {
    await log.close();
  }
  const origin = `https://${address}:${registryPort}`;
  const answers = async () => {
    const answer = await tlsRequest(origin, client, { path: '/v2/', timeoutMs: 1000 }).catch(() => undefined);
    return answer?.status === (asksForLogin ? 401 : 200);
  };
  if (await waitUntil(answers, 20_000, 25)) return;
  const output = await readFile(join(dir, 'registry.log'), 'utf8').catch(() => '');
  throw new LabError(
    'engine_failed',
    `The registry does not answer at ${origin}. Its log ends:\n${output.slice(-2000)}`,
  );
}

/** JSON is valid YAML, and needs no care with quotes. */
function registryConfig(address: string, dir: string, files: CertificateFiles, asksForLogin: boolean): string {
  const config = {
    version: '0.1',
    // Logs each request.
    log: { level: 'warn', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(dir, 'storage') }, delete: { enabled: true } },
    ...(asksForLogin && { auth: { htpasswd: { realm: 'lab', path: join(dir, 'htpasswd') } } }),
    http: { addr: `${address}:${registryPort}`, tls: { certificate: files.cert, key: files.key } },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
