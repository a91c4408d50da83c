import type { EngineRecord } from './engine.ts';
import { labelValues } from './engine-label.ts';
import { hostOf } from './host-of.ts';
import type { ImageConfig, PortBinding } from './image-config.ts';

/** Key in `user_data`: replaces `{HOST}` in the environment, arguments and entrypoint with the engine's address. */
export const hostKey = 'satsuma.host';
/** Key in `user_data`: the engine label that holds the address to use. */
export const lanLabelKey = 'satsuma.lan-label';

/** The same of ports that are reached from outside, and the engine label with the address for them. */
export const wanPortsKey = 'satsuma.wan';
export const wanLabelKey = 'satsuma.wan-label';

/**
 * Fills in the values that depend on the engine: its address in place of `{HOST}`, and the host address of ports
 * without one. Storage, comparison and labels use the image config without them.
 */
export function withPlacedValues(image: ImageConfig, engine: Pick<EngineRecord, 'addr' | 'labels'>): ImageConfig {
  const { [hostKey]: inside, [wanPortsKey]: outside = [], ...data } = image.user_data ?? {};
  if (!inside && outside.length === 0) return image;
  const lan = labelled(engine, data[lanLabelKey]);
  const wan = labelled(engine, data[wanLabelKey]);
  const addressOf = ({ port }: PortBinding) =>
    (inside?.includes(String(port)) ? lan : undefined) ?? (outside.includes(String(port)) ? wan : undefined);
  const bind_ports = image.bind_ports?.map((each) => {
    const address = each.host_ip === undefined ? addressOf(each) : undefined;
    return address === undefined ? each : { ...each, host_ip: address };
  });
  const placed = { ...image, ...(bind_ports && { bind_ports }) };
  return inside ? withHost(placed, lan ?? hostOf(engine)) : placed;
}

function labelled({ labels }: Pick<EngineRecord, 'labels'>, [label]: readonly string[] = []): string | undefined {
  return label === undefined ? undefined : labelValues(labels, label)[0];
}

function withHost(image: ImageConfig, host: string): ImageConfig {
  const fill = (text: string) => text.replaceAll('{HOST}', host);
  const { environment = {}, args, entrypoint } = image;
  return {
    ...image,
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, fill(value)])),
    ...(args && { args: args.map(fill) }),
    ...(entrypoint && { entrypoint: entrypoint.map(fill) }),
  };
}
