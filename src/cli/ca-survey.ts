import { resolve } from 'node:path';
import type { CertificatesView } from '../api/certificate.ts';
import type { Engine } from '../api/engine.ts';
import { type IssuedCertificate, openAuthority } from '../ca/authority.ts';
import { copyLine } from '../ca/copy-line.ts';
import { type EngineTlsState, probeClients, probeEngineTls } from '../ca/engine-tls-state.ts';
import { commonName, type StoredIssuer } from '../ca/issuer.ts';
import type { ProbePlace } from '../ca/probe.ts';
import { fingerprintOfIssuer, signerNameOf } from '../ca/rotate.ts';
import { activeIssuer, type Rotation, readRotation, signerOf } from '../ca/rotation.ts';
import { blockersOf, type ServerTlsState, type TlsStates } from '../ca/rotation-blockers.ts';
import type { ApiClient } from './api-client.ts';

/** The content of a CA's folder, and the certificates that engines and servers use. */
export interface Survey {
  readonly root: string;
  readonly rotation: Rotation | undefined;
  /** Names of the trusted CAs of the folder. */
  readonly authorities: readonly string[];
  /** `authority`: the name of its signer; null: none of these. */
  readonly issued: readonly (IssuedCertificate & { readonly authority: string | null })[];
  readonly tlsStates: TlsStates;
  /** What blocks the next step; empty without a rotation. */
  readonly blockers: readonly string[];
  /** The command that installs the files of an engine, for each engine that needs it. */
  readonly copies: readonly { readonly engine: string; readonly line: string }[];
}

/** Checks everything, with connections to the engines. Throws `invalid` if the folder is not that of a CA. */
export async function surveyAuthority(dir: string, api: ApiClient): Promise<Survey> {
  const root = resolve(dir);
  const rotation = await readRotation(root);
  const { trusted } = await activeIssuer(root);
  const issuers = rotation ? [rotation.first, rotation.second] : trusted;
  const listed = await (await openAuthority(root)).list();
  const issued = await Promise.all(
    listed.map(async (each) => ({ ...each, authority: await signerNameOf(each.files.cert, each.kind, issuers) })),
  );
  const { tlsStates, places } = await inspect(api, issuers);
  const names = rotation && { first: commonName(rotation.first), second: commonName(rotation.second) };
  const target = rotation ? commonName(signerOf(rotation, 'engine')) : trusted.map(commonName)[0];
  const copies = tlsStates.engines.flatMap((engine) => {
    const place = places.get(engine.id);
    const mine = place && fileOf(engine.id, place, issued);
    if (!place || !mine || !needsFiles(engine, { target, mine, rotation })) return [];
    return [{ engine: engine.id, line: copyLine(mine.files, place.host) }];
  });
  return {
    root,
    rotation,
    authorities: trusted.map(commonName),
    issued,
    tlsStates,
    blockers: rotation && names ? blockersOf(rotation.step, tlsStates, names) : [],
    copies,
  };
}

/** Found by its name, otherwise by its address. */
function fileOf<T extends IssuedCertificate>(id: string, { host }: ProbePlace, issued: readonly T[]): T | undefined {
  const engines = issued.filter(({ kind }) => kind === 'engine');
  return engines.find(({ name }) => name === id) ?? engines.find(({ hosts }) => hosts.includes(host));
}

interface TlsTarget {
  /** The CA that should have signed its certificate, and whose clients it should accept. */
  readonly target: string | undefined;
  readonly mine: IssuedCertificate;
  readonly rotation: Rotation | undefined;
}

function needsFiles(
  { shows, fingerprint, accepts, error }: EngineTlsState,
  { target, mine, rotation }: TlsTarget,
): boolean {
  if (fingerprint === null && error !== null && accepts.length === 0) return true;
  if (rotation === undefined) return fingerprint !== mine.fingerprint.replaceAll(':', '').toLowerCase();
  const isCleanup = rotation.step === 'cleanup';
  return (
    shows !== target || !accepts.includes(target ?? '') || (isCleanup && accepts.includes(commonName(rotation.first)))
  );
}

async function inspect(api: ApiClient, issuers: readonly StoredIssuer[]) {
  const places = new Map<string, ProbePlace>();
  try {
    const [reported, listed] = await Promise.all([api('GET', 'apiv1/certificates'), api('GET', 'apiv1/engines')]);
    for (const { id, addr } of listed.data as readonly Engine[]) {
      const place = placeOf(addr);
      if (place) places.set(id, place);
    }
    const clients = await probeClients(issuers);
    const engines = await Promise.all([...places].map(([id, place]) => probeEngineTls(id, place, clients)));
    const servers = serversOf(reported.data as CertificatesView, issuers);
    return { places, tlsStates: { engines, servers, away: null } satisfies TlsStates };
  } catch (error) {
    const away = error instanceof Error ? error.message : String(error);
    return { places, tlsStates: { engines: [], servers: [], away } satisfies TlsStates };
  }
}

function serversOf({ servers }: CertificatesView, issuers: readonly StoredIssuer[]): ServerTlsState[] {
  const names = new Map(issuers.map((issuer) => [fingerprintOfIssuer(issuer), commonName(issuer)]));
  const nameOf = (fingerprint: string | null | undefined) => names.get(fingerprint ?? '') ?? null;
  return servers.map(({ id, host, trusts, client, api }) => ({
    name: host === null ? id : `${host}/${id.slice(0, 8)}`,
    trusts: trusts?.map((each) => nameOf(each) ?? each.slice(0, 16)) ?? null,
    client: nameOf(client?.authority),
    api: nameOf(api?.authority),
  }));
}

/** Undefined for a socket, which has no certificate. */
function placeOf(addr: string): ProbePlace | undefined {
  if (!/^(https|tcp):/.test(addr) || !URL.canParse(addr)) return undefined;
  const { hostname, port } = new URL(addr.replace(/^tcp:/, 'https:'));
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 2376) };
}
