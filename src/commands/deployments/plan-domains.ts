import { routablePorts } from '../../decisions/domains/routable-ports.ts';
import { SatsumaError } from '../../model/errors.ts';
import { given } from '../../model/given.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { LedDomain } from '../../template/domains.ts';
import { suffixOf } from '../../template/ports.ts';
import { serviceNameIn } from '../../template/translate.ts';
import { domainDifferences, editedDomain, type NewRule } from '../domains/edited-domain.ts';

export interface PlannedDomain {
  readonly asked: NewRule;
  /** In the template. */
  readonly service: string;
  readonly action: 'create' | 'change' | 'keep' | 'hold';
  /** Of a change: what is another one. */
  readonly fields: readonly string[];
  /** Why it is held. */
  readonly reason?: string;
}

interface Context {
  readonly led: readonly LedDomain[];
  /** As they are planned. */
  readonly services: readonly {
    readonly what: { readonly key: string };
    readonly action: string;
    readonly reason?: string;
    readonly image: ImageConfig;
  }[];
}

/** Where the domains of a deployment are to lead. Changes nothing. Throws `domain_taken`. */
export function planDomains(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'settings'>,
  deployment: string,
  { led, services }: Context,
): PlannedDomain[] {
  return led.flatMap((domain): PlannedDomain[] => {
    const { name, service, tls, users, at } = domain;
    const fullName = serviceNameIn(deployment, service);
    const planned = services.find(({ what }) => what.key === service);
    const there = cluster.cache.services.get(fullName)?.value.spec;
    const image = planned?.image ?? there?.image;
    const asked = (port: number): NewRule => ({
      ...{ name, path: '/', service: fullName, port, deployment },
      ...given({ tls, users }),
    });
    if (!image) return [{ ...none(asked(0), service), reason: 'it is held' }];
    const port = domain.number ?? portIn(image, domain.port);
    if (port === undefined)
      return at.fail(`leads to the port ${domain.port ?? 'http'} of ${service}, and there is no such port`) ?? [];
    const spec = { image, ...(there?.health && { health: there.health }) };
    if (!routablePorts(spec).includes(port))
      return (
        at.fail(
          `leads to port ${port} of ${service}, which no port of its engine leads to: routers reach published ports alone, so name it in wan_map`,
        ) ?? []
      );
    const found = cluster.cache.domains.get(name)?.value;
    try {
      const edited = editedDomain(cluster, found, { ...asked(port), ...spec });
      // A new version of a running service may be held: the domain leads to the running one.
      if (planned?.action === 'hold' && !there)
        return [{ ...none(asked(port), service), reason: planned.reason ?? 'it is held' }];
      if (!found) return [{ ...none(asked(port), service), action: 'create' }];
      const fields = domainDifferences(found, edited);
      return [{ asked: asked(port), service, action: fields.length > 0 ? 'change' : 'keep', fields }];
    } catch (error) {
      if (error instanceof SatsumaError && error.code === 'invalid')
        return at.fail(`cannot be: ${error.message}`) ?? [];
      throw error;
    }
  });
}

function none(asked: NewRule, service: string): PlannedDomain {
  return { asked, service, action: 'hold', fields: [] };
}

/** Of a service that the template does not have: as it was told. */
function portIn({ environment = {} }: ImageConfig, name: string | undefined): number | undefined {
  const names = name === undefined ? ['', 'http'] : [name];
  const text = names.map((each) => environment[`PORT${suffixOf(each)}`]).find((each) => each !== undefined);
  return text === undefined ? undefined : Number(text);
}
