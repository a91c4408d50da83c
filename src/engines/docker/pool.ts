import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { EngineDeadlines } from '../../model/engine-deadlines.ts';
import { factsOf } from '../../runtime/certificates.ts';
import { canonicalAddress } from '../engine-address.ts';
import type { EnginePool } from '../engine-client.ts';
import { DockerClient } from './client.ts';
import { DockerConnection } from './connection.ts';
import { createEndpoint } from './endpoint.ts';
import { violationsOfImage, violationsOfVolume } from './policy/violations.ts';
import { type EngineTls, readTlsMaterial, type TlsMaterial } from './tls.ts';

interface DockerPoolOptions {
  /** Absent: only `unix://` engines. */
  readonly tls?: TlsMaterial | undefined;
  /** Disables verification of engine certificates and names. */
  readonly skipVerify: boolean;
  readonly deadlines: EngineDeadlines;
}

export interface DockerPool extends EnginePool {
  /**
   * Later calls use these certificates; active calls keep their connections. Throws `invalid` for invalid certificates,
   * and keeps the previous ones.
   */
  renew(tls: TlsMaterial): void;
}

/**
 * Docker engines over mutual TLS, or over a socket. Throws `invalid` for invalid certificates. An engine with an
 * unusable address throws `invalid` at each call, not here.
 */
export function openDockerPool({ tls: given, skipVerify, deadlines }: DockerPoolOptions): DockerPool {
  let tls = given && readTlsMaterial(given);
  // By engine, then by address: a test of a new address must not disturb calls over the old one.
  const engines = new Map<string, Map<string, DockerClient>>();
  const shown = new Map<string, CertificateFacts>();
  const forget = (engineId: string) => {
    for (const client of engines.get(engineId)?.values() ?? []) client.close();
    engines.delete(engineId);
    shown.delete(engineId);
  };
  return {
    client({ id, addr }) {
      const clients = engines.get(id) ?? new Map<string, DockerClient>();
      engines.set(id, clients);
      const onCertificate = (certificate: CertificateFacts) => void shown.set(id, { ...certificate, name: id });
      const connect = () =>
        new DockerConnection(createEndpoint(addr, { tls, skipVerify, connectMs: deadlines.connectMs, onCertificate }));
      const client = clients.get(addr) ?? new DockerClient({ id, addr }, { connect, deadlines });
      clients.set(addr, client);
      return client;
    },
    canonicalAddress,
    certificates: () => (tls ? ownCertificates(tls) : []),
    engineCertificates: () => [...shown.values()],
    identify: (name, pem) => factsOf(name, new X509Certificate(pem), tls?.authorities ?? []),
    renew(material) {
      tls = readTlsMaterial(material);
      for (const clients of engines.values()) for (const client of clients.values()) client.renew();
    },
    violations: (rules, of) =>
      'image' in of ? violationsOfImage(rules, of.image) : violationsOfVolume(rules, of.volume),
    forget,
    close() {
      for (const engineId of [...engines.keys()]) forget(engineId);
    },
  };
}

function ownCertificates({ authorities, certificate }: EngineTls): CertificateFacts[] {
  return [
    ...authorities.map((each) => factsOf('ca-cert', each, authorities)),
    factsOf('ssl-cert', certificate, authorities),
  ];
}
