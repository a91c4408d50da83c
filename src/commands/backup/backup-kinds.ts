import type { DocumentKind } from '../../store/documents.ts';

/**
 * What becomes of each kind. `kept`: somebody asked for it, or it cannot be found out again. `acts`: the same, and the cluster
 * acts on it as soon as it is there. `left out`: engines and servers tell it anew, or it is about one store alone.
 */
const parts: Readonly<Record<DocumentKind, 'kept' | 'acts' | 'left out'>> = {
  engine: 'acts',
  'engine-key': 'acts',
  service: 'acts',
  job: 'acts',
  webhook: 'acts',
  // The engines of another place would leave theirs for it.
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
  // One that was revoked since would open everything again.
  token: 'left out',
  // What was under way.
  'image-pull': 'left out',
  'engine-thing': 'left out',
  'container-end': 'left out',
  'image-share': 'left out',
  'volume-copy': 'left out',
  rebalance: 'left out',
  // A secret of servers without a key of their own: a backup is worth nothing to whoever has no such key.
  installation: 'left out',
  format: 'left out',
  settings: 'left out',
  'webhook-state': 'left out',
  // A chain of its own: `satsuma audit export` keeps it.
  'audit-block': 'left out',
  'audit-head': 'left out',
  // Too large: `satsuma audit recording` keeps one.
  recording: 'left out',
  'recording-chunk': 'left out',
};

/** All that a store may have. */
export const documentKinds = Object.keys(parts) as DocumentKind[];

export const backupKinds = documentKinds.filter((kind) => parts[kind] !== 'left out');

export const actingKinds: ReadonlySet<string> = new Set(documentKinds.filter((kind) => parts[kind] === 'acts'));
