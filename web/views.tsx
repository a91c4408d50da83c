import type { ComponentType } from 'preact';
import type { Noun, Verb } from '../src/model/access.ts';
import { AccountsView } from './access/accounts-view.tsx';
import { CertificatesView } from './access/certificates-view.tsx';
import { PoliciesView } from './access/policies-view.tsx';
import { ProjectsView } from './access/projects-view.tsx';
import { SecretsView } from './access/secrets-view.tsx';
import { SettingsView } from './access/settings-view.tsx';
import { TokensView } from './access/tokens-view.tsx';
import type { Address } from './address.ts';
import { ClusterView } from './cluster/cluster-view.tsx';
import { ContainersView } from './containers/containers-view.tsx';
import { DeploymentsView } from './deployments/deployments-view.tsx';
import { DomainsView } from './domains/domains-view.tsx';
import { EnginesView } from './engines/engines-view.tsx';
import { JobsView } from './jobs/jobs-view.tsx';
import type { ClusterState } from './live-cluster.ts';
import { MovesView } from './moves/moves-view.tsx';
import { PlaceView } from './place/place-view.tsx';
import { AuditView } from './records/audit-view.tsx';
import { EventsView } from './records/events-view.tsx';
import { WebhooksView } from './records/webhooks-view.tsx';
import { ImagesView } from './resources/images-view.tsx';
import { NetworksView } from './resources/networks-view.tsx';
import { RegistriesView } from './resources/registries-view.tsx';
import { VolumesView } from './resources/volumes-view.tsx';
import { ServicesView } from './services/services-view.tsx';
import type { TextWith } from './texts.ts';
import { TimeView } from './time/time-view.tsx';

export interface ViewProps {
  readonly state: ClusterState;
  readonly address: Address;
}

export interface View {
  /** In the address; and the text that names it. */
  readonly id: TextWith;
  readonly component: ComponentType<ViewProps>;
  /** Whoever may not do that is not offered the view. */
  readonly needs: readonly [Verb, Noun];
  /** What its search field says; left out: it has none. The view finds it in `address.fields.filter`. */
  readonly filter?: TextWith;
}

/** The views, in the groups of the menu. */
export const views: readonly (readonly View[])[] = [
  [
    { id: 'cluster', component: ClusterView, needs: ['read', 'engine'], filter: 'filter' },
    { id: 'engines', component: EnginesView, needs: ['read', 'engine'], filter: 'search' },
    { id: 'time', component: TimeView, needs: ['read', 'event'] },
    { id: 'moves', component: MovesView, needs: ['plan', 'rebalance'] },
  ],
  [
    { id: 'place', component: PlaceView, needs: ['plan', 'container'] },
    { id: 'containers', component: ContainersView, needs: ['read', 'container'], filter: 'containersFilter' },
    { id: 'services', component: ServicesView, needs: ['read', 'service'], filter: 'search' },
    { id: 'jobs', component: JobsView, needs: ['read', 'job'], filter: 'search' },
    { id: 'deployments', component: DeploymentsView, needs: ['read', 'service'], filter: 'search' },
    { id: 'domains', component: DomainsView, needs: ['read', 'domain'], filter: 'search' },
    { id: 'secrets', component: SecretsView, needs: ['read', 'secret'], filter: 'search' },
  ],
  [
    { id: 'images', component: ImagesView, needs: ['read', 'engine-image'], filter: 'search' },
    { id: 'volumes', component: VolumesView, needs: ['read', 'volume'], filter: 'search' },
    { id: 'networks', component: NetworksView, needs: ['read', 'network'], filter: 'search' },
    { id: 'registries', component: RegistriesView, needs: ['read', 'registry'], filter: 'search' },
  ],
  [
    { id: 'events', component: EventsView, needs: ['read', 'event'], filter: 'search' },
    { id: 'audit', component: AuditView, needs: ['read', 'audit'], filter: 'search' },
    { id: 'webhooks', component: WebhooksView, needs: ['read', 'webhook'], filter: 'search' },
  ],
  [
    { id: 'projects', component: ProjectsView, needs: ['read', 'project'], filter: 'search' },
    { id: 'accounts', component: AccountsView, needs: ['read', 'account'], filter: 'search' },
    { id: 'tokens', component: TokensView, needs: ['read', 'token'], filter: 'search' },
    { id: 'policies', component: PoliciesView, needs: ['read', 'policy'], filter: 'search' },
    { id: 'certificates', component: CertificatesView, needs: ['read', 'cluster'] },
    { id: 'settings', component: SettingsView, needs: ['read', 'cluster'] },
  ],
];
