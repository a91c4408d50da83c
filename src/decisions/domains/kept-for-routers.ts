import type { ImageConfig } from '../../model/image-config.ts';
import { routerId, routerPorts } from '../../model/router.ts';
import type { Scheduler } from '../../model/scheduler.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isOfRouters } from './reserved-for-routers.ts';

/**
 * If a container asks for a port that routers use, this scheduler rejects the engines that will run a router. A container that
 * already has the port keeps it, and the router waits.
 */
export function keptForRouters({ cache }: Pick<Cluster, 'cache'>, image: ImageConfig): Scheduler | undefined {
  const asked = askedPort(image);
  if (asked === undefined || isOfRouters(image)) return undefined;
  return {
    name: 'router-ports',
    description: 'the engine is to have no router, which needs the port',
    prepare() {
      const router = cache.routers.get(routerId)?.value;
      const service = router && cache.services.get(router.service)?.value;
      if (!service) return undefined;
      const { labels = [] } = service.spec.image;
      return (engine) => {
        if (!labels.every((label) => engine.labels.includes(label))) return undefined;
        const message = `port ${asked} is kept for the router that this engine is to have ("satsuma router ls")`;
        return { code: 'router_port', message, hint: 'lead a domain to the service in place of the port' };
      };
    },
  };
}

function askedPort({ bind_ports = [], network_mode }: ImageConfig): string | undefined {
  const onHost = network_mode === 'host';
  const asked = bind_ports.map(({ proto, port, container_port }) => `${proto}/${onHost ? container_port : port}`);
  return asked.find((each) => routerPorts.some(({ proto, port }) => each === `${proto}/${port}`));
}
