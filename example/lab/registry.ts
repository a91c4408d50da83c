import { spawn } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority, CertificateFiles } from '../../src/ca/authority.ts';
import { LabError } from './lab-error.ts';
import { labEnvironment } from './machine.ts';
import { waitUntil } from './processes.ts';
import { tlsRequest } from './tls-request.ts';

export const registryPort = 5000;

/** Starts a registry at `address` on the lab's switch, with a certificate of the lab's authority, and waits for it. */
export async function startRegistry(
  dir: string,
  address: string,
  switchPid: number,
  authority: Authority,
  client: CertificateFiles,
): Promise<void> {
  const files = await authority.issueEngine('registry', [address]);
  const config = join(dir, 'config.yml');
  await mkdir(join(dir, 'storage'), { recursive: true });
  await writeFile(config, registryConfig(address, join(dir, 'storage'), files));
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
    return answer?.status === 200;
  };
  if (await waitUntil(answers, 20_000, 25)) return;
  const said = await readFile(join(dir, 'registry.log'), 'utf8').catch(() => '');
  throw new LabError('engine_failed', `The registry does not answer at ${origin}. Its log ends:\n${said.slice(-2000)}`);
}

/** JSON is YAML too, and needs no care with quotes. */
function registryConfig(address: string, storage: string, files: CertificateFiles): string {
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `${address}:${registryPort}`, tls: { certificate: files.cert, key: files.key } },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
