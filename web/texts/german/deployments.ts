import type { deployments as english } from '../english/deployments.ts';

export const deployments: Record<keyof typeof english, string> = {
  deployments: 'Deployments',
  noDeployments: 'Noch ist kein Deployment da. Ein Deployment sind mehrere Dienste einer Vorlage, die zusammengehören.',
  deployNew: 'Neues Deployment',
  deployChange: 'Hier eine Vorlage ausrollen',
  templateText: 'Vorlage, als YAML oder JSON',
  showChanges: 'Zeigen, was sich änderte',
  changes: 'Was sich ändert',
  deploy: 'Ausrollen',
  deploySure: 'Neues wird angelegt, Geändertes Replikat für Replikat ausgetauscht. Was gleich bleibt, bleibt in Ruhe.',
  deploy_create: 'wird angelegt',
  deploy_change: 'ändert sich:',
  deploy_keep: 'bleibt, wie es ist',
  deploy_hold: 'wird zurückgehalten:',
  notInTemplate: '{name} steht nicht in der Vorlage, und bleibt.',
  removeDeploymentSure:
    '{name} geht mit {services} Diensten und {domains} Domains, und mit den Jobs. Volumes und Secrets bleiben.',
  deployment: 'Deployment',
  inTemplate: 'In der Vorlage',
  service: 'Dienst',
  ready: 'Bereit',
  heldBack: 'zurückgehalten: {why}',
  secrets: 'Secrets',
  lan: 'Dienste erreichen einander über',
};
