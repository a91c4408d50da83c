import type { ComponentType } from 'preact';
import type { Noun, Verb } from '../src/model/access.ts';
import type { Address } from './address.ts';
import { ClusterView } from './cluster-view.tsx';
import { DeploymentsView } from './deployments/deployments-view.tsx';
import { DomainsView } from './domains/domains-view.tsx';
import { JobsView } from './jobs/jobs-view.tsx';
import type { ClusterState } from './live-cluster.ts';
import { PlaceView } from './place-view.tsx';
import { ServicesView } from './services-view.tsx';
import type { TextKey } from './texts.ts';

export interface ViewProps {
  readonly state: ClusterState;
  readonly address: Address;
}

export interface View {
  /** In the address; and the text that names it. */
  readonly id: TextKey;
  readonly component: ComponentType<ViewProps>;
  /** Whoever may not do that is not offered the view. */
  readonly needs: readonly [Verb, Noun];
  /** What its search field says; left out: it has none. The view finds it in `address.fields.filter`. */
  readonly filter?: TextKey;
}

/** The views, in the groups of the menu. */
export const views: readonly (readonly View[])[] = [
  [{ id: 'cluster', component: ClusterView, needs: ['read', 'engine'], filter: 'filter' }],
  [
    { id: 'place', component: PlaceView, needs: ['plan', 'container'] },
    { id: 'services', component: ServicesView, needs: ['read', 'service'], filter: 'search' },
    { id: 'jobs', component: JobsView, needs: ['read', 'job'], filter: 'search' },
    { id: 'deployments', component: DeploymentsView, needs: ['read', 'service'], filter: 'search' },
    { id: 'domains', component: DomainsView, needs: ['read', 'domain'], filter: 'search' },
  ],
];
