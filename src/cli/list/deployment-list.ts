import type { DeploymentService } from '../../api/deployment.ts';
import { contains, equals, type List } from './list.ts';

/** A service of a deployment. */
interface DeploymentRow extends DeploymentService {
  readonly deployment: string;
}

export const deploymentList: List<DeploymentRow> = {
  columns: [
    { title: 'DEPLOYMENT', field: 'Deployment', value: ({ deployment }) => deployment },
    { title: 'SERVICE', field: 'Service', value: ({ service }) => service },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ state }) => state },
    { title: 'READY', field: 'Ready', value: ({ ready, wanted }) => `${ready}/${wanted}` },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image },
    { title: 'REASON', field: 'Reason', kind: 'words', isOptional: true, value: ({ held }) => held ?? '' },
    { title: 'NAME', field: 'Name', only: 'wide', value: ({ name }) => name },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names of the services', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    deployment: equals(({ deployment }) => deployment),
    service: equals(({ service }) => service),
    state: equals(({ state }) => state),
  },
};
