import { Gauge, type Registry } from 'prom-client';
import { knownCertificates } from '../../commands/doctor/known-certificates.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Distinguishes two CAs. */
const shortFingerprint = 16;

export function defineCertificateMetrics(
  registry: Registry,
  cluster: Pick<Cluster, 'pool' | 'cache'>,
  apiPem: () => string | undefined,
): void {
  const expiry: Gauge = new Gauge({
    name: 'satsuma_certificate_expiry_seconds',
    help: 'Time until the certificate expires; negative after that.',
    labelNames: ['kind', 'name'],
    registers: [registry],
    collect: () => {
      expiry.reset();
      for (const { kind, facts } of knownCertificates(cluster, apiPem())) {
        const name = kind === 'authority' ? facts.fingerprint.slice(0, shortFingerprint) : facts.name;
        expiry.set({ kind, name }, Math.round((Date.parse(facts.notAfter) - Date.now()) / 1_000));
      }
    },
  });
}
