import type { Request } from '@hapi/hapi';
import { AccessControl } from '../access/access-control.ts';
import { anyone } from '../access/principal.ts';
import { type ClusterEvent, type EventKind, eventKinds, isGuarded } from '../model/cluster-event.ts';
import type { Cluster } from '../state/cluster.ts';
import { requireBesides } from './access-guard.ts';

type Known = Pick<Cluster, 'cache' | 'clock'>;

/** Checks the permission for events of that kind. Throws `forbidden`. */
export function requireKind(cluster: Known, request: Pick<Request, 'app'>, name: string): void {
  const kind = eventKinds.find((each) => each === name);
  if (kind && isGuarded(kind)) requireBesides(cluster, request, { verb: 'read', noun: kind });
}

/** The kinds of events that the caller may read, except `audit`, which has to be requested by name. */
export function readableKinds({ cache, clock }: Known, { app }: Pick<Request, 'app'>): EventKind[] {
  const { principal = anyone } = app;
  const control = new AccessControl(cache, clock);
  return eventKinds.filter((kind) => kind !== 'audit' && (!isGuarded(kind) || control.may(principal, 'read', kind)));
}

/** Whether the caller may read an event. Checked for each event, as a stream may last for days. */
export function readableBy({ cache, clock }: Known, { app }: Pick<Request, 'app'>): (event: ClusterEvent) => boolean {
  const { principal = anyone } = app;
  const control = new AccessControl(cache, clock);
  return ({ kind }) => !isGuarded(kind) || control.may(principal, 'read', kind);
}
