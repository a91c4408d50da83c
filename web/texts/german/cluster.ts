import type { cluster as english } from '../english/cluster.ts';

export const cluster: Record<keyof typeof english, string> = {
  cluster: 'Cluster',
  filter: 'Nach Engine, Label, Container oder Image filtern',
  noEngines: 'Noch ist keine Engine da. Sie wird hier registriert, oder mit einem Befehl:',
  registerFirst: 'Die erste Engine registrieren',
  containersOn: '{count} Container',
  promised: '{used} von {all} vergeben',
  ofOthers: 'von anderen: {cpus} CPUs, {memory} MB',
  othersPointed: 'dazu {count} von anderen',
  groupBy: 'Gruppieren nach',
  noGroups: 'nichts',
  noLabel: 'ohne {key}',
  colourBy: 'Farbe nach',
  health: 'Gesundheit',
  freshness: 'Alter',
  mapLabel: 'Karte von {engines} Engines',
  mapHint: 'Auf eine Engine oder einen Container zeigen; auch mit Pfeilen, Bild auf und Bild ab, und Enter öffnet ihn.',
  enginePointed: '{engine}: {status}, {cpus} CPUs und {memory} vergeben, {count} Container',
};
