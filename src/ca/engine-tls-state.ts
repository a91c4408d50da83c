import { fingerprintOf, isSignedBy } from '../runtime/certificates.ts';
import { commonName, type StoredIssuer } from './issuer.ts';
import { type ProbePlace, probe } from './probe.ts';
import { issueProbe, x509 } from './rotate.ts';

/** The TLS state of an engine, as seen from this machine. */
export interface EngineTlsState {
  readonly id: string;
  /** The issuer of its certificate, by name; null: another one, or no response. */
  readonly shows: string | null;
  /** Of its certificate. RFC 3339; SHA-256 in hexadecimal. */
  readonly notAfter: string | null;
  readonly fingerprint: string | null;
  /** Names of the authorities whose clients it accepts. */
  readonly accepts: readonly string[];
  /** Names of those whose clients it rejects. Authorities in neither list are unknown. */
  readonly refuses: readonly string[];
  readonly error: string | null;
}

/** An authority with a client certificate for probes. */
interface ProbeClient {
  readonly issuer: StoredIssuer;
  readonly name: string;
  readonly client: { readonly cert: string; readonly key: string };
}

export async function probeClients(issuers: readonly StoredIssuer[]): Promise<ProbeClient[]> {
  return await Promise.all(
    issuers.map(async (issuer) => ({ issuer, name: commonName(issuer), client: await issueProbe(issuer) })),
  );
}

/** Presents a certificate of each authority, over one connection each. Never throws. */
export async function probeEngineTls(
  id: string,
  place: ProbePlace,
  clients: readonly ProbeClient[],
): Promise<EngineTlsState> {
  const probes = await Promise.all(
    clients.map(async ({ name, client }) => ({ name, found: await probe(place, client) })),
  );
  const shown = probes.map(({ found }) => found.shown).find((each) => each !== undefined);
  const signer = shown && clients.find(({ issuer }) => isSignedBy(shown, x509(issuer)));
  const unknown = probes.find(({ found }) => found.accepts === undefined);
  return {
    id,
    shows: signer?.name ?? null,
    notAfter: shown ? new Date(shown.validTo).toISOString() : null,
    fingerprint: shown ? fingerprintOf(shown) : null,
    accepts: probes.filter(({ found }) => found.accepts === true).map(({ name }) => name),
    refuses: probes.filter(({ found }) => found.accepts === false).map(({ name }) => name),
    error: unknown?.found.error ?? null,
  };
}
