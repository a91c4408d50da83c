import type { EngineRecord } from './engine.ts';
import { labelValues } from './engine-label.ts';
import { hostOf } from './host-of.ts';
import type { ImageConfig } from './image-config.ts';

/** In `user_data`: `{HOST}` in the environment, the arguments and the entrypoint is the address of the engine. */
export const hostKey = 'satsuma.host';
/** In `user_data`: the engine label that says which of the addresses of an engine it is. */
export const lanLabelKey = 'satsuma.lan-label';

/**
 * What is known of an image config only when its engine is: the address of the engine, in place of `{HOST}`, and the address that its
 * ports without one are bound to. What is stored, compared and labelled is the image config without them.
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
