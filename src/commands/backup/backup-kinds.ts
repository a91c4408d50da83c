import type { DocumentKind } from '../../store/documents.ts';

/**
 * How a backup treats each kind of document. `kept`: a user created it, or it cannot be found out again. `acts`: the
 * same, and the cluster acts on it as soon as it exists. `left out`: engines and servers report it again, or it
 * concerns one store only.
 */
const parts: Readonly<Record<DocumentKind, 'kept' | 'acts' | 'left out'>> = {
  engine: 'acts',
  'engine-key': 'acts',
  service: 'acts',
  job: 'acts',
  webhook: 'acts',
  // Restored elsewhere, it would make the engines there leave their mesh.
  mesh: 'left out',
  domain: 'acts',
  router: 'acts',
  image: 'kept',
  'image-version': 'kept',
  registry: 'kept',
  secret: 'kept',
  'secret-version': 'kept',
  role: 'kept',
  policy: 'kept',
  project: 'kept',
  deployment: 'kept',
  account: 'kept',
  shipyard: 'kept',
  'service-generation': 'kept',
  'service-status': 'kept',
  'job-run': 'kept',
  'task-log': 'kept',
  tombstone: 'kept',
  idempotency: 'kept',
  observation: 'left out',
  container: 'left out',
  'start-failures': 'left out',
  'engine-volumes': 'left out',
  server: 'left out',
  // A token that was revoked since would become valid again.
  token: 'left out',
  // Work in progress.
  'image-pull': 'left out',
  'engine-thing': 'left out',
  'container-end': 'left out',
  'image-share': 'left out',
  'volume-copy': 'left out',
  rebalance: 'left out',
  // The secret of servers without a key of their own: a backup is useless without such a key.
  installation: 'left out',
  format: 'left out',
  settings: 'left out',
  'webhook-state': 'left out',
  // Has its own export: `satsuma audit export`.
  'audit-block': 'left out',
  'audit-head': 'left out',
  // Too large: `satsuma audit recording` exports one.
  recording: 'left out',
  'recording-chunk': 'left out',
};

/** All kinds of documents that a store can hold. */
export const documentKinds = Object.keys(parts) as DocumentKind[];

export const backupKinds = documentKinds.filter((kind) => parts[kind] !== 'left out');

export const actingKinds: ReadonlySet<string> = new Set(documentKinds.filter((kind) => parts[kind] === 'acts'));
