import { X509Certificate } from 'node:crypto';
import { violationsOfImage, violationsOfVolume } from '../../src/engines/docker/policy/violations.ts';
import { canonicalAddress } from '../../src/engines/engine-address.ts';
import type { EnginePool } from '../../src/engines/engine-client.ts';
import type { CertificateFacts } from '../../src/model/certificate.ts';
import { factsOf } from '../../src/runtime/certificates.ts';
import { FakeEngine } from './fake-engine.ts';

/** Engines by id, made when first asked for. */
export class FakePool implements EnginePool {
  readonly engines = new Map<string, FakeEngine>();
  readonly forgotten: string[] = [];
  readonly canonicalAddress = canonicalAddress;
  /** What `certificates` tells. */
  shown: readonly CertificateFacts[] = [];
  engineShown: readonly CertificateFacts[] = [];

  client({ id }: { readonly id: string }): FakeEngine {
    const engine = this.engines.get(id) ?? new FakeEngine(id);
    this.engines.set(id, engine);
    return engine;
  }

  identify(name: string, pem: string): CertificateFacts {
    return factsOf(name, new X509Certificate(pem), []);
  }

  engineCertificates(): readonly CertificateFacts[] {
    return this.engineShown;
  }

  certificates(): readonly CertificateFacts[] {
    return this.shown;
  }

  readonly violations: EnginePool['violations'] = (rules, of) =>
    'image' in of ? violationsOfImage(rules, of.image) : violationsOfVolume(rules, of.volume);

  forget(engineId: string): void {
    this.forgotten.push(engineId);
  }

  close(): void {}
}
