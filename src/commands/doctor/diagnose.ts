import type { Diagnosis } from '../../api/doctor.ts';
import { examineSpoolFolder } from '../../execution/archives/examine-spool-folder.ts';
import { skewWarnings } from '../../membership/clock-skew.ts';
import { unequalTrust } from '../../membership/server-certificates.ts';
import type { CertificateDates } from '../../model/certificate.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { summarizeCluster } from '../summarize-cluster.ts';
import { certificateFinding } from './certificate-finding.ts';
import { examineEngine } from './examine-engine.ts';

/** Maximum number of engines examined concurrently. A hanging engine occupies only its own place. */
const enginesAtOnce = 16;
const engines = new Semaphore(enginesAtOnce);

export interface ServerFacts {
  readonly version: string;
  readonly node: string;
  /** Settings that disable a protection. */
  readonly warnings: readonly string[];
  /** The certificate of the API, in PEM. Absent: the API has none. */
  readonly certificate?: () => string | undefined;
}

/** Examines the server, the store, the certificates and all engines. Missing answers are findings, not errors. */
export async function diagnose(cluster: Cluster, facts: ServerFacts): Promise<Diagnosis> {
  const records = cluster.cache.engines();
  const [store, temporary, ...ofEngines] = await Promise.all([
    examineStore(cluster),
    examineSpoolFolder(),
    ...records.map((record) => engines.run(() => examineEngine(cluster.pool.client(record), record))),
  ]);
  const servers = cluster.cache.servers.all();
  const clocks = skewWarnings(servers);
  const { version, node, warnings } = facts;
  return {
    server: { version, node, time: new Date().toISOString(), servers: Math.max(1, servers.length) },
    findings: [
      ...settings(warnings),
      ...serverClocks(clocks),
      temporary,
      ...[...ofApi(cluster, facts), ...cluster.pool.certificates()].map((each) =>
        certificateFinding('certificate', each, remedies[each.name] ?? ''),
      ),
      ...unequalTrust(servers),
      ...store,
      ...leftovers(cluster, clocks),
      ...(records.length === 0 ? [noEngine] : []),
      ...ofEngines.flat(),
    ],
  };
}

function ofApi({ pool }: Pick<Cluster, 'pool'>, { certificate }: ServerFacts): CertificateDates[] {
  const pem = certificate?.();
  return pem === undefined ? [] : [pool.identify('tls.cert', pem)];
}

const remedies: Readonly<Record<string, string>> = {
  'tls.cert': 'replace the files of "tls" with a new certificate and key: the server uses them within 10 seconds',
  'ca-cert': 'replace it with "satsuma ca rotate" before it expires',
  'ssl-cert': 'issue a new one with "satsuma ca client NAME --replace": the server uses it within 10 seconds',
};

const noEngine: Finding = {
  ...{ check: 'engine.registered', subject: 'cluster', status: 'warning', message: 'there is no engine' },
  remedy: 'add one with "satsuma engine add ID https://HOST:2376"',
};

async function examineStore({ store }: Cluster): Promise<readonly Finding[]> {
  try {
    await store.ping();
    return await store.examine();
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    const { message } = error;
    const remedy = 'start it, or fix the error that it reports; until then nothing can be changed';
    return [{ check: 'store.reachable', subject: 'store', status: 'problem', message, remedy }];
  }
}

function settings(warnings: readonly string[]): Finding[] {
  const found = { check: 'server.settings', subject: 'server' } as const;
  if (warnings.length === 0) return [{ ...found, status: 'ok', message: 'no setting disables a protection' }];
  return warnings.map((message) => ({ ...found, status: 'warning', message, remedy: 'change the configuration' }));
}

/** Compared with the store's clock. */
function serverClocks(warnings: readonly string[]): Finding[] {
  const found = { check: 'server.clock', subject: 'servers' } as const;
  if (warnings.length === 0)
    return [{ ...found, status: 'ok', message: 'the clocks of all servers agree with the store' }];
  const remedy = 'let NTP (chrony, systemd-timesyncd) set the clock of that machine';
  return warnings.map((message) => ({ ...found, status: 'warning', message, remedy }));
}

/** The warnings of GET /apiv1/cluster other than those about clocks. */
function leftovers(cluster: Cluster, clocks: readonly string[]): Finding[] {
  return (summarizeCluster(cluster).warnings ?? [])
    .filter((message) => !clocks.includes(message))
    .map((message) => ({ check: 'cluster.state', subject: 'cluster', status: 'warning', message }));
}
