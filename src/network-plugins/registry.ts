import { SatsumaError } from '../model/errors.ts';
import type { LanPlugin, NetworkPlugin, NetworkPlugins, WanPlugin } from '../model/network-plugin.ts';
import { hostLan } from './host-lan.ts';
import { hostWan } from './host-wan.ts';
import { networkLan } from './network-lan.ts';

const builtIn: readonly NetworkPlugin[] = [hostLan, networkLan, hostWan];

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;

/** The built-in plug-ins, and those of the configuration. Throws `invalid` for a name that is not valid, or there twice. */
export function buildNetworkPlugins(plugins: readonly NetworkPlugin[] = []): NetworkPlugins {
  const lans = new Map<string, LanPlugin>();
  const wans = new Map<string, WanPlugin>();
  for (const plugin of [...builtIn, ...plugins]) {
    const { name } = plugin;
    if (!namePattern.test(name))
      throw new SatsumaError('invalid', `${JSON.stringify(name)} is not a valid name of a network plug-in`);
    if (lans.has(name) || wans.has(name))
      throw new SatsumaError('invalid', `there is a network plug-in ${name} already`);
    if (plugin.kind === 'lan') lans.set(name, plugin);
    else wans.set(name, plugin);
  }
  return { lans, wans };
}

/** The default export of a user's module. Throws `invalid`. */
export function asNetworkPlugin(value: unknown, module: string): NetworkPlugin {
  const { kind, name, describe } = Object(value) as Partial<NetworkPlugin>;
  if ((kind === 'lan' || kind === 'wan') && typeof name === 'string' && typeof describe === 'function')
    return value as NetworkPlugin;
  const sentence = `${module} must export by default a network plug-in { kind: 'lan' or 'wan', name, description, describe }`;
  throw new SatsumaError('invalid', sentence);
}
