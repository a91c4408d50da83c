import type { Scheduler } from '../src/model/scheduler.ts';
import { SparseRows } from '../src/model/sparse-rows.ts';

const prefix = 'host:';

/**
 * Filters by engine id, from labels `host:ENGINE`. As in citadel, no labels mean any engine, and labels without a host
 * mean none.
 */
export const host: Scheduler = {
  name: 'host',
  description: 'the engine is one that a label host:ENGINE names',
  prepare({ labels }) {
    if (labels === undefined || labels.length === 0) return undefined;
    const hosts = hostsIn(labels);
    const requested = hosts.size === 0 ? 'no host: the labels need one like host:ENGINE' : [...hosts].join(' or ');
    return (engine) => {
      if (hosts.has(engine.id)) return undefined;
      return { code: 'other_host', message: `the labels name ${requested}` };
    };
  },
  exclude({ labels }, fleet, rows) {
    if (labels === undefined || labels.length === 0) return;
    const named = new SparseRows();
    for (const id of hostsIn(labels)) {
      const row = fleet.row(id);
      if (row !== undefined) named.add(row);
    }
    rows.retain(named);
  },
};

function hostsIn(labels: readonly string[]): Set<string> {
  return new Set(labels.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length)));
}
