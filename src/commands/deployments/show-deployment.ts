import type { Deployment } from '../../api/deployment.ts';
import { projectLabel, serviceLabel } from '../../application/labels.ts';
import type { DeploymentRecord } from '../../model/deployment.ts';
import { defaultProject } from '../../model/image-config.ts';
import { defaultWan } from '../../model/network-plugin.ts';
import type { ServiceRecord } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Versioned } from '../../store/store.ts';
import { secretNameIn, serviceNameIn } from '../../template/translate.ts';
import { peekService } from '../services/show-service.ts';
import { domainsOf, findDeployment, servicesOf } from './deployments.ts';

/** Sorted by name. */
export async function listDeployments(cluster: Cluster): Promise<Deployment[]> {
  await cluster.cache.catchUp();
  const services = new Map<string, ServiceRecord[]>();
  for (const { value } of cluster.cache.services.all()) {
    const name = value.spec.image.container_labels?.[projectLabel];
    if (name !== undefined) services.set(name, [...(services.get(name) ?? []), value]);
  }
  return (await cluster.store.list('deployment')).map((each) => show(cluster, each, services.get(each.id) ?? []));
}

/** Throws `no_such_deployment`. */
export async function showDeployment(cluster: Cluster, name: string): Promise<Deployment> {
  await cluster.cache.catchUp();
  const services = servicesOf(cluster, name).map(({ value }) => value);
  return show(cluster, await findDeployment(cluster, name), services);
}

/** Those that the record has, and those that carry its label. */
function show(
  cluster: Cluster,
  { id: name, value }: Versioned<DeploymentRecord>,
  there: readonly ServiceRecord[],
): Deployment {
  const labelled = there.map(({ spec }) => spec.image.container_labels?.[serviceLabel] ?? '');
  const keys = [...new Set([...Object.keys(value.services), ...labelled])].filter(Boolean).sort();
  const services = keys.map((service) => {
    const fullName = serviceNameIn(name, service);
    const shown = peekService(cluster, fullName);
    const held = shown ? null : (value.services[service]?.held ?? null);
    return {
      ...{ service, name: fullName, image: shown?.record.spec.image.name ?? '', held },
      ...{
        state: shown?.state ?? (held === null ? 'gone' : 'held'),
        ready: shown?.ready ?? 0,
        wanted: shown?.wanted ?? 0,
      },
    };
  });
  const { lan, wan = defaultWan, project = defaultProject, createdAt, updatedAt } = value;
  return {
    name,
    lan,
    wan,
    project,
    created_at: createdAt,
    updated_at: updatedAt,
    services,
    secrets: secretsOf(cluster, name, value),
    domains: domainsOf(cluster, name),
  };
}

function secretsOf({ cache }: Cluster, name: string, { globals }: DeploymentRecord): string[] {
  const { Generate } = globals;
  const names = Object.keys(typeof Generate === 'object' && Generate !== null ? Generate : {});
  return names.map((each) => secretNameIn(name, each)).filter((each) => cache.secrets.get(each));
}
