import type { EngineRecord } from './engine.ts';
import { labelValues } from './engine-label.ts';
import { hostOf } from './host-of.ts';
import type { ImageConfig } from './image-config.ts';

/** Key in `user_data`: replaces `{HOST}` in the environment, arguments and entrypoint with the engine's address. */
export const hostKey = 'satsuma.host';
/** Key in `user_data`: the engine label that holds the address to use. */
export const lanLabelKey = 'satsuma.lan-label';

/**
 * Fills in the values that depend on the engine: its address in place of `{HOST}`, and the host address of ports
 * without one. Storage, comparison and labels use the image config without them.
 */
export function withPlacedValues(
  image: ImageConfig,
  { addr, labels }: Pick<EngineRecord, 'addr' | 'labels'>,
): ImageConfig {
  const { [hostKey]: asked, [lanLabelKey]: [label] = [] } = image.user_data ?? {};
  if (!asked) return image;
  const [lan] = label === undefined ? [] : labelValues(labels, label);
  const host = lan ?? hostOf({ addr });
  const fill = (text: string) => text.replaceAll('{HOST}', host);
  const { environment = {}, args, entrypoint, bind_ports } = image;
  return {
    ...image,
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, fill(value)])),
    ...(args && { args: args.map(fill) }),
    ...(entrypoint && { entrypoint: entrypoint.map(fill) }),
    ...(bind_ports &&
      lan !== undefined && {
        bind_ports: bind_ports.map((each) =>
          asked.includes(String(each.port)) && each.host_ip === undefined ? { ...each, host_ip: lan } : each,
        ),
      }),
  };
}
