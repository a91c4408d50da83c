import type { cluster as english } from '../english/cluster.ts';

export const cluster: Record<keyof typeof english, string> = {
  cluster: 'Cluster',
  filter: 'Nach Engine, Label, Container oder Image filtern',
  noEngines: 'Noch ist keine Engine da. Ein Befehl meldet eine an, dann erscheint sie hier:',
  containersOn: '{count} Container',
  promised: '{used} von {all} vergeben',
};
