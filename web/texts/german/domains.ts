import type { domains as english } from '../english/domains.ts';

export const domains: Record<keyof typeof english, string> = {
  domains: 'Domains',
  noDomains:
    'Noch ist keine Domain da. Eine Domain führt Besucher zu einem Dienst: hier wird eine angelegt, darunter ein Router gestartet.',
  leadsTo: 'Führt zu',
  problems: 'Probleme',
  readyCount: '({ready} bereit)',
  addDomain: 'Domain anlegen',
  addDomainText:
    'Router bedienen sie, sobald sie sie geladen haben. Mit „automatic“ kommt das Zertifikat von einer öffentlichen Stelle, die unter diesem Namen einen Router erreichen muss.',
  domainName: 'Name',
  domainService: 'Dienst',
  domainPort: 'Port des Containers (leer: der, den der Dienst veröffentlicht)',
  domainPath: 'Pfad (leer: alle)',
  domainRedirect: 'Oder eine URL, an die Besucher weitergeleitet werden',
  domainTls: 'Zertifikate',
  domainAdded: '{name} ist angelegt.',
  removeDomainSure: '{name} führt dann nirgends mehr hin. Die Dienste bleiben.',
  removePath: '{path} entfernen',
  removePathSure: '{name}{path} führt dann nirgends mehr hin. Die anderen Pfade bleiben.',
  whoMayCome: 'Wer hinein darf',
  everybody: 'alle',
  headers: 'Header',
  updated: 'Geändert',
  goneNow: '{name} gibt es nicht mehr.',
  routers: 'Router',
  noRouters:
    'Kein Router läuft: noch wird keine Domain bedient. Ein Router (Caddy) läuft auf jeder Engine mit den gewählten Labels.',
  startRouters: 'Router starten',
  changeRouters: 'Router ändern',
  stopRouters: 'Alle Router stoppen',
  stopRoutersSure:
    'Dann wird keine Domain mehr bedient. Die Domains bleiben, und werden wieder bedient, wenn wieder Router laufen.',
  routerLabels: 'Labels der Engines, wie edge',
  routerDns: 'Satsumas DNS-Server, HOST:PORT (leer: wie konfiguriert)',
  routerEmail: 'E-Mail-Adresse für die Zertifizierungsstelle',
  routersStart: 'Die Router starten.',
};
